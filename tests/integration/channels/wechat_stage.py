"""A shop with an account at a WeChat, and a user of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channels.start_token import Start, sign_start
from storage.channel_store import add_account
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.servers.wechat.server import FakeWeChat
from tests.servers.wechat.state import Account, Kind
from tests.servers.wechat.users import User

AES_KEY = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1A"
APP_IDS: Mapping[Kind, str] = {"wechat": "wxba5fad812f8e6fb9", "mini_program": "wx5a3c1e7702f94d1b"}
OPENIDS: Mapping[Kind, str] = {"wechat": "oFan6s0d4w9GZ3mT7kL1qYxB2nVc", "mini_program": "o8Hk15m2qXrT0pW7vZcB4nJdLsYe"}
FIELDS = ("character_string1", "amount2", "phrase3")


@dataclass
class Stage:
    """A shop with an account at a WeChat, and a user of it."""

    shop: Shop
    wechat: FakeWeChat
    account: Account
    user: User

    def follower(self, openid: str, *, human: str) -> User:
        """Another user of the account."""
        return self.wechat.user(self.account, openid, human=human)

    def texts(self, how: str = "") -> list[str]:
        return [heard.text for heard in self.user.person.heard if not how or heard.how == how]

    async def hears(self, words: str, *, count: int = 1) -> None:
        await self.wechat.world.until(lambda: sum(words in text for text in self.texts()) >= count)

    def start(self) -> str:
        """What the merchant's server puts into a code or a link, for the customer of O-1."""
        ends = self.shop.clock.now() + timedelta(minutes=10)
        return sign_start(Start("c-1", "O-1"), self.shop.merchant.chat_secret, expires_at=ends)

    async def idle(self) -> None:
        """Until nothing is left to send that could be sent now."""

        async def is_idle() -> bool:
            rows = await self.shop.base.db.fetch(
                "SELECT 1 FROM outbox WHERE kind = 'channel.send' AND done_at IS NULL AND buried_at IS NULL"
                " AND (not_before IS NULL OR not_before <= $1)",
                self.shop.clock.now(),
            )
            return not rows

        await until(is_idle)


async def open_stage(shop: Shop, wechat: FakeWeChat, kind: Kind, *, is_safe: bool = True, **more: Any) -> Stage:
    app_id, name = more.pop("fake_app_id", APP_IDS[kind]), more.pop("account_name", "main")
    account = wechat.add(
        Account(kind, app_id, "s3cret", "t0ken", AES_KEY if is_safe else "", templates={"tpl": FIELDS})
    )
    account.message_format = more.pop("message_format", "xml")
    account.open_platform = more.pop("open_platform", "")
    account.webhook_url = f"{shop.url}/webhooks/shop/{kind}/{name}"
    settings = {
        "app_id": account.app_id, "app_secret": account.secret, "token": account.push_token, "api_base": wechat.url,
    }  # fmt: skip
    settings |= {"encoding_aes_key": AES_KEY} if is_safe else {}
    await add_account(
        shop.base.db, shop.base.vault, shop.merchant.merchant_id, kind, name, settings | more, now=shop.clock.now()
    )
    wechat.world.now = lambda: shop.clock.now().timestamp()
    return Stage(shop, wechat, account, wechat.user(account, OPENIDS[kind]))
