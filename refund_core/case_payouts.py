"""What a person does about a refund that waits for one: try it again, pay it under a new number, or pay it by hand.

Each step is in the case's history with who took it, whether or not the case moves; a transfer's proof is kept there.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from refund_core.case_answers import (
    find_refund,
    paid_by_hand,
    replace_closed_refund,
    retry_failed_refund,
    standing_refunds,
)
from refund_core.case_money import Rails
from refund_core.cases import CaseChange, CaseState, HistoryEntry, Moment, Refund, RefundCase, RefundState
from refund_core.errors import ClaimRefused, MoveNotAllowed, VersionStale
from refund_core.values import value


class PayoutAction(StrEnum):
    """The ways on for one refund."""

    TRY_AGAIN = "try_again"
    NEW_NUMBER = "new_number"
    PAID_BY_HAND = "paid_by_hand"


@value(frozen=True, slots=True)
class PayoutStep:
    """A person's step with one refund; version is the case as they saw it, proof a transfer's reference.

    A case that moved on since is no hindrance as long as this refund still waits for this very step: what became of
    another refund of the case is no reason to refuse it.
    """

    action: PayoutAction
    refund_no: str
    version: int
    proof: str = ""


def payouts_waiting(case: RefundCase, rails: Rails) -> Sequence[tuple[Refund, PayoutAction]]:
    """The refunds that wait for a person, each with the one step that is safe for it."""
    waiting = ((refund, _step_for(case, refund, rails)) for refund in standing_refunds(case))
    return tuple((refund, action) for refund, action in waiting if action is not None)


def take_payout_step(case: RefundCase, step: PayoutStep, *, rails: Rails, moment: Moment) -> CaseChange:
    """The case after that step. Raises VersionStale, MoveNotAllowed and ClaimRefused (no_refund, no_proof)."""
    refund = find_refund(case, step.refund_no)
    if (refund, step.action) not in payouts_waiting(case, rails):
        if step.version != case.version:
            raise VersionStale(case.case_no, case.version)
        raise MoveNotAllowed(refund.state, step.action)
    match step.action:
        case PayoutAction.TRY_AGAIN:
            noted = _noted_unless_moved(case, step, moment)
            return retry_failed_refund(noted, step.refund_no, rails=rails, moment=moment)
        case PayoutAction.NEW_NUMBER:
            noted = _noted_unless_moved(case, step, moment)
            return replace_closed_refund(noted, step.refund_no, rails=rails, moment=moment)
        case PayoutAction.PAID_BY_HAND:
            return _by_hand(case, step, rails, moment)


def _step_for(case: RefundCase, refund: Refund, rails: Rails) -> PayoutAction | None:
    """A refund closed and yet told of as paid gets no new number: that would pay twice."""
    if rails.is_by_hand(refund):
        is_due = case.state is CaseState.AWAITING_FINANCE and refund.state is RefundState.CREATED
        return PayoutAction.PAID_BY_HAND if is_due else None
    if refund.state is RefundState.FAILED and case.state in _SENDING | {CaseState.AWAITING_FINANCE}:
        return PayoutAction.TRY_AGAIN
    is_closed = refund.state is RefundState.CLOSED and not refund.needs_person
    return PayoutAction.NEW_NUMBER if is_closed and case.state in _SENDING else None


_SENDING = frozenset({CaseState.REFUNDING, CaseState.FAILED})


def _by_hand(case: RefundCase, step: PayoutStep, rails: Rails, moment: Moment) -> CaseChange:
    if not step.proof:
        raise ClaimRefused("no_proof", field="proof", case_no=case.case_no)
    noted = _noted(case, f"{step.action.value} {step.refund_no} {step.proof}", moment)
    change = paid_by_hand(noted, step.refund_no, proof=step.proof, limits=rails.limits, moment=moment)
    if change is None:
        raise MoveNotAllowed(case.state, step.action)
    return change


def _noted_unless_moved(case: RefundCase, step: PayoutStep, moment: Moment) -> RefundCase:
    """A failed case moves, which is noted by itself; any other stays where it is."""
    if case.state is CaseState.FAILED:
        return case
    return _noted(case, f"{step.action.value} {step.refund_no}", moment)


def _noted(case: RefundCase, why: str, moment: Moment) -> RefundCase:
    entry = HistoryEntry(moment.at, case.state, case.state, moment.by, why)
    return replace(case, history=(*case.history, entry))
