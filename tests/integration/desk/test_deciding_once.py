"""Who decides first, who is told so, and what may not be decided at all."""

import asyncio
from typing import Any

import pytest

from bot.case_decisions import CaseAbsent, CaseConflict, Decider, DecisionParts, decide_case
from refund_core.case_staff import StaffAction, StaffDecision
from storage.case_reads import load_case
from tests.integration.api.shop import Shop
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import ask_for_review, case_of, order, said, stock


async def payment(shop: Shop) -> tuple[int, int]:
    """Refunded and reserved of the one payment."""
    (row,) = await shop.base.db.fetch("SELECT refunded_minor, reserved_minor FROM payment")
    return row[0], row[1]


async def test_of_two_who_decide_at_once_exactly_one_decides(shop: Shop, wang: Staff, zhao: Staff) -> None:
    for number in range(8):
        order_no = f"A-{number}"
        _, case_no = await ask_for_review(shop, order_no, customer=f"c-{number}")
        version = await wang.version(case_no)

        answers = await asyncio.gather(
            wang.decide(case_no, "approve", version=version, reply="Wang says yes."),
            zhao.decide(case_no, "reject", version=version, reply="Zhao says no."),
        )

        assert sorted(status for status, _ in answers) == [204, 409]
        is_approved = answers[0][0] == 204
        slower = next(text for status, text in answers if status == 409)
        assert ("Wang was faster" in slower) == is_approved
        assert ("refunding" if is_approved else "rejected") in slower
        case = await case_of(shop, case_no)
        assert len(case["refunds"]) == (1 if is_approved else 0)
        assert case["version"] == version + 1


async def test_only_the_words_of_the_decision_that_counted_are_said(shop: Shop, wang: Staff, zhao: Staff) -> None:
    chat, case_no = await ask_for_review(shop)

    await asyncio.gather(
        wang.decide(case_no, "approve", version=1, reply="yes"), zhao.decide(case_no, "approve", version=1, reply="no")
    )

    assert [who for who, _ in await said(chat)].count("agent") == 1


async def test_a_stale_page_decides_nothing(shop: Shop, wang: Staff, zhao: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    await zhao.decide(case_no, "ask_customer")

    status, text = await wang.decide(case_no, "approve", version=1)

    assert status == 409
    assert "Zhao was faster" in text
    assert "waits for the customer" in text
    assert await payment(shop) == (0, 0)


async def test_money_on_its_way_can_not_be_decided_again(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    await wang.decide(case_no, "approve")

    status, text = await wang.decide(case_no, "reject", version=2, reply="no")

    assert status == 409
    assert "refunding" in text


async def test_a_platform_s_order_is_never_paid_here(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    document = order(shop) | {"settled_by": "platform", "source": "taobao"}
    await stock(shop, document)

    status, text = await wang.decide(case_no, "approve")

    assert status == 422
    assert "platform" in text
    assert await payment(shop) == (0, 0)


async def test_a_decision_of_a_case_that_is_not_there_changes_nothing(shop: Shop) -> None:
    with pytest.raises(CaseAbsent):
        await decide(shop, "C-unknown", StaffDecision(StaffAction.APPROVE, 1))


async def test_who_is_slower_in_the_api_gets_the_case_as_it_is_now(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    await wang.decide(case_no, "approve")

    with pytest.raises(CaseConflict) as conflict:
        await decide(shop, case_no, StaffDecision(StaffAction.REJECT, 1, reply="no"))

    assert conflict.value.by == "staff:Wang"
    assert conflict.value.case == await load_case(shop.base.db, shop.merchant.merchant_id, case_no)


async def test_a_payment_that_moved_meanwhile_is_looked_at_again(shop: Shop) -> None:
    _, case_no = await ask_for_review(shop)
    await stock(shop, order(shop) | {"invoice": {"no": "1"}})

    case = await decide(shop, case_no, StaffDecision(StaffAction.APPROVE, 1))

    assert case.state == "refunding"


async def decide(shop: Shop, case_no: str, decision: StaffDecision) -> Any:
    services = shop.services
    parts = DecisionParts(services.db, services.merchants, services.clock, services.live)
    return await decide_case(parts, shop.merchant.merchant_id, case_no, decision, who=Decider("api"))
