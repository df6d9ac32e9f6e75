"""A merchant's look, hours and languages on the chat page and on a shop page with a strict content policy."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Request, expect

from channels.support_chat.web.page import hours_config
from channels.support_chat.web.theme import Theme
from dialogs.hours import StaffHours
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.browser.shop_page import chat_in, open_shop
from tests.servers.fake_chat import FakeChat

GREEN = Theme("#0a7d5a", "#ffffff", "left", "拾光", {"zh-CN": "欢迎来到拾光家居", "en": "Welcome to Shiguang"})


def _closed_for(hours: float) -> dict[str, object]:
    """Hours that begin so many hours from now, in a week that is otherwise closed; midnight may lie in between."""
    now = datetime.now(UTC)
    start = now + timedelta(hours=hours)
    minute = start.hour * 60 + start.minute
    week: list[tuple[tuple[int, int], ...]] = [()] * 7
    week[start.weekday()] = ((minute, 24 * 60),)
    week[(start.weekday() + 1) % 7] = ((0, 30),)
    found = hours_config(StaffHours("UTC", tuple(week)), now)
    assert found is not None
    return found


def test_the_first_paint_is_in_the_merchants_colours(new_page: PageMaker, chat_server: FakeChat) -> None:
    chat_server.theme = GREEN
    page = new_page(java_script_enabled=False)

    page.goto(chat_server.page())

    expect(page.locator("#send")).to_have_css("background-color", "rgb(10, 125, 90)")


def test_the_chat_has_the_merchants_logo_and_greeting(page: Page, chat_server: FakeChat) -> None:
    chat_server.theme = GREEN

    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))

    expect(page.locator("#mark")).to_have_text("拾光")
    expect(chat.welcome).to_contain_text("欢迎来到拾光家居")
    chat.language.click()
    expect(chat.welcome).to_contain_text("Welcome to Shiguang")


def test_the_button_has_the_merchants_colour_and_side_from_one_script(page: Page, chat_server: FakeChat) -> None:
    chat_server.theme = GREEN
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(chat_server.address)))

    open_shop(page, chat_server)

    launcher = page.locator("button")
    expect(launcher).to_have_css("background-color", "rgb(10, 125, 90)")
    box = launcher.bounding_box()
    assert box is not None
    assert box["x"] == 20
    assert [url for url in asked if url.startswith("/chat")] == ["/chat/demo/loader.js"]


def test_a_script_that_only_names_the_merchant_gets_the_same_button(page: Page, chat_server: FakeChat) -> None:
    chat_server.theme = GREEN
    chat_server.page()

    page.goto(chat_server.shop(identity=CUSTOMER, locale="en", script="loader.js"))
    page.get_by_role("button", name="Open support chat").click()

    expect(page.locator("button")).to_have_css("background-color", "rgb(10, 125, 90)")
    expect(chat_in(page).status).to_have_text("Connected")
    assert chat_server.session_requests[0]["identity"] == CUSTOMER


def test_who_comes_outside_of_the_hours_is_told_when_people_are_back(page: Page, chat_server: FakeChat) -> None:
    hours = _closed_for(3)

    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER, hours=hours))

    back = datetime.fromisoformat(str(hours["changes"][0])).strftime("%H:%M")  # type: ignore[index]  # a list
    expect(chat.welcome).to_contain_text(f"{back} 回来")
    expect(chat.welcome).to_contain_text("人工客服时间")
    expect(chat.status).to_contain_text(f"{back} 回来")
    expect(chat.status).to_have_class("status away")
    chat.write("还在吗")
    chat.expect_said("您说的是：还在吗")


def test_who_waits_for_a_person_is_told_when_people_are_back(page: Page, chat_server: FakeChat) -> None:
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER, hours=_closed_for(3)))

    chat_server.hand_over("queue")

    expect(chat.status).to_contain_text("已为您保留")


def test_the_page_notices_when_people_are_back(page: Page, chat_server: FakeChat) -> None:
    page.clock.install()
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER, hours=_closed_for(3)))
    expect(chat.status).to_contain_text("回来")

    page.clock.fast_forward("03:01:00")

    expect(chat.status).to_have_text("已连接")
    expect(chat.status).to_have_class("status")


def test_within_the_hours_nothing_is_said_of_them_but_when_they_are(page: Page, chat_server: FakeChat) -> None:
    week = (((0, 24 * 60),),) * 7
    hours = hours_config(StaffHours("Asia/Shanghai", week), datetime.now(UTC))

    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER, hours=hours))

    expect(chat.status).to_have_text("已连接")
    expect(chat.welcome).to_contain_text("周一至周日 00:00–24:00")


def test_the_language_is_chosen_before_the_talk_and_remembered(new_page: PageMaker, chat_server: FakeChat) -> None:
    page = new_page(locale="zh-CN")
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER, locale=None))

    chat.welcome.get_by_role("button", name="English").click()

    expect(chat.status).to_have_text("Connected")
    expect(chat.welcome.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")
    other = page.context.new_page()
    assert ChatPage.open(other, chat_server.page(identity=CUSTOMER, locale=None)).status.inner_text() == "Connected"


@pytest.mark.parametrize(("first", "then"), [("zh-CN", "en"), ("en", "zh-CN")])
def test_the_language_is_told_when_it_is_chosen_and_not_again(
    page: Page, chat_server: FakeChat, first: str, then: str
) -> None:
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER, locale=first))
    bodies: list[dict[str, object]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.post_data_json:
            bodies.append(request.post_data_json)

    page.on("request", note)

    for text in ("1", "2"):
        chat.write(text)
        chat.expect_said(f"您说的是：{text}")
    page.clock.install()
    chat.language.click()
    for text in ("3", "4"):
        chat.write(text)
        chat.expect_said(f"您说的是：{text}")

    assert [body.get("locale") for body in bodies] == [first, None, then, None]
