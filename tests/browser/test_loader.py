"""The chat on a shop's own page, put there by one script element."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import CUSTOMER, PageMaker
from tests.browser.shop_page import chat_in, open_shop
from tests.servers.fake_chat import FakeChat

OTHER_CUSTOMER = "x.eyJzdWIiOiJjLTIwMDIifQ.y"


def test_nothing_of_the_chat_is_loaded_before_it_is_opened(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)

    expect(page.locator("iframe")).to_have_count(0)
    assert chat_server.session_requests == []


def test_the_launcher_opens_a_chat_that_knows_the_customer(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)

    page.get_by_role("button", name="打开在线客服").click()
    chat = chat_in(page)
    chat.write("在店铺页面")

    chat.expect_said("您说的是：在店铺页面")
    assert chat_server.session_requests == [{"identity": CUSTOMER, "locale": "zh-CN"}]
    expect(chat.field).to_be_focused()


def test_the_identity_is_in_no_address(page: Page, chat_server: FakeChat) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    open_shop(page, chat_server, identity="")

    page.evaluate("identity => window.refundbot.identify(identity)", CUSTOMER)
    page.evaluate("window.refundbot.open()")
    chat_in(page)

    assert chat_server.session_requests[0]["identity"] == CUSTOMER
    assert not [address for address in addresses if CUSTOMER in address]


def test_escape_closes_from_within_and_gives_the_focus_back(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    launcher = page.locator("button")
    launcher.focus()
    page.keyboard.press("Enter")
    chat = chat_in(page)
    expect(chat.field).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.locator("iframe")).to_be_hidden()
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")


def test_the_close_button_of_the_chat_closes_the_panel(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")

    chat_in(page).root.get_by_role("button", name="关闭对话").click()

    expect(page.locator("iframe")).to_be_hidden()


@pytest.mark.parametrize(("width", "is_full"), [(360, True), (1280, False)])
def test_on_a_phone_the_chat_fills_the_screen(
    new_page: PageMaker, chat_server: FakeChat, width: int, is_full: bool
) -> None:
    page = new_page(width, 700)
    open_shop(page, chat_server)

    page.evaluate("window.refundbot.open()")
    chat_in(page)

    assert (page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": width, "height": 700}) is is_full
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert (page.evaluate("document.documentElement.style.overflow") == "hidden") is is_full


def test_messages_that_come_while_it_is_closed_are_counted(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat_in(page)
    page.evaluate("window.refundbot.close()")

    chat_server.say("第一条")
    chat_server.say("第二条")

    expect(page.get_by_role("button", name="打开在线客服 (2 条新消息)")).to_be_visible()
    page.evaluate("window.refundbot.open()")
    expect(page.get_by_role("button", name="关闭在线客服")).to_be_visible()


def test_what_is_new_is_still_counted_after_a_reload_and_cleared_by_opening(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat_in(page).write("在吗")
    chat_in(page).expect_said("您说的是：在吗")
    page.evaluate("window.refundbot.close()")
    chat_server.say("第一条")
    expect(page.get_by_role("button", name="(1 条新消息)")).to_be_visible()

    page.reload()
    expect(page.get_by_role("button", name="(1 条新消息)")).to_be_visible()
    chat_server.say("第二条")
    expect(page.get_by_role("button", name="(2 条新消息)")).to_be_visible()
    page.evaluate("window.refundbot.open()")
    chat_in(page).expect_said("第二条")
    page.reload()

    expect(page.get_by_role("button", name="打开在线客服", exact=True)).to_be_visible()
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.get_by_role("button", name="打开在线客服", exact=True)).to_be_visible()


def test_the_shop_page_hears_what_happens(page: Page, chat_server: FakeChat) -> None:
    page.add_init_script(
        "window.told = []; for (const name of ['ready', 'open', 'close', 'unread'])"
        " addEventListener('refundbot:' + name, ({ detail }) => told.push([name, detail.count]))"
    )
    open_shop(page, chat_server)

    page.evaluate("window.refundbot.open()")
    chat_in(page)
    page.evaluate("window.refundbot.close()")
    chat_server.say("新消息")
    expect(page.get_by_role("button", name="(1 条新消息)")).to_be_visible()
    page.evaluate("window.refundbot.open()")

    told = page.evaluate("window.told.map(([name, count]) => count === undefined ? name : `${name} ${count}`)")
    assert told == ["ready", "open", "close", "unread 1", "unread 0", "open"]


def test_the_launcher_and_its_panel_have_no_known_barrier(new_page: PageMaker, chat_server: FakeChat) -> None:
    page = new_page(bypass_csp=True)
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat_in(page)

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


def test_messages_of_strangers_are_not_heard(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)

    page.evaluate("window.postMessage({type: 'refundbot:close'}, '*')")
    chat.root.evaluate("identity => window.postMessage({type: 'refundbot:identify', identity}, '*')", OTHER_CUSTOMER)
    chat.write("还是我")

    chat.expect_said("您说的是：还是我")
    expect(page.locator("iframe")).to_be_visible()
    assert [asked["identity"] for asked in chat_server.session_requests] == [CUSTOMER]


def test_the_shops_language_is_the_chats(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server, locale="en")

    page.get_by_role("button", name="Open support chat").click()

    expect(chat_in(page).status).to_have_text("Connected")
    assert chat_server.session_requests[0]["locale"] == "en"
