"""The chat on a page that may not hold it: words for the shopper, a way out, and a hint for who runs the page."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.shop_page import chat_in, open_shop
from tests.servers.fake_chat import FakeChat


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_that_may_not_hold_the_chat_says_so_and_can_close_it(
    browser: Browser, chat_server: FakeChat, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    chat_server.framed_by = "; frame-ancestors https://shop.example"
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")

    expect(page.get_by_role("alert")).to_contain_text("聊天没能在这里打开")
    expect(page.locator("iframe")).to_be_hidden()
    origin = chat_server.address.replace("127.0.0.1", "localhost")
    assert [text for text in said if f"refundbot merchant origins demo --origin {origin}" in text]

    page.get_by_role("alert").get_by_role("button", name="关闭在线客服").click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    chat_server.framed_by = ""
    page.evaluate("window.refundbot.open()")
    chat_in(page)
    expect(page.get_by_role("alert")).to_be_hidden()
    page.close()


def test_a_slow_chat_is_not_taken_for_a_refused_one(browser: Browser, chat_server: FakeChat) -> None:
    page = browser.new_page()
    page.clock.install()
    held = []
    page.route("**/static/chat/talk.js", lambda route: held.append(route))  # noqa: PLW0108 - the driver cannot mark a builtin
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    expect(page.frame_locator("iframe").locator("#merchant")).to_have_text("拾光家居")
    while not held:
        page.evaluate("0")  # lets the driver tell what the page has asked for

    page.clock.run_for(60_000)

    expect(page.get_by_role("alert")).to_have_count(0)
    held[0].continue_()
    chat_in(page)
    page.close()
