"""How a case and its refunds are stored: the rows that a change writes, and a case read back from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from refund_core.books import Transfer
from refund_core.cases import CaseChange, Refund, RefundCase, RefundState
from refund_core.money import Money
from refund_core.replacing import replace
from storage.ids import new_id

_CASES = msgspec.json.Decoder(RefundCase)
_encode = msgspec.json.encode


class StoredRefund(msgspec.Struct, frozen=True):
    """A refund as one JSON object, to the database and back."""

    id: UUID
    refund_no: str
    decision_no: str
    leg: int
    payment_no: str
    method: str
    amount_minor: int
    payer_minor: int
    currency: str
    state: str
    gateway_refund_id: str | None = None
    replaces: str | None = None
    attempts: int = 0
    needs_person: bool = False
    last_answer: str | None = None
    label: str | None = None


_REFUNDS = msgspec.json.Decoder(list[StoredRefund])

# Joined to refund_case as `c`: all of its refunds, in the order in which they were made.
REFUNDS_OF_CASE = """
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
        'id', r.id, 'refund_no', r.refund_no, 'decision_no', r.decision_no, 'leg', r.leg, 'payment_no', r.payment_no,
        'method', r.method, 'amount_minor', r.amount_minor, 'payer_minor', r.payer_minor, 'currency', r.currency,
        'state', r.state, 'gateway_refund_id', r.gateway_refund_id, 'replaces', r.replaces, 'attempts', r.attempts,
        'needs_person', r.needs_person, 'last_answer', r.last_answer, 'label', r.label
    ) ORDER BY r.created_at, r.leg, r.id) AS refunds
    FROM refund r WHERE r.case_id = c.id
) paid ON true
"""


def read_case(document: bytes, refunds: bytes | None) -> RefundCase:
    """The case of a stored document and its refunds' rows."""
    return with_refunds(_CASES.decode(document), refunds)


def with_refunds(case: RefundCase, refunds: bytes | None) -> RefundCase:
    """A case without refunds, with those of its refunds' rows."""
    if refunds is None:
        return case
    return replace(case, refunds=tuple(_refund(case.case_no, stored) for stored in _REFUNDS.decode(refunds)))


def case_document(change: CaseChange) -> bytes:
    """The case as it is stored, without its refunds, which have rows of their own."""
    case = change.case
    return _encode(replace(case, refunds=()) if case.refunds else case)


def case_row(merchant_id: UUID, change: CaseChange, place: int) -> dict[str, Any]:
    """What is written of the case itself; place is that of its document among all of the statement."""
    case = change.case
    return {
        "id": case.case_id,
        "merchant_id": merchant_id,
        "case_no": case.case_no,
        "order_id": change.order_id,
        "order_no": case.order_no,
        "customer": case.customer,
        "conversation_id": case.conversation_id,
        "channel": case.channel,
        "state": case.state,
        "version": case.version,
        "previous_version": change.previous_version,
        "due_at": case.due.at if case.due else None,
        "due_then": case.due.then if case.due else None,
        "holder": case.handoff.taken_by if case.handoff else None,
        "place": place,
        "created_at": case.created_at,
    }


def order_row(merchant_id: UUID, change: CaseChange) -> dict[str, Any]:
    """The order and the version of it that the change was made for."""
    return {
        "merchant_id": merchant_id,
        "order_id": change.order_id,
        "order_version": change.order_version,
        "case_no": change.case.case_no,
    }


def refund_rows(merchant_id: UUID, change: CaseChange) -> list[dict[str, Any]]:
    """The refunds added or changed, each with the state that it must come from."""
    case = change.case
    head = {"merchant_id": merchant_id, "case_id": case.case_id, "case_no": case.case_no, "order_id": change.order_id}
    return [
        head | {"before": before} | msgspec.structs.asdict(_stored(refund))
        for refund, before in zip(change.refunds, change.refunds_from, strict=True)
    ]


