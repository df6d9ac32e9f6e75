"""One browser for all browser tests of a worker, a fresh context and a fresh fake chat server for each."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.chat_page import ChatPage
from tests.browser.install import find_chromium
from tests.servers.fake_chat import FakeChat, running

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
PageMaker = Callable[..., Page]
# Longer than the 15 s after which a page looks by itself (a wake-up may be lost), and enough for a busy machine.
PATIENCE_MILLISECONDS = 25_000
CUSTOMER = "x.eyJzdWIiOiJjLTEwMDEifQ.y"


@dataclass(frozen=True, slots=True)
class KeptBrowser:
    """A browser between the files that use it, with the event loop that its driver never leaves."""

    browser: Browser
    loop: asyncio.AbstractEventLoop


@pytest.fixture(scope="session")
def kept_browser() -> Iterator[KeptBrowser]:
    """One browser for all browser tests of a worker."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)  # else no other test could run a loop of its own
        yield KeptBrowser(browser, loop)
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture(scope="module")
def browser(kept_browser: KeptBrowser) -> Iterator[Browser]:
    """The browser for the tests of one file, while the driver's loop counts as the running one."""
    asyncio._set_running_loop(kept_browser.loop)
    yield kept_browser.browser
    asyncio._set_running_loop(None)


@pytest.fixture
def chat_server() -> Iterator[FakeChat]:
    with running() as chat:
        yield chat


@pytest.fixture
def new_page(browser: Browser) -> Iterator[PageMaker]:
    """Makes pages in contexts of their own; at the end no page may have broken its content policy or thrown."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(width: int = 1280, height: int = 800, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]  # of new_context
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.extend(_policy_breach(message)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: PageMaker) -> Page:
    return new_page()


@pytest.fixture
def chat(page: Page, chat_server: FakeChat) -> ChatPage:
    return ChatPage.open(page, chat_server.page(identity=CUSTOMER))


def _policy_breach(message: ConsoleMessage) -> list[str]:
    return [message.text] if "Content Security Policy" in message.text else []
