"""A picture from Telegram on the desk: its place is kept while it is fetched, and it appears there by itself."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageMaker
from tests.browser.desk_page import DemoShop, DeskPage, running_demo
from tests.pictures import picture
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram, fake_telegram
from tests.servers.telegram.state import TOKEN

pytestmark = pytest.mark.browser
SECRET = "s3cret-of-the-webhook_01"
SECONDS_MAX = 30


@dataclass(frozen=True)
class Telegram:
    """The fake Bot API, on a loop of its own beside the browser's."""

    fake: FakeTelegram
    loop: asyncio.AbstractEventLoop

    def does(self, deed: Coroutine[Any, Any, Any]) -> Any:
        """Waits until it is done there."""
        return asyncio.run_coroutine_threadsafe(deed, self.loop).result(SECONDS_MAX)


@contextmanager
def telegram_of(shop: DemoShop) -> Iterator[Telegram]:
    """A Bot API at which the demo shop has a bot."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    entered = fake_telegram()
    telegram = Telegram(asyncio.run_coroutine_threadsafe(entered.__aenter__(), loop).result(SECONDS_MAX), loop)
    settings = {"bot_token": TOKEN, "webhook_secret": SECRET, "api_base": telegram.fake.address}
    pairs = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    shop.command("channel", "add", "demo", "telegram", "bot", *pairs)
    telegram.fake.state.webhook = {"url": f"{shop.url}/webhooks/demo/telegram/bot", "secret_token": SECRET}
    yield telegram
    asyncio.run_coroutine_threadsafe(entered.__aexit__(None, None, None), loop).result(SECONDS_MAX)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(SECONDS_MAX)


def test_a_picture_that_is_fetched_later_appears_in_the_open_page(new_page: PageMaker) -> None:
    with running_demo() as shop, telegram_of(shop) as telegram:
        person, released = Person(telegram.fake, language="en"), asyncio.Event()
        telegram.does(person.write("/human"))
        telegram.does(person.sees(bool))
        desk = DeskPage.log_in(new_page(), shop)
        desk.page.locator(".queue a[href*='/desk/conversations/']").first.click()
        desk.expect_said("passed to a person")
        telegram.fake.fault("file", "slow", until=released)

        telegram.does(person.send_photo(picture(size=(120, 90)), caption="The label"))
        pending = desk.log.get_by_text("A picture or video is being fetched.")
        expect(pending).to_be_visible()
        telegram.loop.call_soon_threadsafe(released.set)

        expect(desk.log.locator(".said img")).to_be_visible()
        expect(pending).to_have_count(0)
        desk.expect_said("The label")
