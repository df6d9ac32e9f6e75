"""The chat on a shop's own page, put there by one script element."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.browser.test_chat_old_browsers import NO_STORAGE
from tests.servers.fake_chat import FakeChat

_STORED = "() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }])"
OTHER_CUSTOMER = "x.eyJzdWIiOiJjLTIwMDIifQ.y"


def _shop(page: Page, server: FakeChat, *, identity: str = CUSTOMER, locale: str = "zh-CN") -> None:
    server.page()
    page.goto(server.shop(identity=identity, locale=locale))
    expect(page.locator("button")).to_be_visible()


def _chat(page: Page) -> ChatPage:
    expect(page.locator("iframe")).to_be_visible()
    frame = page.locator("iframe").element_handle().content_frame()
    assert isinstance(frame, Frame)
    chat = ChatPage(frame)
    chat.wait_for_state("connected")
    return chat


def test_nothing_of_the_chat_is_loaded_before_it_is_opened(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)

    expect(page.locator("iframe")).to_have_count(0)
    assert chat_server.session_requests == []


def test_the_launcher_opens_a_chat_that_knows_the_customer(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)

    page.get_by_role("button", name="打开在线客服").click()
    chat = _chat(page)
    chat.write("在店铺页面")

    chat.expect_said("您说的是：在店铺页面")
    assert chat_server.session_requests == [{"identity": CUSTOMER, "locale": "zh-CN"}]
    expect(chat.field).to_be_focused()


def test_the_identity_is_in_no_address(page: Page, chat_server: FakeChat) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    _shop(page, chat_server, identity="")

    page.evaluate("identity => window.refundbot.identify(identity)", CUSTOMER)
    page.evaluate("window.refundbot.open()")
    _chat(page)

    assert chat_server.session_requests[0]["identity"] == CUSTOMER
    assert not [address for address in addresses if CUSTOMER in address]


def test_escape_closes_from_within_and_gives_the_focus_back(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    launcher = page.locator("button")
    launcher.focus()
    page.keyboard.press("Enter")
    chat = _chat(page)
    expect(chat.field).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.locator("iframe")).to_be_hidden()
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")


def test_the_close_button_of_the_chat_closes_the_panel(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")

    _chat(page).root.get_by_role("button", name="关闭对话").click()

    expect(page.locator("iframe")).to_be_hidden()


@pytest.mark.parametrize(("width", "is_full"), [(360, True), (1280, False)])
def test_on_a_phone_the_chat_fills_the_screen(
    new_page: PageMaker, chat_server: FakeChat, width: int, is_full: bool
) -> None:
    page = new_page(width, 700)
    _shop(page, chat_server)

    page.evaluate("window.refundbot.open()")
    _chat(page)

    assert (page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": width, "height": 700}) is is_full
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert (page.evaluate("document.documentElement.style.overflow") == "hidden") is is_full


def test_messages_that_come_while_it_is_closed_are_counted(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    _chat(page)
    page.evaluate("window.refundbot.close()")

    chat_server.say("第一条")
    chat_server.say("第二条")

    expect(page.get_by_role("button", name="打开在线客服 (2 条新消息)")).to_be_visible()
    page.evaluate("window.refundbot.open()")
    expect(page.get_by_role("button", name="关闭在线客服")).to_be_visible()


def test_what_is_new_is_still_counted_after_a_reload_and_cleared_by_opening(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    _chat(page).write("在吗")
    _chat(page).expect_said("您说的是：在吗")
    page.evaluate("window.refundbot.close()")
    chat_server.say("第一条")
    expect(page.get_by_role("button", name="(1 条新消息)")).to_be_visible()

    page.reload()
    expect(page.get_by_role("button", name="(1 条新消息)")).to_be_visible()
    chat_server.say("第二条")
    expect(page.get_by_role("button", name="(2 条新消息)")).to_be_visible()
    page.evaluate("window.refundbot.open()")
    _chat(page).expect_said("第二条")
    page.reload()

    expect(page.get_by_role("button", name="打开在线客服", exact=True)).to_be_visible()
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.get_by_role("button", name="打开在线客服", exact=True)).to_be_visible()


def test_the_count_of_one_customer_is_not_shown_to_another(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    _chat(page)
    page.evaluate("window.refundbot.close()")
    chat_server.say("给第一位顾客")
    expect(page.get_by_role("button", name="(1 条新消息)")).to_be_visible()

    page.goto(chat_server.shop(identity=OTHER_CUSTOMER))

    expect(page.get_by_role("button", name="打开在线客服", exact=True)).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def test_the_shop_page_hears_what_happens(page: Page, chat_server: FakeChat) -> None:
    page.add_init_script(
        "window.told = []; for (const name of ['ready', 'open', 'close', 'unread'])"
        " addEventListener('refundbot:' + name, ({ detail }) => told.push([name, detail.count]))"
    )
    _shop(page, chat_server)

    page.evaluate("window.refundbot.open()")
    _chat(page)
    page.evaluate("window.refundbot.close()")
    chat_server.say("新消息")
    expect(page.get_by_role("button", name="(1 条新消息)")).to_be_visible()
    page.evaluate("window.refundbot.open()")

    told = page.evaluate("window.told.map(([name, count]) => count === undefined ? name : `${name} ${count}`)")
    assert told == ["ready", "open", "close", "unread 1", "unread 0", "open"]


def test_a_renewed_identity_of_the_same_customer_disturbs_nothing(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = _chat(page)
    chat.write("第一句")
    chat.expect_said("您说的是：第一句")
    chat.field.fill("写到一半")

    page.evaluate("identity => window.refundbot.identify(identity)", CUSTOMER + "3")

    chat.expect_said("您说的是：第一句")
    expect(chat.field).to_have_value("写到一半")
    assert len(chat_server.session_requests) == 1


def test_at_a_change_of_customers_nothing_of_the_former_one_is_seen(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = _chat(page)
    chat.write("我的地址是朝阳路 8 号")
    chat.expect_said("您说的是：我的地址")
    chat.field.fill("还没说完")
    chat_server.frame({"type": "typing", "agent": "小林"})
    expect(chat.root.locator("#typing")).to_contain_text("小林")

    at_once = page.evaluate(
        "identity => { window.refundbot.identify(identity); return getComputedStyle(document.querySelector('div')"
        ".shadowRoot.querySelector('iframe')).visibility; }",
        OTHER_CUSTOMER,
    )

    assert at_once == "hidden"
    expect(page.locator("iframe")).to_be_visible()
    expect(chat.messages).to_have_count(0)
    expect(chat.field).to_have_value("")
    assert "朝阳路" not in chat.root.locator("body").inner_text()
    assert "小林" not in chat.root.locator("body").inner_text()
    assert "token-1" not in page.evaluate(_STORED)
    assert "朝阳路" not in page.evaluate(_STORED)


def test_a_name_without_the_signature_does_not_bring_a_talk_back(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = _chat(page)
    chat.write("只有我能看")
    chat.expect_said("您说的是：只有我能看")
    page.evaluate("window.refundbot.identify(null)")
    expect(chat.messages).to_have_count(0)

    chat_server.faults.identity_is_expired = True
    page.evaluate("identity => window.refundbot.identify(identity)", CUSTOMER.replace(".y", ".forged"))

    chat.wait_for_state("ended")
    expect(chat.messages).to_have_count(0)
    asked = [one["identity"] for one in chat_server.session_requests]
    assert asked == [CUSTOMER, None, CUSTOMER.replace(".y", ".forged")]


def test_a_page_reloaded_by_somebody_else_asks_the_server_who_it_is(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    _chat(page).write("只有我能看")
    _chat(page).expect_said("您说的是：只有我能看")
    chat_server.faults.identity_is_expired = True

    page.goto(chat_server.shop(identity=CUSTOMER.replace(".y", ".forged"), locale="zh-CN"))
    page.evaluate("window.refundbot.open()")

    frame = page.locator("iframe").element_handle().content_frame()
    assert isinstance(frame, Frame)
    ChatPage(frame).wait_for_state("ended")
    expect(ChatPage(frame).messages).to_have_count(0)


def test_a_visitors_talk_goes_on_at_the_next_page_where_frames_may_keep_nothing(
    page: Page, chat_server: FakeChat
) -> None:
    page.add_init_script(f"if (window !== top) ({NO_STORAGE})()")
    _shop(page, chat_server, identity="")
    page.evaluate("window.refundbot.open()")
    chat = _chat(page)
    chat.write("我是游客")
    chat.expect_said("您说的是：我是游客")
    chat.language.click()

    page.goto(chat_server.shop(identity="") + "#next")
    page.reload()
    page.evaluate("window.refundbot.open()")

    _chat(page).expect_said("您说的是：我是游客")
    expect(_chat(page).status).to_have_text("Connected")
    assert len(chat_server.session_requests) == 1


def test_another_customer_gets_a_conversation_of_their_own(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server, identity="")
    page.evaluate("window.refundbot.open()")
    chat = _chat(page)
    chat.write("我是游客")
    chat.expect_said("您说的是：我是游客")

    page.evaluate("identity => window.refundbot.identify(identity)", OTHER_CUSTOMER)

    expect(chat.messages).to_have_count(0)
    expect(chat.welcome).to_be_visible()
    assert [asked["identity"] for asked in chat_server.session_requests] == [None, OTHER_CUSTOMER]


def test_the_shop_is_asked_for_a_new_identity_and_the_chat_goes_on(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = _chat(page)
    chat_server.faults.token_is_expired = True
    chat_server.faults.identity_is_expired = True
    page.evaluate("addEventListener('refundbot:identity-needed', () => { document.title = 'asked'; })")

    chat.write("过期了吗")
    expect(page).to_have_title("asked")
    chat_server.faults.identity_is_expired = False
    page.evaluate("identity => window.refundbot.identify(identity)", CUSTOMER + "3")

    chat.expect_said("您说的是：过期了吗")
    assert chat_server.texts_said_by("customer") == ["过期了吗"]


def test_the_launcher_and_its_panel_have_no_known_barrier(new_page: PageMaker, chat_server: FakeChat) -> None:
    page = new_page(bypass_csp=True)
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    _chat(page)

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


def test_messages_of_strangers_are_not_heard(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = _chat(page)

    page.evaluate("window.postMessage({type: 'refundbot:close'}, '*')")
    chat.root.evaluate("identity => window.postMessage({type: 'refundbot:identify', identity}, '*')", OTHER_CUSTOMER)
    chat.write("还是我")

    chat.expect_said("您说的是：还是我")
    expect(page.locator("iframe")).to_be_visible()
    assert [asked["identity"] for asked in chat_server.session_requests] == [CUSTOMER]


def test_the_shops_language_is_the_chats(page: Page, chat_server: FakeChat) -> None:
    _shop(page, chat_server, locale="en")

    page.get_by_role("button", name="Open support chat").click()

    expect(_chat(page).status).to_have_text("Connected")
    assert chat_server.session_requests[0]["locale"] == "en"
