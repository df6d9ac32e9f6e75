"""A picture that still lies with WeChat: its push is answered at once, the talk goes on when the picture is there."""

import asyncio
from typing import Any

import pytest

from bot.work import WorkLimits
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.test_wechat import DELIVERED
from tests.integration.channels.wechat_stage import Stage, open_stage
from tests.pictures import MP4, picture
from tests.servers.wechat.server import FakeWeChat
from tests.servers.wechat.state import Kind

FETCH = "/cgi-bin/media/get"
ARRIVED = "已收到 1 张图片"
LEASE_SECONDS = 41
LONG_SECONDS = 700
BUSY = -1
TRIES_MAX = WorkLimits().media_tries_max


@pytest.fixture(params=["wechat", "mini_program"])
async def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
async def stage(shop: Shop, wechat: FakeWeChat, kind: Kind) -> Stage:
    """An account of either kind, whose user has been asked for pictures of what is broken."""
    opened = await open_stage(shop, wechat, kind)
    await shop.api("POST", "/orders", order(status="delivered", shipments=[DELIVERED]))
    if kind == "wechat":
        await opened.user.follow(opened.start())
    else:
        await opened.user.enter(f"token={opened.start()}")
    await opened.hears("申请退款")
    for text, answer in (("1", "Teapot"), ("1", "请选择要退"), ("全部商品", "原因"), ("商品破损", "请发送能看清")):
        shop.clock.move(3)
        await opened.user.write(text)
        await opened.hears(answer)
    shop.clock.move(3)
    await opened.idle()
    return opened


def push_of(stage: Stage, name: str, *, kind: str = "image", number: int = 24876543210987) -> bytes:
    stage.user.person.allowance.open("message", stage.wechat.world.now())
    return stage.user.written({
        "ToUserName": stage.account.name, "FromUserName": stage.user.person.openid, "MsgType": kind,
        "CreateTime": int(stage.wechat.world.now()), "PicUrl": "http://mmbiz.qpic.cn/0", "MediaId": name,
        "MsgId": number,
    })  # fmt: skip


async def rows(stage: Stage, sql: str) -> list[Any]:
    return list(await stage.shop.base.db.fetch(sql))


async def states(stage: Stage) -> list[tuple[str, str | None]]:
    found = await rows(stage, "SELECT state, reason FROM awaited_media ORDER BY created_at, place")
    return [(row["state"], row["reason"]) for row in found]


async def attachments(stage: Stage) -> list[int]:
    """How many each of the customer's messages shows that shows any."""
    found = await rows(
        stage, "SELECT jsonb_array_length(body->'attachments') AS n FROM message WHERE sender='customer' ORDER BY seq"
    )
    return [row["n"] for row in found if row["n"]]


async def calls_are(stage: Stage, count: int) -> None:
    async def made() -> bool:
        return stage.wechat.world.calls.count(FETCH) == count

    await until(made)


async def test_a_push_is_answered_at_once_and_its_picture_is_thanked_for_when_it_is_there(stage: Stage) -> None:
    world, heard = stage.wechat.world, len(stage.user.person.heard)
    world.held, stage.user.answer_seconds = asyncio.Event(), 1.0

    pushed = await stage.user.send_picture(picture())
    await calls_are(stage, 1)
    before = (await states(stage), await attachments(stage), stage.texts()[heard:])
    world.held.set()
    await world.until(lambda: len(stage.user.person.heard) > heard)

    assert (pushed.status, len(pushed.tries)) == (200, 1)
    assert before == ([("pending", None)], [], [])
    assert ARRIVED in stage.texts()[heard]
    assert (await states(stage), await attachments(stage)) == ([("kept", None)], [1])
    await stage.idle()
    assert len(stage.texts()) == heard + 1


async def test_what_is_written_while_a_picture_hangs_is_answered_in_time(stage: Stage) -> None:
    world, heard = stage.wechat.world, len(stage.user.person.heard)
    world.held, stage.user.answer_seconds = asyncio.Event(), 1.0
    await stage.user.send_picture(picture())
    await calls_are(stage, 1)

    pushed = await stage.user.write("手柄断了")
    await world.until(lambda: len(stage.user.person.heard) > heard)

    assert (pushed.status, len(pushed.tries)) == (200, 1)
    assert stage.user.person.heard[-1].how == ("answer" if stage.account.kind == "wechat" else "message")
    assert await states(stage) == [("pending", None)]


async def test_a_picture_that_is_pushed_again_and_again_is_kept_and_answered_once(stage: Stage) -> None:
    world, heard = stage.wechat.world, len(stage.user.person.heard)
    world.held = asyncio.Event()
    world.media["m-1"] = ("image/jpeg", picture())
    push = push_of(stage, "m-1")

    pushed = await asyncio.gather(*(stage.user.push(push) for _ in range(5)))
    world.held.set()
    await world.until(lambda: len(stage.user.person.heard) > heard)
    late = await stage.user.push(push)
    await stage.idle()

    assert [one.status for one in (*pushed, late)] == [200] * 6
    assert world.calls.count(FETCH) == 1
    assert await attachments(stage) == [1]
    assert len(await rows(stage, "SELECT 1 FROM attachment")) == 1
    assert len(stage.texts()) == heard + 1


