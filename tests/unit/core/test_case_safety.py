"""What time and staff may not do with money: pay what was replaced, wished otherwise, sent already or held by none."""

from dataclasses import replace

import pytest

from refund_core.case_answers import paid_by_hand, refund_sending
from refund_core.case_customer import add_evidence, appeal, hand_over, withdraw
from refund_core.case_due import due_passed
from refund_core.case_staff import StaffAction, finish_replacement
from refund_core.cases import CaseState, RefundCase, RefundState
from refund_core.claims import Reason
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.orders import Payment
from tests.unit.core.shop import DAY, NOW, RAILS, claim, delivered, moment, opened, order
from tests.unit.core.steps import LIMITS, agree, decide_as_staff, open_at, pass_due
from tests.unit.core.till import Till


def _reviewed_late(till: Till, case: RefundCase, *, days: int = 1, turn: int = 20) -> RefundCase:
    """Both of the review's due dates pass without anybody coming."""
    alerted = pass_due(till, case, hours=24 * days, turn=turn)
    return pass_due(till, alerted, hours=24 * (days + 1), turn=turn + 1)


def test_money_is_not_sent_by_time_to_a_customer_who_wished_something_else() -> None:
    till, case = open_at(order())
    wished = replace(case, wish="exchange")
    case = till.save(hand_over(wished, limits=LIMITS, moment=moment(turn=2), why="wish exchange"))

    case = _reviewed_late(till, case)

    assert (case.state, case.refunds) == (CaseState.UNDER_REVIEW, ())


def test_a_replacement_that_nobody_marked_as_sent_is_not_paid_by_time_too() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    case = decide_as_staff(till, case, StaffAction.RESHIP)
    case = pass_due(till, case, hours=4 * 24, turn=6)
    assert case.state is CaseState.UNDER_REVIEW

    case = _reviewed_late(till, case, days=5)

    assert (case.state, case.refunds) == (CaseState.UNDER_REVIEW, ())


def test_an_appeal_after_a_replacement_waits_for_a_person() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    case = decide_as_staff(till, case, StaffAction.RESHIP)
    case = till.save(finish_replacement(case, moment=moment(by="staff:Li", turn=6)))
    case = till.save(appeal(case, till.facts(), limits=LIMITS, moment=moment(turn=7)))

    case = _reviewed_late(till, case)

    assert (case.state, case.refunds) == (CaseState.UNDER_REVIEW, ())


def test_a_withdrawn_case_that_staff_take_up_holds_its_lines_again() -> None:
    for action in (StaffAction.ASK_CUSTOMER, StaffAction.EXCHANGE, StaffAction.ESCALATE):
        till, case = open_at(order())
        case = till.save(withdraw(case, moment(turn=2)))
        assert till.lines["1"].open_case_no is None

        case = decide_as_staff(till, case, action, turn=3)

        assert till.lines["1"].open_case_no == case.case_no, action


def test_a_withdrawn_case_is_not_taken_up_while_another_claim_has_its_line() -> None:
    for action in (StaffAction.ASK_CUSTOMER, StaffAction.EXCHANGE, StaffAction.ESCALATE):
        till, case = open_at(order())
        case = till.save(withdraw(case, moment(turn=2)))
        till.save(opened(till.facts(), claim(), turn=9))

        with pytest.raises(ClaimRefused, match="line_in_open_claim"):
            decide_as_staff(till, case, action, turn=3)


def test_what_is_approved_by_time_counts_as_refunded_on_its_lines() -> None:
    till, case = open_at(order())
    case = till.save(withdraw(case, moment(turn=2)))
    case = decide_as_staff(till, case, StaffAction.ASK_CUSTOMER, turn=3)
    case = till.save(add_evidence(case, ("a",), limits=LIMITS, moment=moment(turn=4)))

    case = _reviewed_late(till, case)

    assert case.state is CaseState.REFUNDING
    assert till.lines["1"].open_case_no == case.case_no


def test_time_approves_nothing_whose_lines_another_claim_took() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    case = pass_due(till, case, hours=24, turn=2)
    till.lines["1"] = replace(till.lines["1"], open_case_no="C-other")

    change = due_passed(case, till.facts(), rails=RAILS, moment=moment(NOW + 2 * DAY, by="system", turn=3))

    assert change is not None
    assert (change.case.state, change.refunds) == (CaseState.UNDER_REVIEW, ())


def test_a_refund_that_was_sent_to_its_gateway_cannot_be_paid_by_hand_too() -> None:
    paid = (Payment("p-1", "card", 3000, 3000), Payment("p-2", "sandbox", 8800, 8800))
    till = Till(order(payments=paid))
    case = agree(till, till.save(opened(till.facts(), claim(("1", 2)))))
    assert case.state is CaseState.AWAITING_FINANCE
    by_gateway = next(it.refund_no for it in case.refunds if it.method == "sandbox")
    by_hand = next(it.refund_no for it in case.refunds if it.method == "card")
    case = till.save(refund_sending(case, by_gateway, moment(by="system", turn=4)))
    by_finance = moment(by="staff:Wu", turn=5)

    with pytest.raises(MoveNotAllowed):
        paid_by_hand(case, by_gateway, proof="bank 1", limits=LIMITS, moment=by_finance)

    case = till.save(paid_by_hand(case, by_hand, proof="bank 1", limits=LIMITS, moment=by_finance))
    assert {it.method: it.state for it in case.refunds} == {
        "card": RefundState.SUCCEEDED,
        "sandbox": RefundState.SENDING,
    }
