"""Where our count of a reply window and WeChat's could part: each order of a word and a message, steered by events."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from storage.identity_store import decode_windows
from tests.acceptance.running import until
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.wechat_stage import Stage
from tests.servers.wechat.quota import ORDERS
from tests.servers.wechat.state import Moment, Person

LONG = "我们在处理。" * 300
PARTS = 3
CLAIM = ("申请退款", "1", "全部商品", "不想要了", "1", "确认退款")


async def claimed(stage: Stage) -> str:
    """The path at which staff write to the user, who has a case and has written last a moment ago."""
    await stage.shop.api("POST", "/orders", order())
    await stage.user.follow(stage.start())
    for text in CLAIM:
        await stage.user.write(text)
    await stage.idle()
    stage.shop.clock.move(600)
    await stage.user.write("在吗")
    _, cases = await stage.shop.api("GET", "/cases?order_no=O-1")
    return f"/cases/{cases['items'][0]['case_no']}/messages"


def once(stage: Stage, moment: Moment, does: Callable[[], Awaitable[object]]) -> asyncio.Event:
    """The next time that this moment comes, do that first; set when it has been done."""
    done, is_taken = asyncio.Event(), asyncio.Event()

    async def meanwhile(now: Moment, _person: Person) -> None:
        if now == moment and not is_taken.is_set():
            is_taken.set()
            await does()
            done.set()

    stage.wechat.world.meanwhile = meanwhile
    return done


async def says(stage: Stage, path: str, text: str, *, parts: int = 1, passing: float = 0.2) -> None:
    """Staff write; all parts of it are heard."""
    heard = len(stage.texts("message"))
    await stage.shop.api("POST", path, {"text": text})
    await hears(stage, heard + parts, passing=passing)


async def hears(stage: Stage, count: int, *, passing: float = 0.2) -> None:
    """Time passes, so many seconds with each look, until so many messages were heard."""

    async def has() -> bool:
        stage.shop.clock.move(passing)
        return len(stage.texts("message")) >= count

    await until(has)


async def staff_write_much(stage: Stage, path: str) -> None:
    """More than any window takes; what is too much is on the desk."""
    for number in range(8):
        await stage.shop.api("POST", path, {"text": f"消息 {number}"})
        stage.shop.clock.move(1)
        await stage.idle()
    buried = await stage.shop.base.db.fetch("SELECT 1 FROM outbox WHERE buried_at IS NOT NULL")
    assert len(buried) >= 3
    assert stage.wechat.world.over == [], stage.user.person.allowance.story


async def test_what_is_sent_before_we_hear_of_a_word_counts_after_it(stage: Stage) -> None:
    path = await claimed(stage)
    opened, told = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        opened.set()
        await told.wait()

    once(stage, "opened", wait)
    writing = asyncio.create_task(stage.user.write("你好"))
    await opened.wait()
    await says(stage, path, LONG, parts=PARTS)
    told.set()
    await writing

    await staff_write_much(stage, path)


@pytest.mark.parametrize("moment", ["arrived", "counted"])
async def test_a_message_under_way_when_somebody_writes_counts_before_and_after(stage: Stage, moment: Moment) -> None:
    path = await claimed(stage)
    done = once(stage, moment, lambda: stage.user.write("你好"))

    await says(stage, path, LONG, parts=PARTS)
    await done.wait()

    await staff_write_much(stage, path)


async def test_a_message_that_seemed_lost_and_arrives_after_a_word_counts_after_it(stage: Stage) -> None:
    path = await claimed(stage)
    stage.wechat.world.faults.strays = 1
    await stage.shop.api("POST", path, {"text": "第一句"})
    await hears(stage, 1)  # by another try

    await stage.user.write("你好")
    await stage.wechat.world.bring_strays()
    assert sum("第一句" in text for text in stage.texts("message")) == 2

    await staff_write_much(stage, path)


async def test_a_message_that_was_surely_not_sent_takes_no_place(stage: Stage) -> None:
    path = await claimed(stage)

    async def is_refused() -> bool:
        stage.shop.clock.move(1)
        return stage.wechat.world.faults.busy == 0

    for _ in range(6):
        stage.wechat.world.faults.busy = 1
        await stage.shop.api("POST", path, {"text": "再来"})
        await until(is_refused)
    stage.shop.clock.move(600)
    await stage.idle()

    (row,) = await stage.shop.base.db.fetch("SELECT windows FROM channel_identity")
    assert len(decode_windows(row["windows"]).calls) == len(stage.texts("message")) == 1
    await staff_write_much(stage, path)


@pytest.mark.parametrize("order", list(ORDERS))
async def test_of_which_window_wechat_takes_a_message_does_not_matter(stage: Stage, order: str) -> None:
    path = await claimed(stage)
    stage.user.person.allowance.order = ORDERS[order]
    await says(stage, path, "第一句")
    await stage.user.click("退款进度")
    await says(stage, path, "第二句")
    await says(stage, path, "第三句")
    stage.shop.clock.move(90)
    await stage.user.scan("")

    await staff_write_much(stage, path)
    stage.shop.clock.move(90)
    await staff_write_much(stage, path)


async def test_the_minute_after_a_tap_is_over_for_us_before_a_slow_message_could_come_too_late(stage: Stage) -> None:
    path = await claimed(stage)
    stage.shop.clock.move(49 * 3_600)
    await stage.user.click("退款进度")
    stage.shop.clock.move(39)

    async def slowly() -> None:
        stage.shop.clock.move(19)

    done = once(stage, "arrived", slowly)
    await says(stage, path, "还在窗口内", passing=0)
    await done.wait()

    await staff_write_much(stage, path)
