"""Passed due dates and appeals, and the table of moves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from refund_core.case_customer import appeal, hand_over
from refund_core.case_due import due_passed
from refund_core.case_open import Origin, open_case
from refund_core.cases import MOVES, CaseState, can_move, moved
from refund_core.claims import Reason
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.risk import RiskSignals
from tests.unit.core.shop import DAY, NOW, RAILS, claim, decided, delivered, line, moment, opened, order
from tests.unit.core.steps import LIMITS, agree, answer, open_at, pass_due
from tests.unit.core.till import Till


def test_a_rejected_case_holds_nothing_and_an_appeal_takes_the_lines_again() -> None:
    till, case = open_at(delivered(NOW - 40 * DAY))
    assert (case.state, till.lines) == (CaseState.REJECTED, {})

    case = till.save(appeal(case, till.facts(), limits=LIMITS, moment=moment(turn=2)))

    assert (case.state, till.lines["1"].open_case_no) == (CaseState.UNDER_REVIEW, case.case_no)
    assert case.handoff is not None


def test_an_appeal_is_refused_while_another_claim_has_the_line() -> None:
    till, case = open_at(delivered(NOW - 40 * DAY))
    other = claim(reason=Reason.DAMAGED, evidence=("a",))
    till.save(opened(till.facts(), other, turn=9))

    with pytest.raises(ClaimRefused, match="line_in_open_claim"):
        appeal(case, till.facts(), limits=LIMITS, moment=moment(turn=2))


def test_an_offer_that_nobody_takes_ends_withdrawn_with_a_word() -> None:
    till, case = open_at(order())
    assert case.due is not None
    early = moment(case.due.at - timedelta(seconds=1), by="system", turn=2)
    assert due_passed(case, till.facts(), rails=RAILS, moment=early) is None

    change = due_passed(case, till.facts(), rails=RAILS, moment=moment(case.due.at, by="system", turn=2))
    case = till.save(change)

    assert change is not None
    assert (case.state, change.effects[0].payload["text_key"]) == (CaseState.WITHDRAWN, "note.offer_expired")
    assert till.lines["1"].open_case_no is None


def test_a_review_alerts_at_24_hours_and_approves_at_48_within_the_limit() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    case = pass_due(till, case, hours=24, turn=2)
    assert (case.state, case.due.what if case.due else "") == (CaseState.UNDER_REVIEW, "review_late")
    case = pass_due(till, case, hours=48, turn=3)

    assert (case.state, till.reserved()) == (CaseState.REFUNDING, 5900)
    assert "policy 1" in case.history[-1].why


@pytest.mark.parametrize("amount", [20100, 50000])
def test_a_review_above_the_limit_is_never_approved_nor_rejected_by_time(amount: int) -> None:
    till, case = open_at(delivered(NOW - DAY, line("1", 1, amount)), reason=Reason.DAMAGED)

    for days in range(1, 9):
        case = pass_due(till, case, hours=24 * days, turn=days + 1)

    assert (case.state, till.reserved()) == (CaseState.UNDER_REVIEW, 0)


def test_an_appeal_against_a_rejection_is_never_approved_by_time() -> None:
    till, case = open_at(delivered(NOW - 40 * DAY))
    case = till.save(appeal(case, till.facts(), limits=LIMITS, moment=moment(turn=2)))

    for days in range(1, 5):
        case = pass_due(till, case, hours=24 * days, turn=days + 2)

    assert case.state is CaseState.UNDER_REVIEW


def test_a_return_is_reminded_on_day_five_and_ends_on_day_seven() -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case)

    case = pass_due(till, case, hours=5 * 24, turn=3)
    assert case.state is CaseState.AWAITING_RETURN
    case = pass_due(till, case, hours=7 * 24, turn=4)

    assert (case.state, till.reserved()) == (CaseState.WITHDRAWN, 0)


def test_a_refund_without_an_answer_goes_to_a_person_and_stays_reserved() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    case = pass_due(till, case, hours=24, turn=3)

    assert (case.state, case.refunds[0].needs_person, till.reserved()) == (CaseState.REFUNDING, True, 5900)
    assert case.handoff is not None


def test_an_offered_case_can_be_handed_over() -> None:
    till, case = open_at(order())

    case = till.save(hand_over(case, limits=LIMITS, moment=moment(turn=2), why="want_human"))

    assert (case.state, case.handoff.reason if case.handoff else "") == (CaseState.UNDER_REVIEW, "want_human")


def test_every_move_outside_the_table_raises() -> None:
    _, case = open_at(order())

    for state in CaseState:
        for to in CaseState:
            at_state = replace(case, state=state)
            if can_move(state, to):
                assert moved(at_state, to, moment(), why="test").state is to
            else:
                with pytest.raises(MoveNotAllowed):
                    moved(at_state, to, moment(), why="test")


def test_the_table_names_every_state_and_refunded_is_the_end() -> None:
    assert set(MOVES) == set(CaseState)
    assert MOVES[CaseState.REFUNDED] == frozenset()
    assert not any(CaseState.COLLECTING in ways for ways in MOVES.values())


def test_a_watched_customer_is_never_approved_by_time() -> None:
    till = Till(delivered(NOW - DAY))
    watched = RiskSignals(refunds_90d=7, address_changes=1)
    asked = claim(reason=Reason.DAMAGED)
    decision = decided(till.facts(), asked, signals=watched)
    by_bot = moment(by="bot")
    case = till.save(open_case(till.facts(), asked, decision, (), origin=Origin("web"), limits=LIMITS, moment=by_bot))

    case = pass_due(till, pass_due(till, case, hours=24, turn=2), hours=48, turn=3)

    assert (case.decision.risk.level, case.state) == ("watch", CaseState.UNDER_REVIEW)


def test_a_case_whose_money_is_on_its_way_keeps_its_state_when_it_is_handed_over() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    case = till.save(hand_over(case, limits=LIMITS, moment=moment(turn=3), why="want_human"))

    assert (case.state, case.handoff.reason if case.handoff else "") == (CaseState.REFUNDING, "want_human")
    assert answer(till, case, "succeeded", turn=4).state is CaseState.REFUNDED
