"""What gateways and finance answer moves a case forward only."""

from dataclasses import replace

import pytest

from refund_core.case_answers import (
    RefundAnswer,
    paid_by_hand,
    refund_answered,
    refund_sending,
    replace_closed_refund,
    retry_failed_refund,
)
from refund_core.case_customer import return_sent
from refund_core.case_money import confirm, receive_return
from refund_core.case_parts import Due
from refund_core.cases import CaseState, RefundState
from refund_core.claims import Remedy
from refund_core.errors import MoveNotAllowed
from refund_core.orders import Payment
from tests.unit.core.shop import DAY, NOW, RAILS, claim, delivered, moment, offer_of, opened, order
from tests.unit.core.steps import LIMITS, agree, answer, open_at
from tests.unit.core.till import Till


def test_success_settles_the_reserve_and_ends_the_case() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    case = answer(till, case, "succeeded")

    assert case.state is CaseState.REFUNDED
    assert (till.reserved(), till.refunded(), till.balance("paid_out:sandbox")) == (0, 5900, 5900)
    assert till.lines["1"].refunded_quantity == 1
    assert case.due is None


def test_a_return_reserves_at_once_and_pays_when_the_goods_are_back() -> None:
    till, case = open_at(delivered(NOW - DAY), remedy=Remedy.RETURN_REFUND)
    change = confirm(case, till.facts(), offer_of(case, "original_route"), rails=RAILS, moment=moment(turn=2))
    case = till.save(change)
    assert (case.state, till.reserved(), change.effects) == (CaseState.AWAITING_RETURN, 5900, ())

    case = till.save(return_sent(case, "SF-back", limits=LIMITS, moment=moment(turn=3)))
    change = receive_return(case, rails=RAILS, moment=moment(by="staff:Li", turn=4))
    case = till.save(change)

    assert (case.state, case.return_tracking_no) == (CaseState.REFUNDING, "SF-back")
    assert [effect.kind for effect in change.effects] == ["gateway.refund", "chat.note"]
    assert [entry.to_state for entry in case.history][-2:] == ["inspecting", "refunding"]
    assert answer(till, case, "succeeded", turn=5).state is CaseState.REFUNDED


@pytest.mark.parametrize("days", [2, 5])
def test_a_parcel_that_nobody_scans_comes_before_the_lead_after_the_merchants_days(days: int) -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case)
    sent = moment(turn=3)

    change = return_sent(case, "SF-back", limits=replace(LIMITS, return_scan_days=days), moment=sent)

    assert change.case.due == Due("warehouse", "receive_goods", sent.at + days * DAY, "escalate")


def test_a_method_without_a_gateway_is_paid_by_hand() -> None:
    till, case = open_at(order(payments=(Payment("p-1", "card", 11800, 11800),)))
    change = confirm(case, till.facts(), offer_of(case, "original_route"), rails=RAILS, moment=moment(turn=2))
    case = till.save(change)
    assert (case.state, change.effects) == (CaseState.AWAITING_FINANCE, ())
    assert case.due is not None
    assert case.due.who == "finance"

    by_finance = moment(by="staff:Wu", turn=3)
    refund_no = case.refunds[0].refund_no
    case = till.save(paid_by_hand(case, refund_no, proof="bank 77", limits=LIMITS, moment=by_finance))

    assert (case.state, case.refunds[0].gateway_refund_id) == (CaseState.REFUNDED, "bank 77")


def test_two_payments_are_two_legs_and_refunded_needs_both() -> None:
    paid = (Payment("p-1", "sandbox", 5000, 5000), Payment("p-2", "sandbox", 6800, 6800))
    till = Till(order(payments=paid))
    case = till.save(opened(till.facts(), claim(("1", 2))))
    case = agree(till, case)
    assert [(refund.leg, refund.payment_no, refund.amount.minor) for refund in case.refunds] == [
        (1, "p-2", 6800),
        (2, "p-1", 5000),
    ]

    case = answer(till, case, "succeeded", leg=0)
    assert case.state is CaseState.REFUNDING
    case = answer(till, case, "failed", leg=1, turn=4)

    assert case.state is CaseState.FAILED
    assert (till.reserved(), till.refunded()) == (5000, 6800)


