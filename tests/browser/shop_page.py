"""The chat on a shop's own page, as a person uses it there."""

from playwright.sync_api import Frame, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER
from tests.servers.fake_chat import FakeChat


def open_shop(page: Page, server: FakeChat, *, identity: str = CUSTOMER, locale: str = "zh-CN") -> None:
    """Opens the shop page and waits for the chat's button."""
    server.page()
    page.goto(server.shop(identity=identity, locale=locale))
    expect(page.locator("button")).to_be_visible()


def chat_in(page: Page) -> ChatPage:
    """The opened chat in its frame, connected."""
    expect(page.locator("iframe")).to_be_visible()
    frame = page.locator("iframe").element_handle().content_frame()
    assert isinstance(frame, Frame)
    chat = ChatPage(frame)
    chat.wait_for_state("connected")
    return chat
