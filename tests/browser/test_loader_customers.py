"""Whose chat it is on a shop page: changed, renewed, left, and never shown to anybody else."""

from playwright.sync_api import Frame, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER
from tests.browser.shop_page import chat_in, open_shop
from tests.browser.test_chat_old_browsers import NO_STORAGE
from tests.servers.fake_chat import FakeChat

_STORED = "() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }])"
OTHER_CUSTOMER = "x.eyJzdWIiOiJjLTIwMDIifQ.y"


def test_the_count_of_one_customer_is_not_shown_to_another(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat_in(page)
    page.evaluate("window.refundbot.close()")
    chat_server.say("给第一位顾客")
    expect(page.get_by_role("button", name="(1 条新消息)")).to_be_visible()

    page.goto(chat_server.shop(identity=OTHER_CUSTOMER))

    expect(page.get_by_role("button", name="打开在线客服", exact=True)).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def test_a_renewed_identity_of_the_same_customer_disturbs_nothing(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)
    chat.write("第一句")
    chat.expect_said("您说的是：第一句")
    chat.field.fill("写到一半")

    page.evaluate("identity => window.refundbot.identify(identity)", CUSTOMER + "3")

    chat.expect_said("您说的是：第一句")
    expect(chat.field).to_have_value("写到一半")
    assert len(chat_server.session_requests) == 1


def test_at_a_change_of_customers_nothing_of_the_former_one_is_seen(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)
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
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)
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
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat_in(page).write("只有我能看")
    chat_in(page).expect_said("您说的是：只有我能看")
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
    open_shop(page, chat_server, identity="")
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)
    chat.write("我是游客")
    chat.expect_said("您说的是：我是游客")
    chat.language.click()

    page.goto(chat_server.shop(identity="") + "#next")
    page.reload()
    page.evaluate("window.refundbot.open()")

    chat_in(page).expect_said("您说的是：我是游客")
    expect(chat_in(page).status).to_have_text("Connected")
    assert len(chat_server.session_requests) == 1


def test_another_customer_gets_a_conversation_of_their_own(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server, identity="")
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)
    chat.write("我是游客")
    chat.expect_said("您说的是：我是游客")

    page.evaluate("identity => window.refundbot.identify(identity)", OTHER_CUSTOMER)

    expect(chat.messages).to_have_count(0)
    expect(chat.welcome).to_be_visible()
    assert [asked["identity"] for asked in chat_server.session_requests] == [None, OTHER_CUSTOMER]


def test_the_shop_is_asked_for_a_new_identity_and_the_chat_goes_on(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)
    chat_server.faults.token_is_expired = True
    chat_server.faults.identity_is_expired = True
    page.evaluate("addEventListener('refundbot:identity-needed', () => { document.title = 'asked'; })")

    chat.write("过期了吗")
    expect(page).to_have_title("asked")
    chat_server.faults.identity_is_expired = False
    page.evaluate("identity => window.refundbot.identify(identity)", CUSTOMER + "3")

    chat.expect_said("您说的是：过期了吗")
    assert chat_server.texts_said_by("customer") == ["过期了吗"]
