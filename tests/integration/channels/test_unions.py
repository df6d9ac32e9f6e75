"""Who a follower of an official account is elsewhere: WeChat is asked once, beside the turns, and never guessed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.union_asks import UnionAsks
from bot.working import open_work_parts
from storage.channel_store import add_account
from storage.live import open_live
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.mini_program_app import Phone, open_phone
from tests.integration.channels.unions import ask_now, channels_of, customers, is_, until_asked, until_customer
from tests.integration.channels.wechat_stage import Stage, open_stage
from tests.servers.wechat.server import FakeWeChat

DAY = 86_400
HUMAN = "lin"


@pytest.fixture
async def stage(shop: Shop, wechat: FakeWeChat) -> Stage:
    """An official account that is bound to the merchant's open platform, and a follower of it."""
    opened = await open_stage(shop, wechat, "wechat", open_platform="shop")
    opened.user.person.human = HUMAN
    return opened


@pytest.fixture
async def phone(shop: Shop, wechat: FakeWeChat) -> Phone:
    """The same person's phone, in a mini-program of the same open platform."""
    opened = await open_phone(shop, wechat, open_platform="shop")
    person = wechat.user(opened.stage.account, opened.openid, human=HUMAN).person
    return replace(opened, union_id=wechat.world.union_id(opened.stage.account, person))


async def case_in_the_mini_program(phone: Phone, shop: Shop) -> str:
    """A claim that waits for staff; its number."""
    await shop.api("POST", "/orders", order(status="delivered"))
    chat = await phone.chat(identity=shop.identity("c-1"))
    for action in ("start:refund", "order:O-1", "lines:all", "reason:damaged", "evidence:skip"):
        await chat.say(action=action)
    _, cases = await shop.api("GET", "/cases")
    return str(cases["items"][0]["case_no"])


async def test_a_case_begun_in_the_mini_program_is_asked_about_after_a_plain_text_on_the_official_account(
    shop: Shop, stage: Stage, phone: Phone
) -> None:
    case_no = await case_in_the_mini_program(phone, shop)

    await stage.user.write("你好")
    await until_customer(shop, stage.user, "c-1")
    await stage.user.write("我的退款到哪一步了")

    assert any(case_no in text for text in stage.texts())
    assert stage.wechat.world.asked == [stage.user.person.openid]


async def test_who_is_known_on_the_official_account_first_is_the_same_in_the_mini_program(
    shop: Shop, stage: Stage, phone: Phone
) -> None:
    await stage.user.follow(stage.start())
    await until_asked(stage)

    _, answer = await phone.asks()

    assert (await customers(shop, stage.user), answer["customer"]) == (["c-1"] * 3, "c-1")


async def test_who_was_asked_about_before_they_were_anybody_elsewhere_is_known_by_their_next_word(
    shop: Shop, stage: Stage, phone: Phone
) -> None:
    await stage.user.write("你好")
    await until_asked(stage)
    await case_in_the_mini_program(phone, shop)

    await stage.user.write("你好")

    assert await customers(shop, stage.user) == ["c-1"] * 3
    assert len(stage.wechat.world.asked) == 1


async def test_a_second_official_account_of_the_same_open_platform_knows_them_too(
    shop: Shop, wechat: FakeWeChat, stage: Stage
) -> None:
    other = await open_stage(
        shop, wechat, "wechat", open_platform="shop", account_name="other", fake_app_id="wx77aa0c1d2e3f4a5b"
    )
    await stage.user.follow(stage.start())
    await until_asked(stage)

    user = other.follower("o-there", human=HUMAN)
    await user.follow()

    await until_customer(shop, user, "c-1")


@pytest.mark.parametrize(
    "parted",
    [
        pytest.param(lambda stage: setattr(stage.account, "open_platform", ""), id="the account is bound to none"),
        pytest.param(lambda stage: setattr(stage.account, "open_platform", "x"), id="it is bound to another"),
        pytest.param(lambda stage: setattr(stage.user.person, "human", "wu"), id="it is somebody else"),
        pytest.param(lambda stage: setattr(stage.user.person, "follows", False), id="they do not follow"),
    ],
)
async def test_nobody_is_taken_for_another(
    shop: Shop, stage: Stage, phone: Phone, parted: Callable[[Stage], None]
) -> None:
    case_no = await case_in_the_mini_program(phone, shop)
    parted(stage)

    await stage.user.write("你好")
    await until_asked(stage)
    await stage.user.write(f"我的退款 {case_no} 到哪一步了")

    assert await customers(shop, stage.user) == [None] * 3
    assert "O-1" not in str(stage.texts())


async def test_who_follows_again_is_asked_about_again_and_nobody_else(shop: Shop, stage: Stage, phone: Phone) -> None:
    await case_in_the_mini_program(phone, shop)
    stage.user.person.follows = False
    await stage.user.write("你好")
    await until_asked(stage)
    await stage.user.write("你好")
    shop.clock.move(30 * DAY)
    await stage.user.write("你好")
    asked_before = len(stage.wechat.world.asked)

    await stage.user.follow()
    await until_customer(shop, stage.user, "c-1")
    await stage.user.unfollow()
    await stage.user.follow()
    await until_asked(stage)

    assert (asked_before, len(stage.wechat.world.asked)) == (1, 2)


