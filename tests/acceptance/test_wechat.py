"""A refund over WeChat, from a scanned code to money that has arrived, with real processes and a WeChat that counts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from channels.start_token import Start, sign_start
from tests.acceptance.shop import Shop, order
from tests.servers.wechat.server import FakeWeChat, fake_wechat
from tests.servers.wechat.state import Account, Kind
from tests.servers.wechat.users import User

AES_KEY = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1A"


@dataclass
class Stage:
    """A user of an account that the shop has added by its command."""

    shop: Shop
    wechat: FakeWeChat
    user: User

    def newest(self) -> str:
        return self.user.person.heard[-1].text

    async def hears(self, words: str) -> None:
        await self.wechat.world.until(lambda: any(words in heard.text for heard in self.user.person.heard))

    def start(self, customer: str, order_no: str) -> str:
        """What the shop's server puts into a code or a button."""
        start = Start(self.shop.customers + customer, order_no)
        return sign_start(start, self.shop.chat_secret, expires_at=datetime.now(UTC) + timedelta(minutes=10))


@pytest.fixture
async def wechat() -> AsyncIterator[FakeWeChat]:
    async with fake_wechat() as wechat:
        yield wechat
        assert wechat.world.wrongs == []
        assert [code for code in wechat.world.refusals if code in {45015, 45047}] == []


def _stage(shop: Shop, wechat: FakeWeChat, kind: Kind, name: str, message_format: str = "xml") -> Stage:
    account = wechat.add(Account(kind, f"wx{name}", "s3cret", "t0ken", AES_KEY, message_format=message_format))
    settings = {
        "app_id": account.app_id, "app_secret": account.secret, "token": account.push_token,
        "encoding_aes_key": AES_KEY, "api_base": wechat.url,
    }  # fmt: skip
    if kind == "mini_program":
        settings["message_format"] = message_format
    pairs = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    added = shop.server.command("channel", "add", shop.slug, kind, name, *pairs)
    path = f"/webhooks/{shop.slug}/{kind}/{name}"
    assert path in added.stdout
    account.webhook_url = shop.server.url + path
    return Stage(shop, wechat, wechat.user(account, f"o-{name}"))


async def test_a_refund_over_an_official_account_in_safe_mode_reaches_the_customer(
    shop: Shop, wechat: FakeWeChat
) -> None:
    stage = _stage(shop, wechat, "wechat", "official")
    bought = order("WX-1", "wang", status="paid", shipped=None)
    await shop.push(bought)

    await stage.user.follow(stage.start("wang", "WX-1"))
    for text in ("申请退款", "1", "不想要了", "1"):
        await stage.user.write(text)
    assert "¥59.00" in stage.newest()
    assert "确认退款" in stage.newest()
    await stage.user.write("确认退款")

    case = await shop.case_in("WX-1", "refunded")
    assert await shop.movements(bought["payments"][0]["payment_no"]) == [5_900]
    assert case["channel"] == "wechat"
    await stage.hears("¥59.00")
    await wechat.world.until(lambda: any(heard.how == "message" for heard in stage.user.person.heard))
    assert shop.verify_books()


async def test_a_push_that_comes_again_pays_nothing_twice_and_is_answered_the_same(
    shop: Shop, wechat: FakeWeChat
) -> None:
    stage = _stage(shop, wechat, "wechat", "again")
    bought = order("WX-2", "li", status="paid", shipped=None)
    await shop.push(bought)
    await stage.user.follow(stage.start("li", "WX-2"))
    for text in ("申请退款", "1", "不想要了", "1"):
        await stage.user.write(text)
    confirmed = stage.user.written({
        "ToUserName": stage.user.account.name, "FromUserName": stage.user.person.openid, "MsgType": "text",
        "CreateTime": int(wechat.world.now()), "Content": "确认退款", "MsgId": 88876543210987655,
    })  # fmt: skip

    for _ in range(4):
        await stage.user.push(confirmed)

    await shop.case_in("WX-2", "refunded")
    assert await shop.movements(bought["payments"][0]["payment_no"]) == [5_900]
    answers = [heard.text for heard in stage.user.person.heard if heard.how == "answer"]
    assert len(set(answers[-4:])) == 1


@pytest.mark.parametrize("message_format", ["xml", "json"])
async def test_a_refund_in_a_mini_programs_chat_begins_with_the_order_of_its_button(
    shop: Shop, wechat: FakeWeChat, message_format: str
) -> None:
    stage = _stage(shop, wechat, "mini_program", message_format, message_format)
    order_no = f"WX-{message_format}"
    bought = order(order_no, message_format, status="paid", shipped=None)
    await shop.push(bought)

    await stage.user.enter(f"order_no={order_no}&token={stage.start(message_format, order_no)}")
    await stage.hears("1. 申请退款")
    for text, heard in (("1", "Thing 1"), ("1", "原因"), ("不想要了", "1. 选择原路退回"), ("1", "请确认")):
        await stage.user.write(text)
        await stage.hears(heard)
    await stage.user.write("确认退款")

    await shop.case_in(order_no, "refunded")
    assert await shop.movements(bought["payments"][0]["payment_no"]) == [5_900]
    await stage.hears("退款申请已提交")
