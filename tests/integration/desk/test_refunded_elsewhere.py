"""The shop's own system reports a refund that it made elsewhere while a claim is open: nothing is paid twice."""

import asyncio
from typing import Any

import pytest

from tests.integration.api.shop import Shop
from tests.integration.desk.desk import Staff
from tests.integration.desk.payouts import notes, opened
from tests.integration.desk.trade import PRICE, ask_for_review, case_of, order, said, stock

PIECE = PRICE // 2


def refunded(document: dict[str, Any], *, quantity: int = 0, amount: int | None = None) -> dict[str, Any]:
    """The order with a refund that its source reports: of pieces of the lamp, or of money alone."""
    lines = [{"line_no": "1", "quantity": quantity}] if quantity else []
    given = quantity * PIECE if amount is None else amount
    (payment,) = document["payments"]
    past = {"refund_no": "ERP-1", "payment_no": payment["payment_no"], "amount": given, "lines": lines}
    return document | {"refunds": [past | {"at": document["placed_at"]}]}


async def payment(shop: Shop) -> tuple[int, int]:
    (row,) = await shop.base.db.fetch("SELECT refunded_minor, reserved_minor FROM payment")
    return row[0], row[1]


async def offered(shop: Shop, **more: Any) -> tuple[Any, str]:
    """A claim of an unshipped order whose offers wait for the customer's choice."""
    document = order(shop, **more) | {"status": "paid", "shipments": []}
    await stock(shop, document)
    chat = await shop.session("c-1", locale="en")
    for action in ("start:refund", "order:A-1", "lines:all", "reason:no_longer_wanted"):
        status, answer = await chat.say(action=action)
        assert status == 200, answer
    _, page = await shop.api("GET", "/cases?order_no=A-1")
    assert page["items"][0]["state"] == "offered", page
    return chat, page["items"][0]["case_no"]


async def test_an_offer_for_what_went_back_elsewhere_ends_and_pays_nothing(shop: Shop) -> None:
    chat, case_no = await offered(shop)
    document = order(shop) | {"status": "paid", "shipments": []}

    await stock(shop, refunded(document, quantity=2))
    _, answer = await chat.say(action="confirm:yes")

    case = await case_of(shop, case_no)
    assert (case["state"], case["refunds"], case["history"][-1]["why"]) == ("withdrawn", [], "refunded_elsewhere")
    assert await payment(shop) == (PRICE, 0)
    assert "note.refunded_elsewhere" in await notes(shop, case_no)
    assert "withdrawn" in " ".join(reply["text"] for reply in answer["replies"]).lower()


async def test_an_offer_for_more_than_is_left_goes_to_a_person_with_what_is_left(shop: Shop, wang: Staff) -> None:
    chat, case_no = await offered(shop)
    document = order(shop) | {"status": "paid", "shipments": []}

    await stock(shop, refunded(document, quantity=1))
    await chat.say(action="confirm:yes")
    waiting = await case_of(shop, case_no)
    assert await payment(shop) == (PIECE, 0)
    assert (await wang.decide(case_no, "approve")) == (204, "")

    assert (waiting["state"], waiting["handoff"]["reason"]) == ("under_review", "refunded_elsewhere")
    assert [(line["quantity"], line["amount"]) for line in waiting["lines"]] == [(1, PIECE)]
    assert "note.partly_refunded_elsewhere" in await notes(shop, case_no)
    assert await payment(shop) == (PIECE, PIECE)


