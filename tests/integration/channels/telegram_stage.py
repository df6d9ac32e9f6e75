"""A shop with a bot at a Bot API with state, and somebody who writes to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from channels.start_token import Start, sign_start
from storage.channel_store import add_account
from tests.integration.api.shop import Shop
from tests.servers.telegram.server import FakeTelegram, fake_telegram
from tests.servers.telegram.state import TOKEN

SECRET = "s3cret-of-the-webhook_01"
PATH = "/webhooks/shop/telegram/bot"


@asynccontextmanager
async def bot_of(shop: Shop) -> AsyncIterator[FakeTelegram]:
    """A Bot API at which the shop has a bot."""
    async with fake_telegram() as running:
        settings = {"bot_token": TOKEN, "webhook_secret": SECRET, "api_base": running.address}
        db, vault = shop.base.db, shop.base.vault
        await add_account(db, vault, shop.merchant.merchant_id, "telegram", "bot", settings, now=shop.clock.now())
        running.state.webhook = {"url": shop.url + PATH, "secret_token": SECRET}
        yield running


def start_token(shop: Shop, customer: str = "c-1", order_no: str | None = "O-1") -> str:
    """What the shop's own server puts behind ?start= for a signed-in customer."""
    until = shop.clock.now() + timedelta(minutes=10)
    return sign_start(Start(customer, order_no), shop.merchant.chat_secret, expires_at=until)
