"""One browser for all browser tests, a fresh context and a fresh fake chat server for each."""

from collections.abc import Callable, Iterator

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file: its driver keeps an event loop running, which no other test could bear."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


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
