"""Another language is chosen in the midst of a talk: what is open is said again in it, once, and can be answered."""

from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.browser.shop_page import chat_in, open_shop
from tests.servers.fake_chat import FakeChat


def _asked(page: Page, server: FakeChat) -> ChatPage:
    chat = ChatPage.open(page, server.page(identity=CUSTOMER))
    chat.choose("申请退款")
    chat.expect_said("是要为这个订单")
    chat.expect_settled()
    return chat


def _actions(server: FakeChat) -> list[str | None]:
    return [one["action"] for one in server.talk().said if one["sender"] == "customer"]


def _shown(chat: ChatPage) -> list[str]:
    return chat.root.locator("#log .message:visible .bubble").all_inner_texts()


def test_the_open_question_is_said_again_and_its_buttons_count(page: Page, chat_server: FakeChat) -> None:
    chat = _asked(page, chat_server)

    chat.language.click()
    chat.expect_said("Is this the order?")

    expect(chat.root.get_by_role("button", name="是这个订单")).to_be_disabled()
    chat.choose("Yes, this order")
    chat.expect_said("请选择要退的商品")
    assert _actions(chat_server) == ["start:refund", "locale:en", "order:20261112-0007"]
    assert "English" not in _shown(chat)


def test_five_presses_in_a_row_are_told_once_and_said_once(page: Page, chat_server: FakeChat) -> None:
    chat = _asked(page, chat_server)

    for _ in range(5):
        chat.language.click()

    chat.expect_said("Is this the order?")
    chat.expect_settled()
    assert _actions(chat_server) == ["start:refund", "locale:en"]
    assert _shown(chat).count("Is this the order?") == 1


def test_presses_that_end_where_they_began_tell_nothing(page: Page, chat_server: FakeChat) -> None:
    page.clock.install()
    chat = _asked(page, chat_server)

    chat.language.click()
    chat.language.click()
    page.clock.run_for(5_000)
    chat.write("好的")

    chat.expect_said("您说的是：好的")
    assert _actions(chat_server) == ["start:refund", None]


def test_each_language_takes_the_place_of_the_other(page: Page, chat_server: FakeChat) -> None:
    chat = _asked(page, chat_server)

    for said in ("Is this the order?", "是要为这个订单申请退款吗？") * 2:
        chat.language.click()
        expect(chat.root.locator("#log .message:visible .bubble").last).to_have_text(said)
    chat.expect_settled()

    assert _shown(chat)[-2:] == ["是要为这个订单申请退款吗？"] * 2
    expect(chat.root.locator("#log .choice:enabled:visible")).to_have_count(1)
    page.reload()
    chat.wait_for_state("connected")
    expect(chat.root.locator("#log .message:visible .bubble")).to_have_count(4)


def test_what_was_said_meanwhile_by_others_stays(page: Page, chat_server: FakeChat) -> None:
    chat = _asked(page, chat_server)
    chat.language.click()
    chat.expect_said("Is this the order?")
    chat_server.now = "2026-11-23T10:05:00+08:00"
    chat_server.say("退款已到账。", sender="system")
    chat.expect_said("退款已到账")

    chat.language.click()
    expect(chat.root.locator("#log .message:visible .bubble").last).to_have_text("是要为这个订单申请退款吗？")

    assert "退款已到账。" in _shown(chat)
    assert "Is this the order?" not in _shown(chat)


def test_a_message_that_comes_first_tells_the_language_with_it(page: Page, chat_server: FakeChat) -> None:
    page.clock.install()
    chat = _asked(page, chat_server)

    chat.language.click()
    chat.write("hello")
    chat.expect_said("您说的是：hello")
    page.clock.run_for(5_000)
    chat.write("again")

    chat.expect_said("您说的是：again")
    assert _actions(chat_server) == ["start:refund", None, None]


def test_who_comes_back_in_another_language_has_the_question_in_it(page: Page, chat_server: FakeChat) -> None:
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)
    chat.choose("申请退款")
    chat.expect_said("是要为这个订单")
    expect(chat.outgoing).to_have_count(0)

    open_shop(page, chat_server, locale="en")
    page.evaluate("window.refundbot.open()")

    chat_in(page).expect_said("Is this the order?")


def test_a_language_in_which_it_was_said_already_takes_nothing_away(page: Page, chat_server: FakeChat) -> None:
    chat = _asked(page, chat_server)
    chat.language.click()
    chat.expect_said("Is this the order?")
    chat_server.say("", sender="customer", action="locale:en")
    chat_server.say("", sender="customer", action="locale:en")
    chat_server.say("", sender="customer", action="locale:en")
    chat.expect_settled()

    expect(chat.root.locator("#log .message:visible .bubble").last).to_have_text("Is this the order?")
    expect(chat.choice("Yes, this order")).to_be_enabled()


def test_the_question_is_in_sight_after_a_long_list(new_page: PageMaker, chat_server: FakeChat) -> None:
    page = new_page(390, 500)
    chat = _asked(page, chat_server)
    page.mouse.move(200, 250)
    page.mouse.wheel(0, -2_000)

    chat.language.click()

    expect(chat.choice("Yes, this order")).to_be_in_viewport()


def test_a_refused_wish_for_a_language_leaves_no_trace(page: Page, chat_server: FakeChat) -> None:
    chat = _asked(page, chat_server)
    chat_server.faults.refused_status = 422

    chat.language.click()
    while chat_server.posts < 2:
        page.evaluate("0")  # lets the page's answer come

    chat.expect_settled()
    expect(chat.root.locator(".problem")).to_have_count(0)
    expect(chat.choice("是这个订单")).to_be_enabled()