def test_a_late_success_after_failed_still_refunds_the_case() -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "failed")
    assert (case.state, till.reserved()) == (CaseState.FAILED, 5900)

    case = answer(till, case, "succeeded", turn=4)

    assert (case.state, till.refunded()) == (CaseState.REFUNDED, 5900)


@pytest.mark.parametrize("late", ["pending", "failed", "abnormal", "processing", "succeeded"])
def test_a_settled_refund_never_regresses(late: str) -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "succeeded")
    said = RefundAnswer(case.refunds[0].refund_no, late)

    assert refund_answered(case, said, limits=LIMITS, moment=moment(turn=4)) is None


def test_a_contradiction_after_the_end_calls_a_person_and_changes_no_money() -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "closed")
    change = refund_answered(
        case, RefundAnswer(case.refunds[0].refund_no, "succeeded"), limits=LIMITS, moment=moment(turn=4)
    )
    assert change is not None

    case = till.save(change)

    assert (case.refunds[0].state, case.refunds[0].needs_person) == (RefundState.CLOSED, True)
    assert change.transfers == ()


@pytest.mark.parametrize("unclear", ["pending", "processing", "abnormal", "whatever"])
def test_anything_unclear_is_pending_and_still_reserves(unclear: str) -> None:
    till, case = open_at(order())

    case = answer(till, agree(till, case), unclear)

    assert (case.refunds[0].state, case.state) == (RefundState.PENDING, CaseState.REFUNDING)
    assert till.reserved() == 5900


def test_another_amount_than_ours_changes_nothing_but_calls_a_person() -> None:
    till, case = open_at(order())
    case = agree(till, case)
    said = RefundAnswer(case.refunds[0].refund_no, "succeeded", amount=till.order.money(1))

    case = till.save(refund_answered(case, said, limits=LIMITS, moment=moment(turn=3)))

    assert (case.refunds[0].state, case.refunds[0].needs_person) == (RefundState.CREATED, True)
    assert till.refunded() == 0


def test_a_refused_refund_is_sent_again_under_its_number() -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "failed")
    number = case.refunds[0].refund_no

    change = retry_failed_refund(case, number, rails=RAILS, moment=moment(by="staff:Wu", turn=4))
    case = till.save(change)

    assert (case.state, [refund.refund_no for refund in case.refunds]) == (CaseState.REFUNDING, [number])
    assert change.effects[0].payload == {"refund_no": number}


def test_a_new_number_follows_a_confirmed_closed_only_and_only_once() -> None:
    till, case = open_at(order())
    case = agree(till, case)
    number = case.refunds[0].refund_no
    with pytest.raises(MoveNotAllowed):
        replace_closed_refund(case, number, rails=RAILS, moment=moment(turn=3))
    case = answer(till, case, "closed")
    assert (case.state, till.reserved()) == (CaseState.FAILED, 0)

    case = till.save(replace_closed_refund(case, number, rails=RAILS, moment=moment(by="staff:Wu", turn=4)))

    assert (case.state, case.refunds[1].replaces, case.refunds[1].leg) == (CaseState.REFUNDING, number, 1)
    assert case.refunds[1].refund_no != number
    assert till.reserved() == 5900
    with pytest.raises(MoveNotAllowed):
        replace_closed_refund(case, number, rails=RAILS, moment=moment(turn=5))
    assert answer(till, case, "succeeded", turn=6).state is CaseState.REFUNDED


def test_a_try_is_counted_before_the_call_and_a_settled_refund_is_not_tried() -> None:
    till, case = open_at(order())
    case = agree(till, case)
    number = case.refunds[0].refund_no

    case = till.save(refund_sending(case, number, moment(by="system", turn=3)))
    assert (case.refunds[0].state, case.refunds[0].attempts) == (RefundState.SENDING, 1)
    case = answer(till, case, "succeeded", turn=4)

    assert refund_sending(case, number, moment(turn=5)) is None


def test_an_answer_for_a_refund_that_was_never_sent_moves_no_money() -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = answer(till, agree(till, case), "succeeded")

    assert (case.state, case.refunds[0].state) == (CaseState.AWAITING_RETURN, RefundState.CREATED)
    assert case.refunds[0].needs_person
    assert (till.refunded(), till.reserved()) == (0, 5900)
