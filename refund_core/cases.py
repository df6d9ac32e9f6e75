"""A refund case: its states, the one table of moves, and everything a case carries."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from refund_core.books import Transfer
from refund_core.claims import Allocation, Claim, Resolution
from refund_core.decisions import Decision
from refund_core.ids import Ids
from refund_core.money import Money

SHIPPING = "#shipping"


class CaseState(StrEnum):
    """Where a case stands."""

    COLLECTING = "collecting"
    OFFERED = "offered"
    STOPPING = "stopping"
    UNDER_REVIEW = "under_review"
    AWAITING_CUSTOMER = "awaiting_customer"
    AWAITING_RETURN = "awaiting_return"
    INSPECTING = "inspecting"
    AWAITING_FINANCE = "awaiting_finance"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REPLACING = "replacing"
    COMPENSATED = "compensated"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class RefundState(StrEnum):
    """Where one payout stands; created and sending are before an answer, pending is accepted or unknown."""

    CREATED = "created"
    SENDING = "sending"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Offer:
    """One way out that the customer may take; amount is what they get (bonus included, a payer's voucher share off)."""

    offer_id: str
    resolution: Resolution
    amount: Money
    bonus: Money
    expires_at: datetime | None = None
    minimum_spend: Money | None = None
    valid_days: int | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What was offered, what was chosen and when; without it no payout goes another way than the original."""

    at: datetime
    offered: tuple[Resolution, ...]
    chosen: Resolution
    offer_id: str


@dataclass(frozen=True, slots=True)
class Due:
    """Who must do what by when, and what happens then (a code, see DUE_ACTIONS)."""

    who: str
    what: str
    at: datetime
    then: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One move of the case; by is "customer", "bot", "system", "api" or "staff:NAME"."""

    at: datetime
    from_state: str
    to_state: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Refund:
    """One payout over one payment; refund_no is also the number the gateway knows, stored before the first call.

    method is how it is paid: the payment's own method, or "balance" or "coupon" where the customer chose that; the
    payment named by payment_no is used up by amount all the same. failed still reserves (the same number may be sent
    again); only closed gives the reserve back; succeeded and closed are final.
    """

    refund_id: str
    refund_no: str
    case_no: str
    decision_no: str
    leg: int
    payment_no: str
    method: str
    amount: Money
    payer_amount: Money
    state: RefundState
    gateway_refund_id: str | None = None
    replaces: str | None = None
    attempts: int = 0
    needs_person: bool = False
    last_answer: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon issued instead of money."""

    coupon_no: str
    amount: Money
    minimum_spend: Money
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Handoff:
    """Why a person has the case, since when, and who took it."""

    reason: str
    at: datetime
    taken_by: str | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundCase:
    """Everything about one claim on one order; version counts changes, a change of a stale version is refused."""

    case_id: str
    case_no: str
    order_no: str
    customer: str
    channel: str
    conversation_id: str | None
    state: CaseState
    claim: Claim
    decision: Decision
    created_at: datetime
    version: int = 1
    decision_no: str | None = None
    offers: tuple[Offer, ...] = ()
    resolution: Resolution | None = None
    consent: Consent | None = None
    refunds: tuple[Refund, ...] = ()
    coupon: Coupon | None = None
    balance: Money | None = None
    compensation: Money | None = None
    return_tracking_no: str | None = None
    due: Due | None = None
    handoff: Handoff | None = None
    history: tuple[HistoryEntry, ...] = ()
    wish: str | None = None
    order_id: str = ""
    granted: Allocation | None = None

    @property
    def allocation(self) -> Allocation:
        """What is to be paid: what staff granted, else what the decision came to."""
        return self.granted or self.decision.allocation


@dataclass(frozen=True, slots=True)
class Moment:
    """Who acts ("customer", "bot", "system", "api" or "staff:NAME"), when, and the ids for what is new."""

    at: datetime
    by: str
    ids: Ids


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to do outside the database, as an outbox row: kind, its lane (worked one at a time) and its payload.

    kinds: "gateway.refund" {"refund_no"}, "gateway.look_up" {"refund_no"}, "chat.note" {"conversation_id", "case_no",
    "text_key" (one of NOTES), "amount_minor", "currency"}. Lanes: a payment ("payment:ORDER_NO:PAYMENT_NO") or a
    conversation ("conversation:ID").
    """

    effect_id: str
    kind: str
    lane: str
    payload: dict[str, str | int]
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineHold:
    """The claim's hold on an order line while the case is open; released or settled when it ends.

    The shipping fee is held as the line SHIPPING with quantity 0 (sold_quantity 1, sold_amount the fee).
    """

    line_no: str
    quantity: int
    amount: Money
    sold_quantity: int
    sold_amount: Money


@dataclass(frozen=True, slots=True)
class CaseChange:
    """Everything that one decision, choice or answer does to one case: saved in one transaction or not at all.

    previous_version 0 means a new case. `holds` not empty: they replace whatever the case holds (nothing, for a new or
    a reopened case). ends_hold: None keeps the hold, "release" gives it back, "settle" books it as refunded. refunds
    are the rows added or changed, refunds_from the state each must come from ("" = a new row); what that does to its
    payment is books.payment_effect(before, after, amount). transfers say all that the books need: balance_credit and
    coupon only name what the customer got (a coupon is also a row of its own).
    """

    case: RefundCase
    previous_version: int
    order_id: str
    order_version: int | None = None
    holds: tuple[LineHold, ...] = ()
    ends_hold: str | None = None
    refunds: tuple[Refund, ...] = ()
    refunds_from: tuple[str, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    effects: tuple[Effect, ...] = ()
    balance_credit: Money | None = None
    coupon: Coupon | None = None
