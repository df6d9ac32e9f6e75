"""A refund paid half by transfer, in a browser: asked by an agent, approved by the lead, paid by finance."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import PageMaker
from tests.browser.desk_page import DemoShop, DeskPage, running_demo

pytestmark = pytest.mark.browser
ORDER, CUSTOMER = "DEMO-0030", "c-1003"
_BEYOND_THE_SIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoShop]:
    with running_demo() as shop:
        yield shop


def test_an_agent_asks_the_lead_approves_and_finance_pays_by_hand(new_page: PageMaker, demo: DemoShop) -> None:
    demo.needs_person(CUSTOMER, ORDER)
    agent = DeskPage.log_in(new_page(), demo, "bo")
    agent.open_case(ORDER)
    agent.decide("approve", reply="You get half to your card and half by transfer.")
    expect(agent.page.locator(".second")).to_contain_text("Waits for a second person: 阿波 decided")

    lead = DeskPage.log_in(new_page(390, 844), demo)
    lead.open_case(ORDER)
    assert lead.page.evaluate(_BEYOND_THE_SIDE) == 0
    lead.page.locator(".second button").click()
    expect(lead.form.locator("[name=reply]")).to_have_value("You get half to your card and half by transfer.")
    lead.form.locator("button.primary").click()
    lead.expect_state("with finance")
    expect(lead.page.get_by_text("Only finance or the owner can confirm this payment.")).to_be_visible()
    lead.expect_said("was returned successfully")  # the card's half; a form filled in before it would be out of date

    finance = DeskPage.log_in(new_page(390, 844), demo, "mei")
    finance.open_case(ORDER)
    finance.page.locator(".ways summary").click()
    form = finance.page.locator("form.payout")
    form.locator("[name=proof]").fill("ICBC 2026-77")
    form.locator("[name=amount]").fill("164")
    assert finance.page.evaluate(_BEYOND_THE_SIDE) == 0
    finance.press("Confirm payment and tell the customer")
    expect(finance.notice).to_contain_text("CN¥164.50 has to be paid")
    expect(form.locator("[name=proof]")).to_have_value("ICBC 2026-77")

    form.locator("[name=amount]").fill("164.50")
    finance.press("Confirm payment and tell the customer")

    finance.expect_state("refunded")
    expect(finance.page.locator(".timeline")).to_contain_text("reference ICBC 2026-77")
    chat = ChatPage.open(new_page(420, 760), demo.chat(CUSTOMER))
    chat.expect_said("You get half to your card and half by transfer.")
    lead.expect_state("refunded")