async def test_two_that_fetch_the_same_keep_one_file_and_answer_once(stage: Stage) -> None:
    """The first has held its lease too long, as a process that was stopped for a while; then both go on at once."""
    world, heard = stage.wechat.world, len(stage.user.person.heard)
    world.held = asyncio.Event()
    await stage.user.send_picture(picture())
    await calls_are(stage, 1)
    stage.shop.clock.move(LEASE_SECONDS)
    await calls_are(stage, 2)

    world.held.set()
    await world.until(lambda: len(stage.user.person.heard) > heard)
    await until(lambda: _is_done(stage))
    await stage.idle()

    kept = [path for path in (stage.shop.settings.data_dir / "attachments").rglob("*") if path.is_file()]
    assert (len(kept), len(await rows(stage, "SELECT 1 FROM attachment"))) == (1, 1)
    assert await attachments(stage) == [1]
    assert len(stage.texts()) == heard + 1


@pytest.mark.parametrize(
    ("content", "words", "reason"),
    [
        (("image/jpeg", b"GIF89a, no picture of any kind that is taken"), "没能收下", "not_evidence"),
        (("image/jpeg", b"\xff\xd8\xff" + b"x" * 100), "没能收下", "not_evidence"),
        (("image/jpeg", b"\xff\xd8\xff" + bytes(10_500_000)), "太大", "too_large"),
        (("text/html", b"<html>"), "没能收下", "not_evidence"),
        (None, "已失效", "gone"),
    ],
)
async def test_what_is_no_picture_too_large_or_gone_is_told_with_what_to_do(
    stage: Stage, content: tuple[str, bytes] | None, words: str, reason: str
) -> None:
    if content is not None:
        stage.wechat.world.media["m-1"] = content

    pushed = await stage.user.push(push_of(stage, "m-1"))
    await stage.hears(words)
    await stage.idle()

    assert pushed.status == 200
    assert await states(stage) == [("failed", reason)]
    assert await attachments(stage) == []
    assert not any(ARRIVED in text for text in stage.texts())
    assert not await rows(stage, "SELECT 1 FROM attachment")


async def test_a_picture_that_cannot_be_fetched_is_tried_again_and_then_given_up(stage: Stage) -> None:
    stage.wechat.world.media_code = BUSY

    pushed = await stage.user.send_picture(picture())
    for number in range(1, TRIES_MAX):
        await calls_are(stage, number)
        await until(lambda: _is_put_off(stage))
        assert await states(stage) == [("pending", None)]
        stage.shop.clock.move(LONG_SECONDS)
    await stage.hears("暂时无法加载")

    assert pushed.status == 200
    assert await states(stage) == [("failed", "unreachable")]
    assert stage.wechat.world.calls.count(FETCH) == TRIES_MAX


async def test_a_picture_that_comes_with_a_later_try_is_there(stage: Stage) -> None:
    stage.wechat.world.media_code = BUSY
    await stage.user.send_picture(picture())
    await until(lambda: _is_put_off(stage))

    stage.wechat.world.media_code = 0
    stage.shop.clock.move(LONG_SECONDS)
    await stage.hears(ARRIVED)

    assert (await states(stage), await attachments(stage)) == ([("kept", None)], [1])


async def test_what_a_person_reads_along_with_gets_the_picture_and_nothing_is_said(stage: Stage) -> None:
    stage.wechat.world.held = asyncio.Event()
    await stage.user.write("转人工")
    await stage.idle()
    await stage.user.send_picture(picture())
    await calls_are(stage, 1)
    heard = len(stage.texts())

    stage.wechat.world.held.set()
    await until(lambda: _is_done(stage))
    await stage.idle()

    assert await attachments(stage) == [1]
    assert len(stage.texts()) == heard


async def test_a_video_is_kept_as_it_was_sent(stage: Stage) -> None:
    if stage.account.kind == "mini_program":
        return  # its customer service takes none
    world = stage.wechat.world
    world.videos["v-1"], world.media["film"] = f"{stage.wechat.url}/file/film", ("video/mp4", MP4)

    await stage.user.push(push_of(stage, "v-1", kind="video"))
    await stage.hears(ARRIVED)

    (kept,) = await rows(stage, "SELECT media_type, size_bytes FROM attachment")
    assert tuple(kept) == ("video/mp4", len(MP4))


async def test_a_voice_message_waits_for_nothing(stage: Stage) -> None:
    if stage.account.kind == "mini_program":
        return
    await stage.user.does("message", {"MsgType": "voice", "MediaId": "v", "Recognition": "我要退款", "MsgId": 5})

    assert await states(stage) == []


async def _is_put_off(stage: Stage) -> bool:
    later = "leased_until IS NULL AND not_before > $1 AND done_at IS NULL"
    sql = f"SELECT 1 FROM outbox WHERE kind = 'media.fetch' AND {later}"
    return bool(await stage.shop.base.db.fetch(sql, stage.shop.clock.now()))


async def _is_done(stage: Stage) -> bool:
    left = await rows(stage, "SELECT 1 FROM outbox WHERE kind='media.fetch' AND done_at IS NULL AND buried_at IS NULL")
    return not left
