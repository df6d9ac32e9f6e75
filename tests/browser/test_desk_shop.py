"""The owner's page in a browser: the chat's look and hours, set with forms and seen in the chat."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import PageMaker
from tests.browser.desk_page import DemoShop, DeskPage, running_demo
from tests.browser.test_chat_accessibility import RULES

pytestmark = pytest.mark.browser
_BEYOND_THE_SIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoShop]:
    with running_demo() as shop:
        yield shop


def test_what_the_owner_sets_is_seen_in_the_chat(new_page: PageMaker, demo: DemoShop) -> None:
    desk = DeskPage.log_in(new_page(), demo, "lin")
    desk.page.get_by_role("link", name="Chat").click()
    desk.page.locator("[name=colour]").fill("#ffe600")
    desk.press("Save the look")
    expect(desk.notice).to_contain_text("its contrast with the colour is 1.27")
    expect(desk.page.locator("[name=colour]")).to_have_value("#ffe600")

    desk.page.locator("[name=colour]").fill("#0a7d5a")
    desk.page.locator("[name=greeting_zh]").fill("欢迎光临")
    desk.press("Save the look")
    expect(desk.page.locator(".notice")).to_contain_text("Saved.")
    desk.page.locator("[name=mon]").fill("00:00-00:01")
    desk.press("Save the hours")
    expect(desk.page.locator(".notice")).to_contain_text("Saved.")

    chat = ChatPage.open(new_page(390, 844, locale="zh-CN"), demo.chat("c-1002"))
    expect(chat.welcome).to_contain_text("欢迎光临")
    expect(chat.welcome).to_contain_text("人工客服时间：周一 00:00–00:01")
    expect(chat.human).to_have_css("color", "rgb(10, 125, 90)")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_owners_page_fits_and_has_no_known_barrier(
    new_page: PageMaker, demo: DemoShop, width: int, scheme: str
) -> None:
    page = new_page(width, 844, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    DeskPage.log_in(page, demo, "lin")

    page.goto(f"{demo.url}/desk/shop")

    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": RULES})
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert page.evaluate(_BEYOND_THE_SIDE) == 0
