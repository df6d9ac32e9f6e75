"""What happens when a due date has passed. A rejection is never automatic by time.

Source: after-sales practice: review alerts the lead at 24 h and is approved at 48 h where the risk is normal and the
amount within the limit; evidence 3 days; return 7 days with a reminder on day 5; an unclear refund becomes a person's.
"""

from dataclasses import replace
from datetime import timedelta

from refund_core.case_change import change_of, with_refunds
from refund_core.case_customer import withdraw
from refund_core.case_dates import DueAction, due_in, return_ends
from refund_core.case_money import Rails, start_payout
from refund_core.case_notes import note
from refund_core.case_open import holds_anew
from refund_core.cases import CaseChange, CaseState, Due, Effect, Handoff, Moment, RefundCase, RefundState, moved
from refund_core.claims import Remedy, Resolution
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.orders import OrderFacts, SettledBy
from refund_core.risk import RiskLevel

_DAY = timedelta(days=1)
# Who was refused, or got the goods instead, gets money from a person only.
_NEVER_BY_TIME_AFTER = frozenset({CaseState.REJECTED, CaseState.REPLACING, CaseState.COMPENSATED})
_WITHDRAWN_NOTES = {
    CaseState.OFFERED: "note.offer_expired",
    CaseState.AWAITING_CUSTOMER: "note.evidence_expired",
    CaseState.AWAITING_RETURN: "note.return_expired",
}


def due_passed(case: RefundCase, facts: OrderFacts, *, rails: Rails, moment: Moment) -> CaseChange | None:
    """What a passed due date does; None while it is not passed (or there is none)."""
    due = case.due
    if due is None or moment.at < due.at:
        return None
    match DueAction(due.then):
        case DueAction.WITHDRAW:
            return _withdraw(case, moment)
        case DueAction.REMIND:
            return _remind(case, rails, moment)
        case DueAction.ALERT_LEAD:
            return _alert_lead(case, rails, moment)
        case DueAction.APPROVE_OR_ESCALATE:
            return _approve_or_escalate(case, facts, rails, moment)
        case DueAction.REVIEW:
            return _review(case, rails, moment)
        case DueAction.NEEDS_PERSON:
            return _needs_person(case, moment)
        case DueAction.ESCALATE:
            return _escalate(case, moment)


def may_approve_by_time(case: RefundCase, facts: OrderFacts, rails: Rails) -> bool:
    """True for a claim for money alone with a normal risk, within the limit, neither rejected nor settled before."""
    return (
        case.state is CaseState.UNDER_REVIEW
        and case.decision.risk.level is RiskLevel.NORMAL
        and case.decision.remedy in {Remedy.REFUND_ONLY, Remedy.RETURN_REFUND}
        and facts.order.settled_by is SettledBy.US
        and not case.allocation.total.is_zero()
        and rails.limits.is_within(case.allocation.total)
        and case.wish is None
        and not case.refunds
        and not any(entry.to_state in _NEVER_BY_TIME_AFTER for entry in case.history)
    )


def _withdraw(case: RefundCase, moment: Moment) -> CaseChange:
    change = withdraw(case, moment, why=f"time passed in {case.state.value}")
    return replace(change, effects=_told(case, _WITHDRAWN_NOTES.get(case.state), moment))


def _remind(case: RefundCase, rails: Rails, moment: Moment) -> CaseChange:
    reminded = Due("customer", "send_goods", moment.at, DueAction.REMIND)
    due = replace(reminded, at=return_ends(reminded, rails.limits), then=DueAction.WITHDRAW)
    return change_of(case, replace(case, due=due), moment, effects=_told(case, "note.return_reminder", moment))


def _alert_lead(case: RefundCase, rails: Rails, moment: Moment) -> CaseChange:
    hours = max(1, rails.limits.review_approve_hours - rails.limits.review_alert_hours)
    at = moment.at + timedelta(hours=hours)
    due = Due("agent", "review_late", at, DueAction.APPROVE_OR_ESCALATE)
    return change_of(case, replace(case, due=due), moment)


def _approve_or_escalate(case: RefundCase, facts: OrderFacts, rails: Rails, moment: Moment) -> CaseChange:
    if not may_approve_by_time(case, facts, rails):
        return _escalate(case, moment)
    why = f"nobody reviewed it in time, policy {case.decision.policy_version}"
    approved = replace(case, resolution=Resolution.ORIGINAL_ROUTE)
    try:
        holds = holds_anew(case, facts, case.allocation)
        change = start_payout(case, approved, facts, rails=rails, moment=moment, why=why)
        return replace(change, holds=holds)
    except ClaimRefused:
        return _escalate(case, moment)


def _review(case: RefundCase, rails: Rails, moment: Moment) -> CaseChange:
    why = f"no answer in {case.state.value}"
    due = due_in(CaseState.UNDER_REVIEW, case, rails.limits, moment.at)
    review = moved(case, CaseState.UNDER_REVIEW, moment, why=why, due=due)
    return change_of(case, replace(review, handoff=Handoff(why, moment.at)), moment)


def _needs_person(case: RefundCase, moment: Moment) -> CaseChange:
    """Refunds without an answer go to a person; they stay pending and reserved, since nobody knows."""
    unclear = [
        replace(refund, needs_person=True)
        for refund in case.refunds
        if refund.state in {RefundState.CREATED, RefundState.SENDING, RefundState.PENDING}
    ]
    known = replace(with_refunds(case, *unclear), handoff=case.handoff or Handoff("refund_unclear", moment.at))
    due = Due("finance", "clear_refund", moment.at + _DAY, DueAction.ESCALATE)
    told = _told(case, "note.refund_unclear", moment)
    return change_of(case, replace(known, due=due), moment, effects=told)


def _escalate(case: RefundCase, moment: Moment) -> CaseChange:
    """Nobody acted: the case stays, marked late, and is looked at again in a day."""
    who = case.due.who if case.due else "agent"
    what = case.due.what.removesuffix("_late") if case.due else "review"
    due = Due(who, f"{what}_late", moment.at + _DAY, DueAction.ESCALATE)
    handoff = case.handoff or Handoff("time passed", moment.at)
    return change_of(case, replace(case, due=due, handoff=handoff), moment)


def _told(case: RefundCase, text_key: str | None, moment: Moment) -> tuple[Effect, ...]:
    amount: Money = case.allocation.total
    return () if text_key is None else note(case, text_key, amount, moment)
