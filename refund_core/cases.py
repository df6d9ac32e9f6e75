"""A refund case: its states, the one table of moves, and everything a case carries."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from refund_core.books import Transfer
from refund_core.case_parts import BudgetUse as BudgetUse
from refund_core.case_parts import Consent as Consent
from refund_core.case_parts import Coupon as Coupon
from refund_core.case_parts import Due as Due
from refund_core.case_parts import Handoff as Handoff
from refund_core.case_parts import HistoryEntry as HistoryEntry
from refund_core.case_parts import Offer as Offer
from refund_core.case_parts import Refund as Refund
from refund_core.case_parts import RefundState as RefundState
from refund_core.case_parts import SecondAsked as SecondAsked
from refund_core.claims import Allocation, Claim, Resolution
from refund_core.decisions import Decision
from refund_core.errors import MoveNotAllowed
from refund_core.ids import Ids
from refund_core.money import Money
from refund_core.replacing import replace
from refund_core.values import stored, value

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


@stored(frozen=True, slots=True)
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
    second: SecondAsked | None = None

    @property
    def allocation(self) -> Allocation:
        """What is to be paid: what staff granted, else what the decision came to."""
        return self.granted or self.decision.allocation


@value(frozen=True, slots=True)
class Moment:
    """Who acts ("customer", "bot", "system", "api" or "staff:NAME"), when, and the ids for what is new."""

    at: datetime
    by: str
    ids: Ids


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
class LineHold:
    """The claim's hold on an order line while the case is open; released or settled when it ends.

    A share of the shipping fee is held as the line SHIPPING with quantity 0 (sold_quantity 1, sold_amount the fee);
    several open cases may each hold one.
    """

    line_no: str
    quantity: int
    amount: Money
    sold_quantity: int
    sold_amount: Money


@value(frozen=True, slots=True)
class CaseChange:
    """Everything that one decision, choice or answer does to one case: saved in one transaction or not at all.

    previous_version 0 means a new case. `holds` not empty: they replace whatever the case holds (nothing, for a new or
    a reopened case); then ends_hold: None keeps the hold, "release" gives it back, "settle" books it as refunded (of a
    case that holds nothing, nothing). refunds are the rows added or changed, refunds_from the state each must come from
    ("" = a new row); what that does to its payment is books.payment_effect(before, after, amount). transfers say all
    that the books need: balance_credit and coupon only name what the customer got (a coupon is also a row of its own).
    budgets are counted with it; one whose cap would be passed refuses the whole change.
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
    budgets: tuple[BudgetUse, ...] = ()


_S = CaseState
MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    _S.COLLECTING: frozenset({
        _S.OFFERED, _S.STOPPING, _S.REFUNDING, _S.AWAITING_RETURN, _S.AWAITING_FINANCE, _S.UNDER_REVIEW, _S.REJECTED,
        _S.WITHDRAWN,
    }),
    _S.OFFERED: frozenset({
        _S.STOPPING, _S.REFUNDING, _S.AWAITING_RETURN, _S.AWAITING_FINANCE, _S.REPLACING, _S.COMPENSATED,
        _S.UNDER_REVIEW, _S.WITHDRAWN,
    }),
    _S.STOPPING: frozenset({
        _S.REFUNDING, _S.AWAITING_FINANCE, _S.AWAITING_RETURN, _S.UNDER_REVIEW, _S.WITHDRAWN,
    }),
    _S.UNDER_REVIEW: frozenset({
        _S.OFFERED, _S.STOPPING, _S.AWAITING_CUSTOMER, _S.REFUNDING, _S.AWAITING_RETURN, _S.AWAITING_FINANCE,
        _S.REPLACING, _S.COMPENSATED, _S.REJECTED, _S.WITHDRAWN,
    }),
    _S.AWAITING_CUSTOMER: frozenset({_S.UNDER_REVIEW, _S.WITHDRAWN}),
    _S.AWAITING_RETURN: frozenset({_S.INSPECTING, _S.UNDER_REVIEW, _S.WITHDRAWN}),
    _S.INSPECTING: frozenset({
        _S.REFUNDING, _S.AWAITING_FINANCE, _S.REPLACING, _S.UNDER_REVIEW, _S.COMPENSATED,
    }),
    _S.AWAITING_FINANCE: frozenset({_S.REFUNDING, _S.UNDER_REVIEW}),
    _S.REFUNDING: frozenset({_S.REFUNDED, _S.FAILED}),
    _S.FAILED: frozenset({_S.REFUNDING, _S.REFUNDED, _S.COMPENSATED, _S.UNDER_REVIEW}),
    _S.REPLACING: frozenset({_S.COMPENSATED, _S.UNDER_REVIEW}),
    _S.REFUNDED: frozenset(),
    _S.REJECTED: frozenset({_S.UNDER_REVIEW}),
    _S.WITHDRAWN: frozenset({_S.UNDER_REVIEW}),
    _S.COMPENSATED: frozenset({_S.UNDER_REVIEW}),
}  # fmt: skip
"""The one table of moves; whatever is not in it raises MoveNotAllowed."""


def can_move(state: CaseState, to: CaseState) -> bool:
    """True when the table has this way."""
    return to in MOVES[state]


def moved(case: RefundCase, to: CaseState, moment: Moment, *, why: str, due: Due | None = None) -> RefundCase:
    """The case in its next state with the move in its history; the version is counted once per change, not here."""
    if not can_move(case.state, to):
        raise MoveNotAllowed(case.state, to)
    entry = HistoryEntry(moment.at, case.state, to, moment.by, why)
    return replace(case, state=to, due=due, history=(*case.history, entry), second=None)