async def test_an_account_that_may_not_ask_asks_once_a_day_and_people_are_served_all_the_same(
    shop: Shop, stage: Stage
) -> None:
    stage.account.may_ask_people = False
    users = [stage.follower(f"o-{number}", human=f"h-{number}") for number in range(5)]

    for user in users:
        await user.follow()
    await until(lambda: is_(bool(stage.wechat.world.refusals)))
    await ask_now(shop)
    shop.clock.move(DAY - 60)
    await ask_now(shop)
    in_a_day = len(stage.wechat.world.asked)
    shop.clock.move(120)
    await until(lambda: is_(len(stage.wechat.world.asked) > in_a_day))
    await ask_now(shop)
    refused = list(stage.wechat.world.asked)
    stage.account.may_ask_people = True
    shop.clock.move(DAY + 700)
    await until(lambda: is_(set(stage.wechat.world.asked[2:]) >= {user.person.openid for user in users}))

    assert (in_a_day, len(refused), len(set(refused))) == (1, 2, 2)
    assert all("申请退款" in user.person.heard[0].text for user in users)


async def test_an_account_whose_settings_are_given_again_is_asked_again_at_once(
    shop: Shop, stage: Stage, phone: Phone
) -> None:
    await case_in_the_mini_program(phone, shop)
    stage.account.open_platform = ""
    await stage.user.write("你好")
    await until_asked(stage)

    stage.account.open_platform = "shop"
    account = stage.account
    settings = {
        "app_id": account.app_id, "app_secret": account.secret, "token": account.push_token,
        "encoding_aes_key": account.encoding_aes_key, "api_base": stage.wechat.url,
    }  # fmt: skip
    await add_account(
        shop.base.db, shop.base.vault, shop.merchant.merchant_id, "wechat", "main", settings, now=shop.clock.now()
    )

    await until_customer(shop, stage.user, "c-1")


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"asks_code": -1}, 10), ({"asks_code": 45009}, 3_700), ({"asks_code": 45011}, 70),
        ({"asks_dropped": 2}, 700), ({"asks_code": 40035}, DAY + 700),
    ],
)  # fmt: skip
async def test_a_question_that_fails_is_asked_again_later(
    shop: Shop, stage: Stage, phone: Phone, fault: dict[str, int], seconds: int
) -> None:
    await case_in_the_mini_program(phone, shop)
    faults = stage.wechat.world.faults
    for name, value in fault.items():
        setattr(faults, name, value)

    await stage.user.write("你好")
    await until_asked(stage)
    faults.asks_code = 0
    await ask_now(shop)
    asked_before, before = len(stage.wechat.world.asked), await customers(shop, stage.user)
    shop.clock.move(seconds)

    await until_customer(shop, stage.user, "c-1")
    assert before == [None] * 3
    assert len(stage.wechat.world.asked) == asked_before + 1


async def test_a_person_of_whom_wechat_knows_nothing_is_asked_about_once(shop: Shop, stage: Stage) -> None:
    stage.user.person.app_id = "another"

    await stage.user.write("你好")
    await until_asked(stage)
    shop.clock.move(30 * DAY)
    await ask_now(shop)

    assert stage.wechat.world.refusals == [40003]
    assert len(stage.wechat.world.asked) == 1


async def test_no_answer_waits_for_wechat_to_tell_who_itis_(shop: Shop, stage: Stage) -> None:
    held = stage.wechat.world.faults.asks_held = asyncio.Event()
    await stage.user.follow()
    await until(lambda: is_(bool(stage.wechat.world.asked)))

    pushed = await stage.user.write("你好")
    held.set()

    assert (pushed.status, len(pushed.tries)) == (200, 1)
    assert "申请退款" in stage.texts("answer")[-1]


async def test_several_processes_ask_once_for_each_person(shop: Shop, stage: Stage) -> None:
    users = [stage.follower(f"o-{number}", human=f"h-{number}") for number in range(12)]
    async with (
        open_live(shop.base.addresses.redis_url) as live,
        open_work_parts(shop.base, live, sandbox_url=None) as one,
        open_work_parts(shop.base, live, sandbox_url=None) as other,
    ):
        asks = [UnionAsks(parts, channels_of(parts.channels)) for parts in (one, other)]
        await asyncio.gather(*(user.write("你好") for user in users), *(ask.turn() for ask in asks))
        await asyncio.gather(*(ask.turn() for ask in asks * 3))
        await until_asked(stage, len(users))

    assert sorted(stage.wechat.world.asked) == sorted(user.person.openid for user in users)


async def test_a_person_who_is_two_customers_elsewhere_is_made_neither(shop: Shop, stage: Stage, phone: Phone) -> None:
    await phone.asks(identity=shop.identity("c-1"))
    await replace(phone, openid="o-second").asks(identity=shop.identity("c-2"))

    await stage.user.write("你好")
    await until_asked(stage)
    await stage.user.write("你好")

    assert await customers(shop, stage.user) == [None] * 3


async def test_who_is_somebody_already_stays_so_whatever_wechat_tells(shop: Shop, stage: Stage, phone: Phone) -> None:
    await phone.asks(identity=shop.identity("c-2"))
    held = stage.wechat.world.faults.asks_held = asyncio.Event()
    await stage.user.follow()
    await until(lambda: is_(bool(stage.wechat.world.asked)))
    await stage.user.scan(stage.start())
    held.set()
    await until_asked(stage)

    await stage.user.write("你好")

    assert await customers(shop, stage.user) == ["c-1"] * 3
