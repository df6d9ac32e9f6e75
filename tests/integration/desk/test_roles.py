"""Everybody decides up to the policy's limit; money above it needs a second person, who is not an agent."""

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


async def test_above_the_limit_an_agent_who_rejects_is_told_who_may(shop: Shop, wang: Staff) -> None:
    case_no = await large_case(shop)

    status, text = await wang.decide(case_no, "reject", reply="so be it")

    assert status == 403
    assert f"you decide up to {LIMIT} yourself" in text
    assert "a lead, finance or the owner" in text
    assert ((await case_of(shop, case_no))["version"], await reserved(shop)) == (1, 0)
    rows = await shop.base.db.fetch("SELECT what FROM audit")
    assert [row["what"] for row in rows] == ["not_for_role"]


@pytest.mark.parametrize("role", ["lead", "finance", "owner"])
async def test_money_above_the_limit_moves_when_a_second_person_decides_the_same(
    shop: Shop, wang: Staff, hiring: Hire, role: str
) -> None:
    case_no = await large_case(shop)
    second = await hiring("qian", "Qian", role=role)
    assert await second.log_in() == 303

    assert await wang.decide(case_no, "approve", reply="You get it back.") == (204, "")
    asked = (await case_of(shop, case_no))["state"], await reserved(shop)
    _, page = await second.get(f"/desk/cases/{case_no}/decide")
    assert await second.decide(case_no, "approve") == (204, "")

    assert asked == ("under_review", 0)
    assert "Wang decided" in page
    assert "CN¥240.00" in page
    assert await reserved(shop) == 2 * PRICE
    rows = await shop.base.db.fetch("SELECT what FROM audit ORDER BY place")
    assert [row["what"] for row in rows] == ["second_asked", "decided"]


@pytest.mark.parametrize("role", ["lead", "finance", "owner"])
async def test_who_is_alone_in_the_shop_decides_alone_and_that_is_written_down(
    shop: Shop, hiring: Hire, role: str
) -> None:
    case_no = await large_case(shop)
    alone = await hiring("sun", "Sun", role=role)
    gone = await hiring("qian", "Qian", role="owner")
    await shop.base.db.execute("UPDATE staff SET is_active = false WHERE login = $1", gone.login)
    assert await alone.log_in() == 303
    _, page = await alone.get(f"/desk/cases/{case_no}/decide")

    assert await alone.decide(case_no, "approve") == (204, "")

    assert "You are the only one at this desk" in page
    assert await reserved(shop) == 2 * PRICE
    history = (await case_of(shop, case_no))["history"]
    assert (history[-1]["by"], history[-1]["why"]) == ("staff:Sun", "decided_alone")
    rows = await shop.base.db.fetch("SELECT what, about::text AS about FROM audit ORDER BY place")
    assert [row["what"] for row in rows] == ["decided_alone"]
    assert f'"minor": "{2 * PRICE}"' in rows[0]["about"]


async def test_an_agent_alone_still_asks_for_a_second_person(shop: Shop, wang: Staff) -> None:
    case_no = await large_case(shop)

    assert await wang.decide(case_no, "approve") == (204, "")

    assert await reserved(shop) == 0


async def test_up_to_the_limit_nothing_is_said_of_being_alone(shop: Shop, hiring: Hire) -> None:
    case_no = await large_case(shop)
    alone = await hiring("sun", "Sun", role="owner")
    assert await alone.log_in() == 303

    await alone.decide(case_no, "partial", amount="200")

    assert "decided_alone" not in [entry["why"] for entry in (await case_of(shop, case_no))["history"]]


@pytest.mark.usefixtures("wang")
async def test_nobody_approves_what_they_asked_for_themselves(shop: Shop, hiring: Hire) -> None:
    case_no = await large_case(shop)
    lead = await hiring("qian", "Qian", role="lead")
    assert await lead.log_in() == 303
    await lead.decide(case_no, "approve")

    status, text = await lead.decide(case_no, "approve")

    assert status == 403
    assert "somebody else has to approve" in text
    assert ((await case_of(shop, case_no))["version"], await reserved(shop)) == (2, 0)


async def test_two_agents_are_no_four_eyes(shop: Shop, wang: Staff, zhao: Staff) -> None:
    case_no = await large_case(shop)
    await wang.decide(case_no, "approve")

    assert await zhao.decide(case_no, "approve") == (204, "")

    assert await reserved(shop) == 0


async def test_more_than_was_asked_for_needs_a_second_person_again(shop: Shop, wang: Staff, hiring: Hire) -> None:
    case_no = await large_case(shop)
    lead = await hiring("qian", "Qian", role="lead")
    assert await lead.log_in() == 303
    await wang.decide(case_no, "partial", amount="210")

    await lead.decide(case_no, "partial", amount="220")
    more = await reserved(shop)
    await lead.decide(case_no, "approve")

    assert (more, await reserved(shop)) == (0, 0)


async def test_an_approval_of_what_was_changed_meanwhile_or_sent_twice_is_a_conflict(
    shop: Shop, wang: Staff, hiring: Hire
) -> None:
    case_no = await large_case(shop)
    lead = await hiring("qian", "Qian", role="lead")
    assert await lead.log_in() == 303
    await wang.decide(case_no, "partial", amount="210")
    seen = await lead.version(case_no)
    await wang.decide(case_no, "partial", amount="230")

    changed, _ = await lead.decide(case_no, "partial", amount="210", version=seen)
    approved, _ = await lead.decide(case_no, "partial", amount="230")
    shop.clock.move(1)
    again, _ = await lead.decide(case_no, "partial", amount="230", version=seen + 1)

    assert (changed, approved, again) == (409, 204, 409)
    assert await reserved(shop) == 23_000


async def test_what_was_asked_for_ends_when_the_case_moves(shop: Shop, wang: Staff, hiring: Hire) -> None:
    case_no = await large_case(shop)
    lead = await hiring("qian", "Qian", role="lead")
    assert await lead.log_in() == 303
    await wang.decide(case_no, "approve")
    await wang.decide(case_no, "ask_customer")

    assert await lead.decide(case_no, "approve") == (204, "")

    assert ((await case_of(shop, case_no))["state"], await reserved(shop)) == ("awaiting_customer", 0)


async def test_the_words_of_a_decision_that_waits_are_not_said(shop: Shop, wang: Staff) -> None:
    case_no = await large_case(shop)

    await wang.decide(case_no, "approve", reply="You get it back.")

    rows = await shop.base.db.fetch("SELECT 1 FROM message WHERE sender = 'agent'")
    assert rows == []


@pytest.mark.parametrize("action", ["escalate", "ask_customer"])
async def test_an_agent_may_always_hand_on_and_ask(shop: Shop, wang: Staff, action: str) -> None:
    case_no = await large_case(shop)

    assert await wang.decide(case_no, action) == (204, "")


async def test_what_an_agent_grants_counts_not_what_was_claimed(shop: Shop, wang: Staff) -> None:
    case_no = await large_case(shop)

    await wang.decide(case_no, "partial", amount="200", compensation="0.01")
    over = await reserved(shop)
    assert await wang.decide(case_no, "partial", amount="200") == (204, "")

    assert over == 0
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
