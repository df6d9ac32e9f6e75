"""A visitor who is not signed in, in a browser: the order's number, the code that came to the phone, the refund."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import PageMaker
from tests.browser.desk_page import DemoShop, running_demo

pytestmark = pytest.mark.browser
ORDER = "DEMO-0003"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoShop]:
    with running_demo() as shop:
        yield shop


def test_a_visitor_is_refunded_with_the_code_that_the_demos_phones_show(new_page: PageMaker, demo: DemoShop) -> None:
    chat = ChatPage.open(new_page(420, 760, locale="en-GB"), f"{demo.url}/chat/demo")
    chat.write("I want a refund")
    chat.expect_said("Please send me the order number")
    chat.write(ORDER)
    chat.expect_said("a 6-digit code is on its way")

    phones = new_page()
    phones.goto(f"{demo.url}/demo/sms")
    text = phones.locator("li p").first
    expect(text).to_contain_text("Your code is")
    expect(phones.locator("li small").first).to_contain_text("0001")
    assert "138000" not in phones.content()
    found = re.search(r"[0-9]{6}", text.inner_text())
    assert found
    chat.write(found.group())

    chat.expect_said(f"Order {ORDER} is confirmed as yours.")
    chat.choose_action("reason:no_longer_wanted")
    chat.root.locator('.choice:enabled[data-action^="offer:"]').first.click()
    chat.choose_action("confirm:yes")
    chat.expect_said("was returned successfully")
