"""The analysis report that a hand-over carries: all that is known of a case on one page, and three ways out.

Words are text keys with values; the sentences live in the texts catalogues (report.reply.*).
"""

from dataclasses import replace
from datetime import datetime

from refund_core.case_staff import StaffAction
from refund_core.cases import CaseState, RefundCase
from refund_core.claims import Remedy, Resolution
from refund_core.decisions import Decision
from refund_core.money import Money
from refund_core.orders import Order, OrderFacts, SettledBy
from refund_core.outcomes import Outcome
from refund_core.refundable import lines_left, room
from refund_core.risk import RiskLevel
from refund_core.values import value

TIMELINE_MAX = 100
_PAYING_OUT = frozenset({CaseState.REFUNDING, CaseState.AWAITING_FINANCE, CaseState.FAILED})


@value(frozen=True, slots=True)
class OrderSummary:
    """The order at a glance; amounts in minor units of its currency."""

    order_no: str
    status: str
    source: str
    settled_by: str
    placed_at: datetime
    currency: str
    goods_minor: int
    discount_minor: int
    shipping_minor: int
    captured_minor: int
    refundable_minor: int
    has_invoice: bool


@value(frozen=True, slots=True)
class ReportLine:
    """One order line with what was claimed of it and what is left."""

    line_no: str
    title: str
    quantity: int
    paid_minor: int
    claimed_quantity: int
    claimed_minor: int
    left_quantity: int
    left_minor: int


