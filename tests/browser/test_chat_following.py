"""What of the conversation is in sight: an answer from its first word on, what is new, and what is being read."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.browser.desk_page import DemoShop, running_demo
from tests.browser.shop_page import chat_in, open_shop
from tests.servers.fake_chat import FakeChat

SCREENS = [(1280, 800), (390, 844)]
LONG = "\n".join(f"第 {number} 行说明" for number in range(8))


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoShop]:
    with running_demo() as shop:
        yield shop


def _offer(number: int) -> dict[str, Any]:
    card = {"kind": "offer", "offer_id": f"o-{number}", "resolution": "balance", "amount": 100 * number}
    until = {"currency": "CNY", "text": "本店通用", "expires_at": "2026-12-01T00:00:00+08:00"}
    return {"card": card | until, "choices": [{"label": f"方式 {number}", "action": f"offer:o-{number}:accept"}]}


def _say_offers(chat: ChatPage, server: FakeChat) -> None:
    server.now = "2026-11-23T10:05:00+08:00"
    server.say(LONG)
    for number in range(1, 6):
        server.say("", **_offer(number))
    expect(chat.choice("方式 5")).to_be_enabled()


def _is_whole(shown: Locator, page: Page) -> bool:
    """The element lies wholly between the page's head and its field."""
    box, room = shown.bounding_box(), page.locator("#scroller").bounding_box()
    assert box is not None
    assert room is not None
    return room["y"] <= box["y"] and box["y"] + box["height"] <= room["y"] + room["height"]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_offers_are_read_from_their_reason_on_with_the_original_route_first_and_whole(
    new_page: PageMaker, demo: DemoShop, width: int, height: int
) -> None:
    page = new_page(width, height, reduced_motion="reduce")
    chat = ChatPage.open(page, demo.chat("c-1003"))
    page.locator("#restart").click()
    chat.expect_settled()
    chat.write("I want a refund")
    chat.choose_action("order:DEMO-0036")

    chat.choose_action("reason:no_longer_wanted")

    offers = chat.messages.filter(has=page.locator('.choice:enabled[data-action^="offer:"]'))
    expect(offers).to_have_count(3)
    expect(offers.first).to_contain_text("Original payment method")
    assert _is_whole(offers.first, page)
    assert _is_whole(chat.messages.filter(has_text="Please choose how you would").last.locator(".bubble"), page)


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_long_answer_stays_at_its_beginning_also_after_a_reload(
    new_page: PageMaker, chat_server: FakeChat, width: int, height: int
) -> None:
    page = new_page(width, height)
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))
    chat.write("不想要了")
    chat.expect_said("您说的是：不想要了")
    _say_offers(chat, chat_server)
    assert _is_whole(chat.messages.filter(has_text="第 0 行说明").locator(".bubble"), page)

    page.reload()

    expect(chat.choice("方式 5")).to_be_enabled()
    assert _is_whole(chat.messages.filter(has_text="第 0 行说明").locator(".bubble"), page)


def test_the_end_of_a_long_answer_is_one_tap_away_and_what_comes_next_is_in_sight(
    new_page: PageMaker, chat_server: FakeChat
) -> None:
    page = new_page(390, 844)
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))
    _say_offers(chat, chat_server)

    page.get_by_role("button", name="有新消息").click()
    expect(chat.messages.last).to_be_in_viewport(ratio=1)
    chat.write("太少了")

    chat.expect_said("您说的是：太少了")
    expect(chat.messages.last).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="有新消息")).to_be_hidden()


def test_the_button_to_the_end_covers_no_word_and_no_button(new_page: PageMaker, chat_server: FakeChat) -> None:
    for width, height in SCREENS:
        page = new_page(width, height)
        chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))
        _say_offers(chat, chat_server)

        newer = page.get_by_role("button", name="有新消息").bounding_box()

        assert newer is not None
        boxes = page.locator(".bubble, .card, .choice").evaluate_all(
            "all => all.map(it => it.getBoundingClientRect().right)"
        )
        assert max(boxes) <= newer["x"]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [360, 390, 1280])
def test_the_widgets_head_shows_the_shops_name_and_the_state_unbroken(
    new_page: PageMaker, chat_server: FakeChat, width: int, locale: str
) -> None:
    page = new_page(width, 720)
    open_shop(page, chat_server, locale=locale)
    page.evaluate("window.refundbot.open()")
    chat = chat_in(page)

    name, state = chat.root.locator("#merchant"), chat.status

    assert name.evaluate("it => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight")
    assert state.evaluate("it => it.getBoundingClientRect().height < 2 * parseFloat(getComputedStyle(it).lineHeight)")
    assert chat.root.locator(".top").evaluate("it => it.scrollWidth <= it.clientWidth")
