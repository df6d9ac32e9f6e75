"""A picture that cannot be kept at the moment is asked for again, and is not lost."""

from collections.abc import AsyncIterator

import pytest

from storage.channel_store import add_account
from tests.integration.api.shop import Shop
from tests.pictures import picture
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram, fake_telegram
from tests.servers.telegram.state import TOKEN

SECRET = "s3cret-of-the-webhook_01"


@pytest.fixture
async def fake(shop: Shop) -> AsyncIterator[FakeTelegram]:
    async with fake_telegram() as running:
        settings = {"bot_token": TOKEN, "webhook_secret": SECRET, "api_base": running.address}
        db, vault = shop.base.db, shop.base.vault
        await add_account(db, vault, shop.merchant.merchant_id, "telegram", "bot", settings, now=shop.clock.now())
        running.state.webhook = {"url": shop.url + "/webhooks/shop/telegram/bot", "secret_token": SECRET}
        yield running


async def test_a_picture_is_taken_once_there_is_room_for_it_again(shop: Shop, fake: FakeTelegram) -> None:
    somebody = Person(fake, language="en")
    in_the_way = shop.settings.data_dir / "attachments"
    in_the_way.write_text("a file where the folder should be", encoding="utf-8")

    away = await somebody.send_photo(picture())
    in_the_way.unlink()
    back = await somebody.send_photo(picture())

    kept = await shop.base.db.fetch("SELECT media_type FROM attachment")
    assert (away, back) == (503, 200)
    assert [row["media_type"] for row in kept] == ["image/jpeg"]
