"""Every waiting state's due date: who must do what by when, and what happens then (a DueAction).

Times are the merchant's Limits; nothing is ever rejected by time.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from refund_core.cases import CaseState, Due, RefundCase
from refund_core.policy import Limits

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class DueAction(StrEnum):
    """What happens when a due date has passed."""

    WITHDRAW = "withdraw"
    REMIND = "remind"
    ALERT_LEAD = "alert_lead"
    APPROVE_OR_ESCALATE = "approve_or_escalate"
    ESCALATE = "escalate"
    REVIEW = "review"
    NEEDS_PERSON = "needs_person"


def due_in(state: CaseState, case: RefundCase, limits: Limits, now: datetime) -> Due | None:
    """The first due date of a state that is entered now; None for states in which nobody has to do anything."""
    if state is CaseState.OFFERED:
        return Due("customer", "choose_offer", _offers_end(case, now), DueAction.WITHDRAW)
    row = _FIRST.get(state)
    return Due(row[0], row[1], now + row[2](limits), row[3]) if row else None


_FIRST: Mapping[CaseState, tuple[str, str, Callable[[Limits], timedelta], DueAction]] = {
    CaseState.STOPPING: ("warehouse", "hold_parcel", lambda it: timedelta(minutes=it.stop_minutes), DueAction.REVIEW),
    CaseState.UNDER_REVIEW: ("agent", "review", lambda it: it.review_alert_hours * _HOUR, DueAction.ALERT_LEAD),
    CaseState.AWAITING_CUSTOMER: ("customer", "send_evidence", lambda it: it.evidence_days * _DAY, DueAction.WITHDRAW),
    CaseState.AWAITING_RETURN: ("customer", "send_goods", lambda it: it.return_reminder_day * _DAY, DueAction.REMIND),
    CaseState.INSPECTING: ("warehouse", "inspect", lambda it: it.inspection_hours * _HOUR, DueAction.REVIEW),
    CaseState.AWAITING_FINANCE: ("finance", "pay_by_hand", lambda it: it.finance_hours * _HOUR, DueAction.ESCALATE),
    CaseState.REFUNDING: (
        "finance", "refund_answer", lambda it: it.refund_unclear_hours * _HOUR, DueAction.NEEDS_PERSON,
    ),
    CaseState.REPLACING: ("warehouse", "send_replacement", lambda it: it.replacement_days * _DAY, DueAction.REVIEW),
    CaseState.FAILED: ("finance", "retry_refund", lambda it: it.refund_failed_hours * _HOUR, DueAction.ESCALATE),
}  # fmt: skip


def return_ends(due: Due, limits: Limits) -> datetime:
    """When a case that waits for goods is closed; its first date only brings the reminder."""
    if due.then != DueAction.REMIND:
        return due.at
    return due.at + max(1, limits.return_days - limits.return_reminder_day) * _DAY


def _offers_end(case: RefundCase, now: datetime) -> datetime:
    ends = [offer.expires_at for offer in case.offers if offer.expires_at is not None]
    return min(ends) if ends else now + 3 * _DAY
