"""What the consumer is told when a case moves outside a turn: an outbox row with a text key, never words."""

from typing import Final

from refund_core.cases import Effect, Moment, RefundCase
from refund_core.money import Money

NOTES: Final = frozenset({
    "note.approved", "note.approved_after_return", "note.rejected", "note.evidence_asked", "note.offered",
    "note.replacing", "note.replacement_sent", "note.offer_expired", "note.evidence_expired", "note.return_reminder",
    "note.return_expired", "note.return_received", "note.refund_accepted", "note.refund_succeeded",
    "note.refund_unclear", "note.refund_failed", "note.refunded", "note.compensated", "note.refunded_elsewhere",
    "note.partly_refunded_elsewhere", "note.finance_pays",
})  # fmt: skip


def note(
    case: RefundCase, text_key: str, amount: Money, moment: Moment, *, tracking_no: str = ""
) -> tuple[Effect, ...]:
    """One chat.note in the conversation's lane, with the parcel that it speaks of; nothing for one without a chat."""
    if case.conversation_id is None:
        return ()
    effect_id = moment.ids.uuid(f"note:{case.case_no}:{text_key}")
    payload: dict[str, str | int] = {
        "conversation_id": case.conversation_id,
        "case_no": case.case_no,
        "text_key": text_key,
        "amount_minor": amount.minor,
        "currency": amount.currency,
    }
    if tracking_no:
        payload["tracking_no"] = tracking_no
    return (Effect(effect_id, "chat.note", f"conversation:{case.conversation_id}", payload),)
