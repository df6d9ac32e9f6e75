"""A refund that waits for a person has one safe way on, and each step is kept in the case's history."""

from dataclasses import replace

import pytest

from refund_core.case_answers import RefundAnswer, refund_answered
from refund_core.case_payouts import PayoutAction, PayoutStep, payouts_waiting, take_payout_step
from refund_core.cases import CaseState, RefundCase
from refund_core.errors import ClaimRefused, MoveNotAllowed, VersionStale
from refund_core.orders import Payment
from refund_core.report import build_report
from tests.unit.core.shop import RAILS, moment, order
from tests.unit.core.steps import LIMITS, agree, answer, open_at
from tests.unit.core.till import Till

BY_FINANCE = moment(by="staff:Wu", turn=9)
CARD = Payment("p-1", "card", 11800, 11800)


def take(till: Till, case: RefundCase, action: PayoutAction, refund_no: str = "", *, proof: str = "") -> RefundCase:
    step = PayoutStep(action, refund_no or case.refunds[-1].refund_no, case.version, proof)
    return till.save(take_payout_step(case, step, rails=RAILS, moment=BY_FINANCE))


def waiting(case: RefundCase) -> list[tuple[str, PayoutAction]]:
    return [(refund.refund_no, action) for refund, action in payouts_waiting(case, RAILS)]


def by_gateway(state: str) -> tuple[Till, RefundCase]:
    till, case = open_at(order())
    return till, answer(till, agree(till, case), state)


def test_a_failed_refund_is_tried_again_under_its_number() -> None:
    till, failed = by_gateway("failed")
    number = failed.refunds[0].refund_no
    assert waiting(failed) == [(number, PayoutAction.TRY_AGAIN)]

    case = take(till, failed, PayoutAction.TRY_AGAIN)

    assert (case.state, [it.refund_no for it in case.refunds]) == (CaseState.REFUNDING, [number])
    assert (case.history[-1].by, case.history[-1].why) == ("staff:Wu", f"retry {number}")
    assert waiting(case) == []
    assert till.first_broken() is None


def test_a_closed_refund_is_paid_under_a_new_number_once() -> None:
    till, closed = by_gateway("closed")
    number = closed.refunds[0].refund_no
    assert waiting(closed) == [(number, PayoutAction.NEW_NUMBER)]

    case = take(till, closed, PayoutAction.NEW_NUMBER)

    assert case.refunds[-1].replaces == number
    assert (till.reserved(), waiting(case)) == (5900, [])
    with pytest.raises(MoveNotAllowed):
        take(till, case, PayoutAction.NEW_NUMBER, number)


def test_a_refund_closed_and_yet_told_of_as_paid_gets_no_new_number() -> None:
    till, closed = by_gateway("closed")
    case = answer(till, closed, "succeeded", turn=4)

    assert waiting(case) == []
    with pytest.raises(MoveNotAllowed):
        take(till, case, PayoutAction.NEW_NUMBER)


def test_a_refund_closed_by_an_earlier_decision_is_not_paid_beside_the_present_one() -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "closed")
    old = replace(case.refunds[0], decision_no="D-earlier", refund_no="R-earlier")
    case = replace(case, refunds=(old, *case.refunds))

    assert [number for number, _ in waiting(case)] == [case.refunds[1].refund_no]


@pytest.mark.parametrize("action", [PayoutAction.NEW_NUMBER, PayoutAction.PAID_BY_HAND])
def test_a_failed_refund_is_neither_paid_anew_nor_by_hand(action: PayoutAction) -> None:
    till, failed = by_gateway("failed")

    with pytest.raises(MoveNotAllowed):
        take(till, failed, action, proof="bank 77")


@pytest.mark.parametrize("state", ["pending", "succeeded"])
def test_nothing_waits_where_the_money_is_on_its_way_or_there(state: str) -> None:
    _, case = by_gateway(state)

    assert waiting(case) == []


def test_a_transfer_by_hand_ends_the_case_and_its_proof_is_in_the_history() -> None:
    till, case = open_at(order(payments=(CARD,)))
    case = agree(till, case)
    number = case.refunds[0].refund_no
    assert waiting(case) == [(number, PayoutAction.PAID_BY_HAND)]

    case = take(till, case, PayoutAction.PAID_BY_HAND, proof="bank 77")

    assert (case.state, case.refunds[0].gateway_refund_id) == (CaseState.REFUNDED, "bank 77")
    assert ("staff:Wu", f"paid_by_hand {number} bank 77") in [(it.by, it.why) for it in case.history]
    assert till.first_broken() is None


def test_a_transfer_without_proof_is_refused() -> None:
    till, case = open_at(order(payments=(CARD,)))
    case = agree(till, case)

    with pytest.raises(ClaimRefused) as refused:
        take(till, case, PayoutAction.PAID_BY_HAND)

    assert refused.value.code == "no_proof"


def test_of_two_legs_only_the_one_without_a_gateway_is_paid_by_hand() -> None:
    payments = (Payment("p-1", "sandbox", 9800, 9800), Payment("p-2", "card", 2000, 2000))
    till, case = open_at(order(payments=payments))
    case = agree(till, case)
    gateway, hand = (next(it for it in case.refunds if it.method == method) for method in ("sandbox", "card"))
    assert waiting(case) == [(hand.refund_no, PayoutAction.PAID_BY_HAND)]

    with pytest.raises(MoveNotAllowed):
        take(till, case, PayoutAction.PAID_BY_HAND, gateway.refund_no, proof="bank 77")
    failed = refund_answered(case, RefundAnswer(gateway.refund_no, "failed"), limits=LIMITS, moment=moment(turn=4))
    case = till.save(failed)

    assert (case.state, len(waiting(case))) == (CaseState.AWAITING_FINANCE, 2)
    case = take(till, case, PayoutAction.TRY_AGAIN, gateway.refund_no)
    assert case.history[-1].why == f"try_again {gateway.refund_no}"
    case = take(till, case, PayoutAction.PAID_BY_HAND, hand.refund_no, proof="bank 77")
    assert case.state is CaseState.AWAITING_FINANCE


def test_a_step_of_a_stale_page_is_taken_while_its_refund_still_waits_for_it() -> None:
    _, failed = by_gateway("failed")
    step = PayoutStep(PayoutAction.TRY_AGAIN, failed.refunds[0].refund_no, failed.version - 1)

    change = take_payout_step(failed, step, rails=RAILS, moment=BY_FINANCE)

    assert (change.previous_version, change.case.state) == (failed.version, CaseState.REFUNDING)


def test_a_step_of_a_stale_page_is_refused_once_its_refund_waits_no_more() -> None:
    till, failed = by_gateway("failed")
    step = PayoutStep(PayoutAction.TRY_AGAIN, failed.refunds[0].refund_no, failed.version)
    again = till.save(take_payout_step(failed, step, rails=RAILS, moment=BY_FINANCE))

    with pytest.raises(VersionStale):
        take_payout_step(again, step, rails=RAILS, moment=BY_FINANCE)


def test_the_report_suggests_no_second_decision_while_money_is_at_work() -> None:
    till, failed = by_gateway("failed")

    assert build_report(failed, till.facts()).suggestions == ()
