"""A visitor's code from an SMS: on a number pad, tried again, and asked for anew when that is allowed."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import PageMaker
from tests.browser.test_chat_accessibility import RULES
from tests.servers.fake_chat import FakeChat

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def _asked(page: Page, server: FakeChat) -> ChatPage:
    """A visitor who was just sent a code; the page's clock stands where it is put."""
    page.clock.install(time=NOW - timedelta(minutes=1))
    chat = ChatPage.open(page, server.page(identity=None))
    page.clock.pause_at(NOW)
    server.now = NOW.isoformat()
    _send_code(page, server)
    return chat


def _send_code(page: Page, server: FakeChat) -> None:
    server.say("请选择", talk="talk-1", choices=[{"label": "发送验证码", "action": "verify:code"}])
    expect(page.get_by_role("textbox", name="6 位验证码")).to_be_enabled()


def test_the_code_is_typed_on_a_number_pad_and_offered_by_the_phone(page: Page, chat_server: FakeChat) -> None:
    _asked(page, chat_server)

    field = page.get_by_role("textbox", name="6 位验证码")

    expect(field).to_have_attribute("inputmode", "numeric")
    expect(field).to_have_attribute("autocomplete", "one-time-code")


def test_a_code_is_sent_when_it_has_all_its_digits(page: Page, chat_server: FakeChat) -> None:
    chat = _asked(page, chat_server)
    page.clock.run_for(61_000)
    chat.choose_action("verify:code")
    chat.expect_said("验证码已发送")
    field = page.locator(".code input:enabled")
    send = page.locator(".code button[type=submit]").last

    field.fill("2468a1")
    expect(send).to_be_disabled()
    field.fill("246-810")
    field.press("Enter")

    chat.expect_said("已核实")
    assert chat_server.texts_said_by("customer", "talk-1")[-1] == "246810"
    expect(page.locator(".code input:enabled")).to_have_count(0)
    expect(page.locator(".code input").last).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_another_code_can_be_asked_for_after_the_countdown_alone(page: Page, chat_server: FakeChat) -> None:
    _asked(page, chat_server)
    again = page.locator('[data-action="verify:code"]').last

    expect(again).to_be_disabled()
    expect(again).to_have_text("发送验证码（60 秒）")
    page.clock.run_for(18_000)
    expect(again).to_have_text("发送验证码（42 秒）")
    page.clock.run_for(42_000)

    expect(again).to_have_text("发送验证码")
    expect(again).to_be_enabled()


def test_a_wrong_code_does_not_begin_the_countdown_anew(page: Page, chat_server: FakeChat) -> None:
    chat = _asked(page, chat_server)
    page.clock.run_for(61_000)
    chat.choose_action("verify:code")
    chat.expect_said("验证码已发送")
    page.clock.run_for(30_000)
    chat_server.now = NOW.replace(minute=1, second=31).isoformat()

    page.locator(".code input:enabled").fill("111111")
    page.locator(".code button[type=submit]:enabled").click()
    chat.expect_said("验证码不正确")

    again = page.locator('[data-action="verify:code"]').last
    expect(again).to_be_enabled()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_question_for_the_code_has_no_known_barrier(new_page: PageMaker, chat_server: FakeChat, width: int) -> None:
    page = new_page(width, 740, reduced_motion="reduce", bypass_csp=True)
    ChatPage.open(page, chat_server.page(identity=None))
    _send_code(page, chat_server)

    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": RULES})

    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert page.evaluate("document.getElementById('scroller').scrollWidth") <= width
