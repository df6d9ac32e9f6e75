"""An agent decides up to the policy's limit; above it the case is handed on, and who may decides it."""

import pytest

from tests.integration.api.shop import Shop
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import PRICE, ask_for_review, case_of, order, stock

# The policy's own limit is CNY 200.00, so two lamps at 120.00 may be an agent's and four are not.
LIMIT = "CN¥200.00"


async def large_case(shop: Shop) -> str:
    """A claim of CNY 240.00."""
    await stock(shop, order(shop, quantity=4))
    chat = await shop.session("c-1", locale="en")
    for action in ("start:refund", "order:A-1", "line:1*4", "reason:damaged", "evidence:skip"):
        status, answer = await chat.say(action=action)
        assert status == 200, answer
    _, page = await shop.api("GET", "/cases?order_no=A-1")
    case_no: str = page["items"][0]["case_no"]
    assert page["items"][0]["requested_amount"] == 2 * PRICE
    return case_no


async def reserved(shop: Shop) -> int:
    (row,) = await shop.base.db.fetch("SELECT reserved_minor FROM payment")
    amount: int = row[0]
    return amount


async def test_an_agent_decides_within_the_limit(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert f"You decide up to {LIMIT} yourself" in page

    assert await wang.decide(case_no, "approve") == (204, "")


@pytest.mark.parametrize("action", ["approve", "approve_after_return", "reject"])
async def test_above_the_limit_an_agent_is_told_who_may(shop: Shop, wang: Staff, action: str) -> None:
    case_no = await large_case(shop)

    status, text = await wang.decide(case_no, action, reply="so be it")

    assert status == 403
    assert f"you decide up to {LIMIT} yourself" in text
    assert "a lead, finance or the owner" in text
    assert ((await case_of(shop, case_no))["version"], await reserved(shop)) == (1, 0)
    rows = await shop.base.db.fetch("SELECT what FROM audit")
    assert [row["what"] for row in rows] == ["not_for_role"]


@pytest.mark.parametrize("role", ["lead", "finance", "owner"])
async def test_above_the_limit_the_others_decide(shop: Shop, hiring: Hire, role: str) -> None:
    case_no = await large_case(shop)
    staff = await hiring("qian", "Qian", role=role)
    assert await staff.log_in() == 303
    _, page = await staff.get(f"/desk/cases/{case_no}")
    assert "You decide up to" not in page

    assert await staff.decide(case_no, "approve") == (204, "")

    assert await reserved(shop) == 2 * PRICE


@pytest.mark.parametrize("action", ["escalate", "ask_customer"])
async def test_an_agent_may_always_hand_on_and_ask(shop: Shop, wang: Staff, action: str) -> None:
    case_no = await large_case(shop)

    assert await wang.decide(case_no, action) == (204, "")


async def test_what_an_agent_grants_counts_not_what_was_claimed(shop: Shop, wang: Staff) -> None:
    case_no = await large_case(shop)

    over, _ = await wang.decide(case_no, "partial", amount="200", compensation="0.01")
    assert await wang.decide(case_no, "partial", amount="200") == (204, "")

    assert over == 403
    assert await reserved(shop) == 20_000


async def test_who_is_slower_and_above_the_limit_hears_who_was_faster(shop: Shop, wang: Staff, hiring: Hire) -> None:
    case_no = await large_case(shop)
    lead = await hiring("qian", "Qian", role="lead")
    assert await lead.log_in() == 303
    await lead.decide(case_no, "ask_customer")

    status, text = await wang.decide(case_no, "approve", version=1)

    assert (status, "Qian was faster" in text) == (409, True)


async def test_the_merchant_s_own_key_has_no_limit(shop: Shop) -> None:
    case_no = await large_case(shop)

    status, answer = await shop.api("POST", f"/cases/{case_no}/decision", {"version": 1, "action": "approve"})

    assert status == 200, answer
    assert await reserved(shop) == 2 * PRICE