@value(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened: kind is ordered, paid, promised_shipping, promised_delivery, shipped, a shipment
    status, refunded_elsewhere, address_changed, asked, or a case state.
    """

    at: datetime
    kind: str
    text: str = ""


@value(frozen=True, slots=True)
class Suggestion:
    """One way out: what to press, what it costs the merchant, and a drafted reply as text key and values."""

    action: StaffAction
    cost: Money
    resolution: Resolution
    reply_key: str
    reply_values: tuple[tuple[str, str | int], ...]
    is_recommended: bool = False
    amount_minor: int | None = None


@value(frozen=True, slots=True)
class SamePicture:
    """A picture (or video) of this case's evidence that is also in another case's, as itself or slightly changed."""

    picture: str
    other_picture: str
    case_no: str
    order_no: str
    state: str
    is_same_customer: bool
    is_exact: bool


@value(frozen=True, slots=True)
class Report:
    """Everything a person needs to decide."""

    case_no: str
    order: OrderSummary
    lines: tuple[ReportLine, ...]
    timeline: tuple[TimelineEntry, ...]
    decision: Decision
    evidence: tuple[str, ...]
    same_pictures: tuple[SamePicture, ...]
    wish: str | None
    note: str | None
    open_amount: Money
    suggestions: tuple[Suggestion, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """All pictures and videos that the page shows, by name."""
        return (*self.evidence, *(same.other_picture for same in self.same_pictures))


def build_report(case: RefundCase, facts: OrderFacts, same_pictures: tuple[SamePicture, ...] = ()) -> Report:
    """The report as of these facts; no personal data is in it."""
    return Report(
        case_no=case.case_no,
        order=_order(facts),
        lines=_lines(case, facts),
        timeline=_timeline(case, facts.order),
        decision=case.decision,
        evidence=case.claim.evidence,
        same_pictures=same_pictures,
        wish=case.wish,
        note=case.claim.note,
        open_amount=case.allocation.total,
        suggestions=_suggestions(case, facts, is_doubtful=_is_doubtful(case, same_pictures)),
    )


def _order(facts: OrderFacts) -> OrderSummary:
    order = facts.order
    return OrderSummary(
        order.order_no,
        order.status.value,
        order.source,
        order.settled_by.value,
        order.placed_at,
        order.currency,
        goods_minor=sum(line.quantity * line.unit_price for line in order.lines),
        discount_minor=sum(line.discount for line in order.lines),
        shipping_minor=order.shipping_fee,
        captured_minor=sum(payment.amount for payment in order.payments),
        refundable_minor=sum(room(facts, payment) for payment in order.payments),
        has_invoice=order.has_invoice,
    )


def _lines(case: RefundCase, facts: OrderFacts) -> tuple[ReportLine, ...]:
    claimed = {part.line_no: part for part in case.allocation.lines}
    asked = {line.line_no: line.quantity for line in case.claim.lines}
    return tuple(
        ReportLine(
            line.line_no,
            line.title,
            line.quantity,
            line.paid,
            asked.get(line.line_no, 0),
            claimed[line.line_no].amount.minor if line.line_no in claimed else 0,
            left.quantity,
            left.amount_minor,
        )
        for line, left in zip(facts.order.lines, lines_left(facts), strict=True)
    )


def _timeline(case: RefundCase, order: Order) -> tuple[TimelineEntry, ...]:
    entries = [TimelineEntry(order.placed_at, "ordered"), TimelineEntry(case.claim.asked_at, "asked")]
    entries += [TimelineEntry(it.paid_at, "paid", it.label or it.method) for it in order.payments if it.paid_at]
    if order.promised_ship_at:
        entries.append(TimelineEntry(order.promised_ship_at, "promised_shipping"))
    if order.promised_delivery_at:
        entries.append(TimelineEntry(order.promised_delivery_at, "promised_delivery"))
    for shipment in order.shipments:
        if shipment.shipped_at:
            entries.append(TimelineEntry(shipment.shipped_at, "shipped", shipment.tracking_no))
        if shipment.delivered_at:
            entries.append(TimelineEntry(shipment.delivered_at, "delivered", shipment.tracking_no))
        entries += [TimelineEntry(event.at, event.status.value, event.text) for event in shipment.events]
    entries += [TimelineEntry(it.at, "refunded_elsewhere", it.refund_no) for it in order.refunds if it.at]
    entries += [TimelineEntry(at, "address_changed") for at in order.address_changes]
    entries += [TimelineEntry(entry.at, entry.to_state, entry.why) for entry in case.history]
    return tuple(sorted(entries, key=lambda entry: entry.at)[-TIMELINE_MAX:])


def _is_doubtful(case: RefundCase, same_pictures: tuple[SamePicture, ...]) -> bool:
    """True at high risk, also where a picture was used elsewhere only after the rules had decided."""
    is_used_elsewhere = any(same.order_no != case.order_no for same in same_pictures)
    return is_used_elsewhere or case.decision.risk.level is RiskLevel.HIGH


def _suggestions(case: RefundCase, facts: OrderFacts, *, is_doubtful: bool) -> tuple[Suggestion, ...]:
    """Three ways out, the recommended one first: pay, pay after the return or in part, and say no or ask for more.

    None while the payout itself is at work: then case_payouts.payouts_waiting names what a person can do.
    """
    if case.state in _PAYING_OUT:
        return ()
    if facts.order.settled_by is SettledBy.PLATFORM:
        return (_refuse(case, "report.reply.ask_platform", recommended=True),)
    amount = case.allocation.total
    pay = _suggest(case, StaffAction.APPROVE, amount, "report.reply.approve")
    after_return = _suggest(case, StaffAction.APPROVE_AFTER_RETURN, amount, "report.reply.approve_after_return")
    some = Money(max(1, amount.minor * 3 // 10), amount.currency)
    part = _suggest(case, StaffAction.PARTIAL, some, "report.reply.partial", amount_minor=some.minor)
    ask = _suggest(case, StaffAction.ASK_CUSTOMER, Money(0, amount.currency), "report.reply.ask_evidence")
    refuse = _refuse(case, "report.reply.reject")
    if amount.is_zero():
        return (ask, refuse)
    ways = _Ways(pay, after_return, part, ask, refuse)
    order = _in_order(case, ways, is_doubtful=is_doubtful)
    return (_recommended(order[0]), *order[1:])


@value(frozen=True, slots=True)
class _Ways:
    pay: Suggestion
    after_return: Suggestion
    part: Suggestion
    ask: Suggestion
    refuse: Suggestion


def _in_order(case: RefundCase, ways: _Ways, *, is_doubtful: bool) -> tuple[Suggestion, Suggestion, Suggestion]:
    if case.decision.outcome is Outcome.REJECT:
        return ways.refuse, ways.part, ways.pay
    if is_doubtful:
        return ways.ask, ways.after_return, ways.refuse
    if case.decision.remedy is Remedy.RETURN_REFUND:
        return ways.after_return, ways.pay, ways.refuse
    if not case.claim.evidence and case.decision.outcome is Outcome.REVIEW:
        return ways.ask, ways.pay, ways.part
    return ways.pay, ways.part, ways.refuse


def _suggest(
    case: RefundCase, action: StaffAction, cost: Money, reply_key: str, *, amount_minor: int | None = None
) -> Suggestion:
    values: tuple[tuple[str, str | int], ...] = (
        ("order_no", case.order_no),
        ("case_no", case.case_no),
        ("amount_minor", cost.minor),
        ("currency", cost.currency),
    )
    return Suggestion(action, cost, Resolution.ORIGINAL_ROUTE, reply_key, values, amount_minor=amount_minor)


def _refuse(case: RefundCase, reply_key: str, *, recommended: bool = False) -> Suggestion:
    refuse = _suggest(case, StaffAction.REJECT, Money(0, case.allocation.total.currency), reply_key)
    return _recommended(refuse) if recommended else refuse


def _recommended(suggestion: Suggestion) -> Suggestion:
    return replace(suggestion, is_recommended=True)
