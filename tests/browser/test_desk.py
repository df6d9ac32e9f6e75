"""The desk in a browser: live with the customer's chat, settled at the sandbox, for everybody and on every screen."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import PageMaker
from tests.browser.desk_page import DemoShop, DeskPage, running_demo
from tests.pictures import picture

pytestmark = pytest.mark.browser
ORDERS = {
    (390, "light"): "DEMO-0040", (390, "dark"): "DEMO-0036", (1280, "light"): "DEMO-0028", (1280, "dark"): "DEMO-0038",
}  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_BEYOND_THE_SIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoShop]:
    with running_demo() as shop:
        yield shop


def test_a_person_and_a_customer_talk_live_and_the_bot_comes_back(new_page: PageMaker, demo: DemoShop) -> None:
    demo.needs_person("c-1003", "DEMO-0027")
    desk = DeskPage.log_in(new_page(), demo)
    desk.open_case("DEMO-0027")
    chat = ChatPage.open(new_page(420, 760), demo.chat("c-1003"))

    desk.press("Take over")
    expect(desk.reply).to_be_visible()
    chat.expect_said("Anna from our staff has joined")
    desk.say("Hello Amy, what happened to the teapot?")
    desk.expect_said("Hello Amy, what happened to the teapot?")
    expect(desk.log.locator(".said").last).to_be_in_viewport()
    chat.expect_said("Hello Amy, what happened to the teapot?")
    chat.write("The lid is broken.")
    desk.expect_said("The lid is broken.")
    assert chat.texts("bot")[-1] != chat.texts("agent")[-1]
    _show_a_picture(desk, chat)
    before = len(chat.texts("bot"))

    desk.press("Give back to the assistant")
    chat.expect_said("the automated assistant is back")
    chat.write("thank you")
    chat.expect_said("You are welcome")
    assert len(chat.texts("bot")) == before + 1


def _show_a_picture(desk: DeskPage, chat: ChatPage) -> None:
    """Without words, while the customer goes on writing; what is no picture is told and stays unsent."""
    desk.picture.set_input_files({"name": "label.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(120, 90))})
    chat.write("Do you see it?")
    desk.expect_said("Do you see it?")
    desk.press("Send")
    expect(desk.log.locator(".said.agent img")).to_be_visible()
    expect(chat.log.locator(".message.agent .shown img")).to_be_visible()
    expect(desk.picture).to_have_value("")

    desk.picture.set_input_files({"name": "film.jpg", "mimeType": "image/jpeg", "buffer": b"GIF89a, no picture"})
    desk.press("Send")
    expect(desk.notice).to_contain_text("no picture that can be sent")
    desk.picture.set_input_files([])
    desk.say("That is the label.")
    chat.expect_said("That is the label.")


def test_an_approval_is_settled_at_the_sandbox_and_told(new_page: PageMaker, demo: DemoShop) -> None:
    demo.needs_person("c-1001", "DEMO-0013")
    desk = DeskPage.log_in(new_page(), demo)
    desk.open_case("DEMO-0013")
    chat = ChatPage.open(new_page(420, 760), demo.chat("c-1001"))

    desk.decide("approve", reply="We are sorry, your money is on its way.")

    desk.expect_state("refunded")
    chat.expect_said("We are sorry, your money is on its way.")
    expect(desk.page.locator("form.decide")).to_have_count(0)
    expect(desk.page.get_by_text("there is nothing to decide")).to_be_visible()


def test_a_suggestion_fills_the_form_in(new_page: PageMaker, demo: DemoShop) -> None:
    demo.needs_person("c-1001", "DEMO-0009")
    desk = DeskPage.log_in(new_page(), demo)
    desk.open_case("DEMO-0009")

    desk.page.locator(".suggestions li").filter(has_text="Reject").get_by_role("button").click()

    expect(desk.form.locator("[name=action]")).to_have_value("reject")
    expect(desk.form.locator("[name=reason_code]")).to_have_value("no_evidence")
    draft = re.compile(r"does not meet our refund rules. Reason: no picture that shows the problem was sent. If you")
    expect(desk.form.locator("[name=reply]")).to_have_value(draft)
    expect(desk.form.locator("[name=shipping]")).to_be_hidden()
    expect(desk.form.locator("[name=amount]")).to_be_hidden()


def test_who_decides_second_is_told_who_was_faster(new_page: PageMaker, demo: DemoShop) -> None:
    demo.needs_person("c-1001", "DEMO-0014")
    first, second = DeskPage.log_in(new_page(), demo), DeskPage.log_in(new_page(), demo, "bo")
    for desk in (first, second):
        desk.open_case("DEMO-0014")
    second.form.locator("[name=reply]").fill("I will look into it.")
    first.decide("ask_customer", reply="Please send a picture.")
    first.expect_state("waits for the customer")

    second.decide("approve", reply="Paid.")

    expect(second.notice).to_contain_text("Anna was faster")
    second.expect_state("waits for the customer")


def test_a_wrong_amount_is_told_and_what_was_typed_stays(new_page: PageMaker, demo: DemoShop) -> None:
    demo.needs_person("c-1001", "DEMO-0008")
    desk = DeskPage.log_in(new_page(), demo)
    desk.open_case("DEMO-0008")

    desk.decide("partial", amount="12.345")

    expect(desk.notice).to_contain_text("“12.345” is not an amount that fits")
    expect(desk.form.locator("[name=amount]")).to_have_value("12.345")


def test_a_new_case_appears_in_the_queue_by_itself(new_page: PageMaker, demo: DemoShop) -> None:
    desk = DeskPage.log_in(new_page(), demo)
    expect(desk.queued("DEMO-0037")).to_have_count(0)

    demo.needs_person("c-1003", "DEMO-0037")

    expect(desk.queued("DEMO-0037")).to_be_visible()


def test_the_desk_works_by_keyboard_alone(new_page: PageMaker, demo: DemoShop) -> None:
    demo.needs_person("c-1002", "DEMO-0023", locale="zh-CN")
    page = new_page()
    page.goto(f"{demo.url}/desk/login?shop=demo")
    _tab_to(page, "[name=login]")
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(demo.passwords["anna"])
    page.keyboard.press("Enter")
    desk = DeskPage(page, demo)
    expect(desk.queued("DEMO-0023")).to_be_visible()

    _tab_to(page, ".queue a:has-text('DEMO-0023')")
    page.keyboard.press("Enter")
    expect(desk.head).to_contain_text("DEMO-0023")
    _tab_to(page, ".hold button")
    page.keyboard.press("Enter")
    expect(desk.reply).to_be_visible()
    _tab_to(page, "#say-text")
    page.keyboard.type("您好")
    page.keyboard.press("Enter")
    desk.expect_said("您好")
    expect(desk.reply).to_be_focused()
    _tab_to(page, ".who-holds button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take over")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_and_have_no_known_barrier(new_page: PageMaker, demo: DemoShop, width: int, scheme: str) -> None:
    demo.needs_person("c-1003", ORDERS[width, scheme])
    page = new_page(width, 844, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    login = _seen(page, f"{demo.url}/desk/login?shop=demo")
    DeskPage.log_in(page, demo)

    found = {"login": login}
    for path in ("", "/cases", "/trouble"):
        found[path] = _seen(page, f"{demo.url}/desk{path}")
    page.goto(f"{demo.url}/desk/cases")
    page.locator("td a").first.click()
    page.locator("summary").click()
    page.locator("form.decide [name=action]").or_(page.locator("main")).first.wait_for()
    found["case"] = _barriers(page)

    assert found == dict.fromkeys(found, (0, []))


def test_the_desk_speaks_chinese_too(new_page: PageMaker, demo: DemoShop) -> None:
    page = new_page()
    DeskPage.log_in(page, demo)
    page.goto(f"{demo.url}/desk/cases")

    page.get_by_role("button", name="中文").click()

    expect(page).to_have_url(f"{demo.url}/desk/cases")
    expect(page.locator("h1")).to_have_text("售后单")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def _seen(page: Page, address: str) -> tuple[int, list[Any]]:
    page.goto(address)
    return _barriers(page)


def _barriers(page: Page) -> tuple[int, list[Any]]:
    """How far the page sticks out sideways, and what keeps somebody from using it."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": RULES})
    violations = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found.response["violations"]]
    beyond = page.evaluate(_BEYOND_THE_SIDE)
    return beyond, violations


def _tab_to(page: Page, selector: str) -> None:
    """Goes there with the Tab key alone."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector.partition(":has-text")[0]):
            text = selector.partition("has-text('")[2].rstrip("')")
            if text in page.evaluate("() => document.activeElement.innerText ?? ''"):
                return
    raise AssertionError(f"{selector} is not reached")