def transfer_rows(merchant_id: UUID, transfers: Sequence[Transfer]) -> list[dict[str, Any]]:
    """The transfers' heads."""
    return [
        {
            "id": transfer.transfer_id,
            "merchant_id": merchant_id,
            "key": transfer.key,
            "kind": transfer.kind,
            "at": transfer.at,
            "case_no": transfer.case_no,
            "refund_no": transfer.refund_no,
        }
        for transfer in transfers
    ]


def posting_rows(merchant_id: UUID, transfers: Sequence[Transfer]) -> list[dict[str, Any]]:
    """The transfers' sides."""
    return [
        {
            "id": new_id(),
            "merchant_id": merchant_id,
            "transfer_id": transfer.transfer_id,
            "account": posting.account,
            "amount_minor": posting.amount.minor,
            "currency": posting.amount.currency,
        }
        for transfer in transfers
        for posting in transfer.postings
    ]


def consent_rows(merchant_id: UUID, change: CaseChange) -> list[dict[str, Any]]:
    """The customer's consent, if the case has one; writing it again changes nothing."""
    consent = change.case.consent
    if consent is None:
        return []
    return [
        {
            "id": new_id(),
            "merchant_id": merchant_id,
            "case_id": change.case.case_id,
            "at": consent.at,
            "offered": consent.offered,
            "chosen": consent.chosen,
            "offer_id": consent.offer_id,
        }
    ]


def coupon_rows(merchant_id: UUID, change: CaseChange) -> list[dict[str, Any]]:
    """The coupon that the change gives, if any."""
    coupon = change.coupon
    if coupon is None:
        return []
    return [
        {
            "id": new_id(),
            "merchant_id": merchant_id,
            "coupon_no": coupon.coupon_no,
            "case_id": change.case.case_id,
            "order_id": change.order_id,
            "decision_no": change.case.decision_no,
            "amount_minor": coupon.amount.minor,
            "minimum_spend_minor": coupon.minimum_spend.minor,
            "currency": coupon.amount.currency,
            "expires_at": coupon.expires_at,
        }
    ]


def effect_rows(merchant_id: UUID, change: CaseChange, now: datetime) -> list[dict[str, Any]]:
    """The outbox rows."""
    return [
        {
            "id": effect.effect_id,
            "merchant_id": merchant_id,
            "kind": effect.kind,
            "lane": effect.lane,
            "payload": effect.payload,
            "not_before": effect.not_before,
            "created_at": now,
        }
        for effect in change.effects
    ]


def _stored(refund: Refund) -> StoredRefund:
    return StoredRefund(
        id=UUID(refund.refund_id),
        refund_no=refund.refund_no,
        decision_no=refund.decision_no,
        leg=refund.leg,
        payment_no=refund.payment_no,
        method=refund.method,
        amount_minor=refund.amount.minor,
        payer_minor=refund.payer_amount.minor,
        currency=refund.amount.currency,
        state=refund.state,
        gateway_refund_id=refund.gateway_refund_id,
        replaces=refund.replaces,
        attempts=refund.attempts,
        needs_person=refund.needs_person,
        last_answer=refund.last_answer,
        label=refund.label,
    )


def _refund(case_no: str, stored: StoredRefund) -> Refund:
    return Refund(
        refund_id=str(stored.id),
        refund_no=stored.refund_no,
        case_no=case_no,
        decision_no=stored.decision_no,
        leg=stored.leg,
        payment_no=stored.payment_no,
        method=stored.method,
        amount=Money(stored.amount_minor, stored.currency),
        payer_amount=Money(stored.payer_minor, stored.currency),
        state=RefundState(stored.state),
        gateway_refund_id=stored.gateway_refund_id,
        replaces=stored.replaces,
        attempts=stored.attempts,
        needs_person=stored.needs_person,
        last_answer=stored.last_answer,
        label=stored.label,
    )
