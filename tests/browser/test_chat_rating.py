"""The question after a case or a talk was closed: put once, answered with a tap and words, never in the way."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.browser.shop_page import chat_in, open_shop
from tests.browser.test_chat_accessibility import RULES
from tests.servers.fake_chat import FakeChat

DUE = {"subject": "case:C-1", "case_no": "C-1"}
REFUNDED = {"kind": "case", "case_no": "C-1", "order_no": "1", "state": "refunded", "amount": 100, "currency": "CNY"}


def _question(chat: ChatPage) -> Locator:
    return chat.root.get_by_role("form", name="服务评价")


def test_a_settled_case_is_asked_about_and_the_answer_is_kept(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.talk().due = DUE
    chat_server.say("退款已到账。", sender="system", card=REFUNDED)
    expect(_question(chat)).to_contain_text("这次售后处理得怎么样？")

    chat.root.get_by_role("button", name="4 分，满意").click()
    _question(chat).get_by_role("textbox").fill("很快，谢谢")
    _question(chat).get_by_role("button", name="提交评价").click()

    expect(chat.root.locator("#rating")).to_have_text("感谢您的评价！")
    assert chat_server.talk().ratings == [{"subject": "case:C-1", "score": 4, "words": "很快，谢谢"}]


def test_a_talk_that_a_person_gives_back_is_asked_about(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.hand_over("agent", "小林")
    expect(chat.status).to_contain_text("小林")
    chat_server.talk().due = {"subject": "talk:2", "case_no": None}

    chat_server.hand_over("bot")

    expect(_question(chat)).to_contain_text("这次服务怎么样？")


def test_a_talk_with_the_assistant_alone_is_asked_about_when_nothing_is_open(
    chat: ChatPage, chat_server: FakeChat
) -> None:
    chat_server.talk().due = {"subject": "bot:3", "case_no": None}
    chat_server.say("不客气。", choices=[{"label": "申请退款", "action": "start:refund"}])
    expect(_question(chat)).to_contain_text("这次服务怎么样？")

    chat.root.get_by_role("button", name="5 分，很满意").click()
    _question(chat).get_by_role("button", name="提交评价").click()

    expect(chat.root.locator("#rating")).to_have_text("感谢您的评价！")
    assert [one["subject"] for one in chat_server.talk().ratings] == ["bot:3"]


def test_who_goes_on_is_not_held_up_by_the_question(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.talk().due = {"subject": "bot:3", "case_no": None}
    chat_server.say("不客气。", choices=[{"label": "申请退款", "action": "start:refund"}])
    expect(_question(chat)).to_be_visible()
    chat_server.talk().due = None

    chat.choose("申请退款")

    expect(_question(chat)).to_have_count(0)
    chat.expect_said("是要为这个订单")
    assert chat_server.talk().ratings == []


def test_the_question_can_be_put_aside(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.talk().due = DUE
    chat_server.say("退款已到账。", sender="system", card=REFUNDED)

    _question(chat).get_by_role("button", name="不评价").click()

    expect(chat.root.locator("#rating")).to_have_text("")
    assert chat_server.talk().ratings == [{"subject": "case:C-1"}]


def test_who_was_away_is_asked_when_they_come_back_and_then_no_more(
    page: Page, chat: ChatPage, chat_server: FakeChat
) -> None:
    chat_server.say("退款已到账。", sender="system", card=REFUNDED)
    chat_server.talk().due = DUE

    page.reload()
    chat.root.get_by_role("button", name="5 分，很满意").click()
    _question(chat).get_by_role("button", name="提交评价").click()
    expect(chat.root.locator("#rating")).to_have_text("感谢您的评价！")
    page.reload()
    chat.wait_for_state("connected")

    expect(_question(chat)).to_have_count(0)
    assert [one["score"] for one in chat_server.talk().ratings] == [5]


def test_a_failed_answer_can_be_sent_again(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.talk().due = DUE
    chat_server.say("退款已到账。", sender="system", card=REFUNDED)
    chat.root.get_by_role("button", name="1 分，很不满意").click()
    _question(chat).get_by_role("textbox").fill("太慢")
    chat_server.faults.refused_status = 503

    _question(chat).get_by_role("button", name="提交评价").click()
    expect(_question(chat)).to_contain_text("没有提交成功")
    _question(chat).get_by_role("button", name="提交评价").click()

    expect(chat.root.locator("#rating")).to_have_text("感谢您的评价！")
    assert chat_server.talk().ratings == [{"subject": "case:C-1", "score": 1, "words": "太慢"}]


def test_the_question_goes_with_its_customer(new_page: PageMaker, chat_server: FakeChat) -> None:
    page = new_page()
    open_shop(page, chat_server)
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)
    chat_server.talk().due = DUE
    chat_server.say("退款已到账。", sender="system", card=REFUNDED)
    expect(_question(chat)).to_be_visible()

    page.evaluate("window.refundbot.identify(null)")

    expect(_question(chat)).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_question_works_by_keyboard_and_has_no_known_barrier(
    new_page: PageMaker, chat_server: FakeChat, width: int
) -> None:
    page = new_page(width, 740, reduced_motion="reduce", bypass_csp=True)
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))
    chat_server.talk().due = DUE
    chat_server.say("退款已到账。", sender="system", card=REFUNDED)
    page.locator('[data-score="3"]').focus()

    page.keyboard.press("Enter")

    expect(page.locator('[data-score="3"]')).to_be_focused()
    expect(page.locator('[data-score="3"]')).to_have_attribute("aria-pressed", "true")
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": RULES})
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate("document.getElementById('scroller').scrollWidth") <= width
    chat.language.click()
    expect(page.get_by_role("button", name="3 of 5, so-so")).to_have_attribute("aria-pressed", "true")