async def test_a_claim_in_review_shrinks_and_a_page_opened_before_is_told_why(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    seen = opened(await case_of(shop, case_no))

    await stock(shop, refunded(order(shop), quantity=1))
    status, text = await wang.post(f"/desk/cases/{case_no}/decide", action="approve", **seen)

    assert (status, "The system: refunded elsewhere by the shop" in text) == (409, True)
    case = await case_of(shop, case_no)
    assert ([line["quantity"] for line in case["lines"]], case["state"]) == ([1], "under_review")
    assert (await wang.decide(case_no, "approve"))[0] == 204
    assert await payment(shop) == (PIECE, PIECE)


async def test_money_alone_that_went_back_elsewhere_leaves_the_rest(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    await stock(shop, refunded(order(shop), amount=PRICE - 500))
    assert (await wang.decide(case_no, "approve"))[0] == 204

    assert await payment(shop) == (PRICE - 500, 500)


async def test_a_reserve_that_waits_for_its_goods_makes_room(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    assert (await wang.decide(case_no, "approve_after_return"))[0] == 204
    assert await payment(shop) == (0, PRICE)

    await stock(shop, refunded(order(shop), quantity=1))

    case = await case_of(shop, case_no)
    assert (case["state"], [it["state"] for it in case["refunds"]]) == ("under_review", ["closed"])
    assert await payment(shop) == (PIECE, 0)


async def test_a_payout_on_its_way_is_named_to_who_reports_the_refund(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)
    assert (await wang.decide(case_no, "approve"))[0] == 204

    status, problem = await shop.api("POST", "/orders", refunded(order(shop), quantity=1))

    assert status == 422
    assert f"a payout is on its way in {case_no} (refunding)" in problem["errors"][0]["detail"]
    assert await payment(shop) == (0, PRICE)
    assert (await case_of(shop, case_no))["state"] == "refunding"
    assert await said(chat)


async def test_our_own_refund_that_comes_back_in_the_order_is_no_other_one(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    assert (await wang.decide(case_no, "approve_after_return"))[0] == 204
    own = (await case_of(shop, case_no))["refunds"][0]["refund_no"]
    document = refunded(order(shop), quantity=2)
    document["refunds"][0]["refund_no"] = own

    await stock(shop, document)

    assert (await case_of(shop, case_no))["state"] == "awaiting_return"
    assert await payment(shop) == (0, PRICE)


@pytest.mark.parametrize("number", range(4))
async def test_a_report_and_an_approval_at_once_pay_no_piece_twice(shop: Shop, wang: Staff, number: int) -> None:
    _, case_no = await ask_for_review(shop)
    document = refunded(order(shop), quantity=2 - number % 2)

    await asyncio.gather(wang.decide(case_no, "approve"), shop.api("POST", "/orders", document), return_exceptions=True)

    given, reserved = await payment(shop)
    assert given + reserved <= PRICE
    rows = await shop.base.db.fetch(
        "SELECT refunded_quantity + open_quantity + imported_quantity AS gone FROM line_use WHERE line_no = '1'"
    )
    assert all(row["gone"] <= 2 for row in rows)


async def test_two_open_cases_share_the_shipping_fee_and_no_two_people_give_it_twice(
    shop: Shop, wang: Staff, zhao: Staff
) -> None:
    document = order(shop)
    lines = [{"line_no": str(number), "title": "Lamp", "quantity": 1, "unit_price": 5_000} for number in (1, 2)]
    (paid,) = document["payments"]
    paid = paid | {"amount": 11_000}
    shipments = [document["shipments"][0] | {"line_nos": ["1", "2"]}]
    await stock(shop, document | {"lines": lines, "payments": [paid], "shipments": shipments, "shipping_fee": 1_000})
    cases = []
    for line_no in ("1", "2"):
        asked = {"order_no": "A-1", "reason": "damaged", "lines": [{"line_no": line_no, "quantity": 1}]}
        status, case = await shop.api("POST", "/cases", asked)
        assert status == 201, case
        cases.append(case)
    assert [case["shipping_amount"] for case in cases] == [500, 500]

    greedy = await asyncio.gather(
        wang.decide(cases[0]["case_no"], "approve", shipping="10"),
        zhao.decide(cases[1]["case_no"], "approve", shipping="10"),
    )
    fair = [await wang.decide(case["case_no"], "approve") for case in cases]

    assert [status for status, _ in greedy] == [422, 422]
    assert [status for status, _ in fair] == [204, 204]
    assert await payment(shop) == (0, 11_000)
