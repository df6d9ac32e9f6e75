"""A bot's channel on a fake Bot API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from channels.channel import Account
from channels.no_tokens import NoTokens
from channels.support_chat.telegram.channel import TelegramChannel, open_channel
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram, fake_telegram
from tests.servers.telegram.state import TOKEN

SECRET = "s3cret-of-the-webhook_01"


@asynccontextmanager
async def opened(api_base: str, *, mode: str = "webhook", token: str = TOKEN) -> AsyncIterator[TelegramChannel]:
    settings = {"bot_token": token, "webhook_secret": SECRET, "api_base": api_base, "mode": mode}
    account = Account("demo", "bot", settings, "https://shop.example/webhooks/demo/telegram/bot")
    channel = open_channel(account, NoTokens())
    try:
        yield channel
    finally:
        await channel.close()


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with fake_telegram() as running:
        yield running


@pytest.fixture
async def channel(fake: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    async with opened(fake.address) as one:
        yield one


@pytest.fixture
async def person(fake: FakeTelegram) -> Person:
    """Somebody who has written to the bot once."""
    somebody = Person(fake)
    await somebody.write("你好")
    fake.state.updates.clear()
    return somebody
