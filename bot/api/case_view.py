"""A refund case as the merchants' API shows it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from dialogs.messages import Locale
from dialogs.texts.catalogue import say
from refund_core.cases import Consent, Coupon, Due, Handoff, HistoryEntry, Refund, RefundCase
from refund_core.decisions import Decision
from refund_core.money import Money
from refund_core.risk import RiskScore

_LOCALES: tuple[Locale, ...] = ("zh-CN", "en")


class CaseLine(msgspec.Struct, frozen=True):
    """What one claimed line comes to."""

    line_no: str
    quantity: int
    amount: int


class Signal(msgspec.Struct, frozen=True):
    """One risk signal with the points it gave."""

    name: str
    value: int
    points: int


class Risk(msgspec.Struct, frozen=True):
    """How careful to be, and why."""

    level: str
    score: int
    signals: Sequence[Signal]


class TraceLine(msgspec.Struct, frozen=True):
    """One policy row as it was tried."""

    rule: str
    is_match: bool
    failed: str | None
    wanted: str | None
    found: str | None


class DecisionView(msgspec.Struct, frozen=True):
    """What the rules said; reasons are the matched row's own explanations, zh-CN first.

    rule_outcome is what that row says. Where a person decides all the same, since the shop's own system opened the
    case, outcome is review and two more reasons say so.
    """

    outcome: str
    rule: str
    rule_outcome: str
    policy_version: int
    reasons: Sequence[str]
    risk: Risk
    trace: Sequence[TraceLine]


class ConsentView(msgspec.Struct, frozen=True):
    """What was offered and what the customer chose."""

    at: datetime
    offered: Sequence[str]
    chosen: str


class RefundView(msgspec.Struct, frozen=True):
    """One payout over one payment."""

    refund_no: str
    payment_no: str
    method: str
    amount: int
    payer_amount: int
    currency: str
    state: str
    gateway_refund_id: str | None
    replaces: str | None
    needs_person: bool


class CouponView(msgspec.Struct, frozen=True):
    """A coupon given instead of money."""

    coupon_no: str
    amount: int
    minimum_spend: int
    currency: str
    expires_at: datetime


class AmountView(msgspec.Struct, frozen=True):
    """An amount of money."""

    amount: int
    currency: str


class DueView(msgspec.Struct, frozen=True):
    """Who must do what by when, and what happens then."""

    who: str
    what: str
    at: datetime
    then: str


class HandoffView(msgspec.Struct, frozen=True):
    """Why a person has the case, and who took it."""

    reason: str
    at: datetime
    taken_by: str | None
    taken_at: datetime | None


class CaseMove(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """One move of the case."""

    at: datetime
    from_: str
    to: str
    by: str
    why: str


class ReturnView(msgspec.Struct, frozen=True):
    """The parcel that comes back."""

    tracking_no: str | None


class CaseView(msgspec.Struct, frozen=True, rename={"return_": "return"}):
    """Everything about one claim on one order."""

    case_no: str
    order_no: str
    customer: str
    channel: str
    state: str
    reason: str
    currency: str
    lines: Sequence[CaseLine]
    shipping_amount: int
    requested_amount: int
    decision: DecisionView
    remedy: str
    resolution: str | None
    consent: ConsentView | None
    refunds: Sequence[RefundView]
    coupon: CouponView | None
    balance: AmountView | None
    compensation: AmountView | None
    return_: ReturnView | None
    due: DueView | None
    legal_due_at: datetime | None
    dispute: str | None
    handoff: HandoffView | None
    wish: str | None
    conversation: str | None
    created_at: datetime
    version: int
    history: Sequence[CaseMove]


def view_case(case: RefundCase) -> CaseView:
    """The case in the contract's words."""
    allocation = case.allocation
    return CaseView(
        case_no=case.case_no,
        order_no=case.order_no,
        customer=case.customer,
        channel=case.channel,
        state=case.state,
        reason=case.claim.reason,
        currency=allocation.total.currency,
        lines=[CaseLine(line.line_no, line.quantity, line.amount.minor) for line in allocation.lines],
        shipping_amount=allocation.shipping.minor,
        requested_amount=case.decision.allocation.total.minor,
        decision=_decision(case.decision),
        remedy=case.decision.remedy,
        resolution=case.resolution,
        consent=_consent(case.consent),
        refunds=[_refund(refund) for refund in case.refunds],
        coupon=_coupon(case.coupon),
        balance=_amount(case.balance),
        compensation=_amount(case.compensation),
        return_=ReturnView(case.return_tracking_no) if case.return_tracking_no else None,
        due=_due(case.due),
        legal_due_at=None,
        dispute=None,
        handoff=_handoff(case.handoff),
        wish=case.wish,
        conversation=case.conversation_id,
        created_at=case.created_at,
        version=case.version,
        history=[_history(entry) for entry in case.history],
    )


def _decision(decision: Decision) -> DecisionView:
    reasons = [decision.reasons[locale] for locale in _LOCALES if locale in decision.reasons]
    said = decision.rule_outcome or decision.outcome
    if said is not decision.outcome:
        reasons += [say("decision.for_a_person", locale) for locale in _LOCALES]
    trace = [TraceLine(row.rule, row.is_match, row.failed, row.wanted, row.found) for row in decision.trace]
    risk = _risk(decision.risk)
    return DecisionView(decision.outcome, decision.rule, said, decision.policy_version, reasons, risk, trace)


def _risk(risk: RiskScore) -> Risk:
    signals = [Signal(signal.name, signal.value, signal.points) for signal in risk.signals]
    return Risk(risk.level, risk.score, signals)


def _consent(consent: Consent | None) -> ConsentView | None:
    return ConsentView(consent.at, consent.offered, consent.chosen) if consent else None


def _refund(refund: Refund) -> RefundView:
    return RefundView(
        refund_no=refund.refund_no,
        payment_no=refund.payment_no,
        method=refund.method,
        amount=refund.amount.minor,
        payer_amount=refund.payer_amount.minor,
        currency=refund.amount.currency,
        state=refund.state,
        gateway_refund_id=refund.gateway_refund_id,
        replaces=refund.replaces,
        needs_person=refund.needs_person,
    )


def _coupon(coupon: Coupon | None) -> CouponView | None:
    if coupon is None:
        return None
    amount, minimum = coupon.amount, coupon.minimum_spend
    return CouponView(coupon.coupon_no, amount.minor, minimum.minor, amount.currency, coupon.expires_at)


def _amount(money: Money | None) -> AmountView | None:
    return AmountView(money.minor, money.currency) if money else None


def _due(due: Due | None) -> DueView | None:
    return DueView(due.who, due.what, due.at, due.then) if due else None


def _handoff(handoff: Handoff | None) -> HandoffView | None:
    return HandoffView(handoff.reason, handoff.at, handoff.taken_by, handoff.taken_at) if handoff else None


def _history(entry: HistoryEntry) -> CaseMove:
    return CaseMove(entry.at, entry.from_state, entry.to_state, entry.by, entry.why)
