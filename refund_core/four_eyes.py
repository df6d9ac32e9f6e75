"""Four eyes above the limit: what one person decides there, another one has to decide as well before money moves.

The first decision is kept on the case as asked; a second person who is no agent takes the same or a smaller one, and it
is carried out. Any other move of the case ends the asking. Where a shop has one person alone, nobody could be the
second one: that person decides, and the case says so.
"""

from dataclasses import replace

from refund_core.authority import Role, decided_amount
from refund_core.case_change import change_of
from refund_core.case_parts import SecondAsked
from refund_core.case_staff import StaffAction, StaffDecision
from refund_core.cases import CaseChange, HistoryEntry, Moment, RefundCase
from refund_core.errors import OwnRequest
from refund_core.policy import Limits

SECOND_ASKED = "second_asked"
DECIDED_ALONE = "decided_alone"
_PAYS = frozenset({
    StaffAction.APPROVE, StaffAction.APPROVE_AFTER_RETURN, StaffAction.PARTIAL, StaffAction.INTERCEPT,
    StaffAction.OFFER,
})  # fmt: skip


def needs_second(decision: StaffDecision, decided: RefundCase, limits: Limits) -> bool:
    """True for a decision that gives more than one person may; decided is the case as the decision leaves it."""
    return decision.action in _PAYS and not limits.is_within(decided_amount(decision, decided))


def decides_alone(made: CaseChange, moment: Moment) -> CaseChange:
    """The decision carried out by the one person that the shop has; that nobody else looked at it stays in the case."""
    case = made.case
    entry = HistoryEntry(moment.at, case.state, case.state, moment.by, DECIDED_ALONE)
    return replace(made, case=replace(case, history=(*case.history, entry)))


def is_decided_alone(case: RefundCase) -> bool:
    """True where the case's last move was decided above the limit by one person alone."""
    return bool(case.history) and case.history[-1].why == DECIDED_ALONE


def second_decides(
    before: RefundCase, made: CaseChange, decision: StaffDecision, *, role: Role, staff_id: str, moment: Moment
) -> CaseChange:
    """The decision carried out where another person asked for as much, else the case with this one asked for.

    Raises OwnRequest for the person who asked.
    """
    asked, amount = before.second, decided_amount(decision, made.case)
    if asked is not None and asked.action == decision.action and amount.minor <= asked.amount.minor:
        if asked.staff_id == staff_id:
            raise OwnRequest(before.case_no)
        if role is not Role.AGENT:
            return made
    second = SecondAsked(moment.by, staff_id, moment.at, decision.action.value, amount, decision.reply)
    entry = HistoryEntry(moment.at, before.state, before.state, moment.by, SECOND_ASKED)
    return change_of(before, replace(before, second=second, history=(*before.history, entry)), moment)
