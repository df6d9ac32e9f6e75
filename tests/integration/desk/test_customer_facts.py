"""A conversation without a case shows the agent whose it is, and what they ordered."""

from tests.integration.api.shop import Shop
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import ask_for_review, order, stock


async def test_the_customer_and_their_orders_stand_beside_a_talk_without_a_case(shop: Shop, wang: Staff) -> None:
    await stock(shop, order(shop, "A-1"), order(shop, "A-2", customer="c-2"))
    chat = await shop.session("c-1", locale="en")
    await chat.say("hello")

    status, page = await wang.get(f"/desk/conversations/{chat.conversation}")

    assert status == 200
    assert "A-1" in page
    assert "Desk lamp × 2" in page
    assert "A-2" not in page
    assert "13800001234" not in page


async def test_their_requests_are_one_tap_away(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    other = await shop.session("c-1", locale="en")

    _, page = await wang.get(f"/desk/conversations/{other.conversation}")

    assert f"/desk/cases/{case_no}" in page


async def test_a_visitor_who_is_not_signed_in_has_no_order_there(shop: Shop, wang: Staff) -> None:
    await stock(shop, order(shop, "A-1"))
    chat = await shop.session(None)
    await chat.say("hello")

    status, page = await wang.get(f"/desk/conversations/{chat.conversation}")

    assert status == 200
    assert "Not signed in" in page
    assert "A-1" not in page
