"""Circumstances: the facts that policy rows may ask for, derived from order, claim and time.

An absent fact (no delivery date, nothing promised) is None and matches no row that asks for it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from refund_core.claims import Allocation, Claim, Reason
from refund_core.orders import Exclusion, Order, OrderFacts, OrderLine, OrderStatus, Shipment, ShipmentStatus
from refund_core.refundable import gone_of, uses_by_line
from refund_core.values import value

SELLERS_FAULT = frozenset({
    Reason.LATE_SHIPPING, Reason.NOT_RECEIVED, Reason.FAKE_SHIPMENT, Reason.NOT_AS_DESCRIBED, Reason.QUALITY_DEFECT,
    Reason.DAMAGED, Reason.WRONG_ITEM, Reason.MISSING_ITEM,
})  # fmt: skip

LATE = frozenset({Reason.LATE_SHIPPING, Reason.NOT_RECEIVED, Reason.FAKE_SHIPMENT})


class Phase(StrEnum):
    """Where the claimed goods are; none_known: shipped, but nothing was heard; mixed: not all in one place."""

    UNSHIPPED = "unshipped"
    LABEL_ONLY = "label_only"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    REFUSED = "refused"
    INTERCEPTED = "intercepted"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    NONE_KNOWN = "none_known"
    MIXED = "mixed"


@value(frozen=True, slots=True)
class Circumstances:
    """What rows may ask for; amount is in minor units of currency, days are calendar days of the merchant's zone."""

    order_status: str
    settled_by: str
    source: str
    currency: str
    is_paid: bool
    has_deposit: bool
    phase: str
    reason: str
    remedy: str
    amount: int
    evidence_count: int
    is_sellers_fault: bool
    is_whole_order: bool
    is_no_reason_eligible: bool
    risk_level: str
    risk_score: int
    category: str | None = None
    days_since_placed: int | None = None
    days_since_signing: int | None = None
    days_late_delivery: int | None = None
    days_late_shipping: int | None = None
    hours_without_pickup: int | None = None


_BY_EVENT = {
    ShipmentStatus.LABEL_CREATED: Phase.LABEL_ONLY,
    ShipmentStatus.PICKED_UP: Phase.IN_TRANSIT,
    ShipmentStatus.IN_TRANSIT: Phase.IN_TRANSIT,
    ShipmentStatus.OUT_FOR_DELIVERY: Phase.IN_TRANSIT,
    ShipmentStatus.AT_PICKUP_POINT: Phase.IN_TRANSIT,
    ShipmentStatus.DELIVERED: Phase.DELIVERED,
    ShipmentStatus.REFUSED: Phase.REFUSED,
    ShipmentStatus.INTERCEPTED: Phase.INTERCEPTED,
    ShipmentStatus.RETURNING: Phase.RETURNING,
    ShipmentStatus.RETURNED_TO_SENDER: Phase.RETURNED,
    ShipmentStatus.LOST: Phase.LOST,
}


def circumstances(
    facts: OrderFacts,
    claim: Claim,
    allocation: Allocation,
    *,
    where: Phase,
    risk: tuple[str, int],
    timezone: str,
    now: datetime,
) -> Circumstances:
    """Everything a policy row may ask for; time limits count from claim.asked_at, only carriers' silence from now."""
    order, asked, zone = facts.order, claim.asked_at, ZoneInfo(timezone)
    claimed = {wanted.line_no for wanted in claim.lines}
    lines = [line for line in order.lines if line.line_no in claimed]
    line_nos = [line.line_no for line in lines]
    return Circumstances(
        order_status=order.status.value,
        settled_by=order.settled_by.value,
        source=order.source,
        currency=order.currency,
        is_paid=any(payment.amount > 0 for payment in order.payments),
        has_deposit=any(payment.kind == "deposit" for payment in order.payments),
        phase=where.value,
        reason=claim.reason.value,
        remedy=claim.remedy.value,
        amount=allocation.total.minor,
        evidence_count=len(claim.evidence),
        is_sellers_fault=claim.reason in SELLERS_FAULT,
        is_whole_order=takes_the_rest(facts, claim),
        is_no_reason_eligible=all(can_return_without_reason(line) for line in lines),
        risk_level=risk[0],
        risk_score=risk[1],
        category=_one({line.category for line in lines}),
        days_since_placed=_days_between(order.placed_at, asked, zone),
        days_since_signing=days_since_signing(order, line_nos, asked, zone),
        days_late_delivery=days_late_delivery(order, line_nos, asked),
        days_late_shipping=days_late_shipping(order, line_nos, asked),
        hours_without_pickup=hours_without_pickup(order, line_nos, now) if where is Phase.LABEL_ONLY else None,
    )


def phase(order: Order, line_nos: list[str]) -> Phase:
    """Where these lines are (all, for none named); MIXED when they are not in one place."""
    if not order.shipments:
        return _phase_without_shipment(order.status)
    parcels = [(shipment.line_nos, _shipment_phase(shipment)) for shipment in order.shipments]
    if not any(named for named, _ in parcels):
        return _one_place({where for _, where in parcels})
    numbers = line_nos or [line.line_no for line in order.lines]
    return _one_place({_line_phase(order.status, parcels, line_no) for line_no in numbers})


def takes_the_rest(facts: OrderFacts, claim: Claim) -> bool:
    """True when nothing of the order's paid goods is left after this claim."""
    order, uses = facts.order, uses_by_line(facts)
    claimed = {line.line_no: line.quantity for line in claim.lines}
    for line in order.lines:
        gone = gone_of(order, line, uses.get(line.line_no)) + claimed.get(line.line_no, 0)
        if gone < line.quantity and line.paid > 0:
            return False
    return True


def can_return_without_reason(line: OrderLine) -> bool:
    """Seven days without reason applies unless excluded; the exclusion `confirmed` counts only with its time.

    Source: after-sales practice, exclusions custom, perishable, digital opened, periodical, and goods whose exclusion
    the buyer confirmed; no confirmation, no exclusion.
    """
    rule = line.no_reason
    if rule.exclusion is Exclusion.CONFIRMED:
        return rule.confirmed_at is None
    return rule.eligible and rule.exclusion is None


def days_since_signing(order: Order, line_nos: list[str], asked: datetime, zone: ZoneInfo) -> int | None:
    """Calendar days since the newest of the claimed parcels was signed for; the day of signing is day 0.

    Source: seven days count from 00:00 of the day after signing in the merchant's zone, and the time of asking counts;
    so day 7 is still within.
    """
    signed = [at for shipment in _shipments_of(order, line_nos) if (at := signed_at(shipment)) is not None]
    return _days_between(max(signed), asked, zone) if signed else None


def signed_at(shipment: Shipment) -> datetime | None:
    """When the parcel was signed for, as the order says or as its last delivery scan does."""
    scans = [event.at for event in shipment.events if event.status is ShipmentStatus.DELIVERED]
    return shipment.delivered_at or (max(scans) if scans else None)


def days_late_delivery(order: Order, line_nos: list[str], asked: datetime) -> int | None:
    """Begun days past the promised delivery, until signing or until asked; 0 when in time, None without a promise."""
    if order.promised_delivery_at is None:
        return None
    shipments = _shipments_of(order, line_nos)
    signed = [signed_at(shipment) for shipment in shipments]
    known = [at for at in signed if at is not None]
    if not known and phase(order, line_nos) is Phase.DELIVERED:
        return None
    until = max(known) if known and len(known) == len(signed) else asked
    return _begun_days(until - order.promised_delivery_at)


def days_late_shipping(order: Order, line_nos: list[str], asked: datetime) -> int | None:
    """Begun days past the promised shipping, until shipped or until asked; 0 when in time, None without a promise."""
    if order.promised_ship_at is None:
        return None
    shipped = [shipment.shipped_at for shipment in _shipments_of(order, line_nos)]
    known = [at for at in shipped if at is not None]
    if not known and phase(order, line_nos) is not Phase.UNSHIPPED:
        return None
    return _begun_days((max(known) if known else asked) - order.promised_ship_at)


def hours_without_pickup(order: Order, line_nos: list[str], now: datetime) -> int | None:
    """Whole hours since the label was made, while no carrier has picked the parcel up; None otherwise.

    Source: shipped without a pick-up event for 24 hours counts as a fake shipment.
    """
    if phase(order, line_nos) is not Phase.LABEL_ONLY:
        return None
    labels = [
        shipment.shipped_at or min(event.at for event in shipment.events)
        for shipment in _shipments_of(order, line_nos)
        if shipment.shipped_at or shipment.events
    ]
    return int((now - min(labels)).total_seconds() // 3600) if labels else None


def guess_reason(facts: OrderFacts, now: datetime, *, fake_shipment_hours: int = 24) -> Reason | None:
    """The reason that the logistics make plain, or None; it is only preselected, the consumer says."""
    order, uses = facts.order, uses_by_line(facts)
    lines = [line.line_no for line in order.lines if gone_of(order, line, uses.get(line.line_no)) < line.quantity]
    if not lines or not order.payments:
        return None
    match phase(order, lines):
        case Phase.REFUSED:
            return Reason.REFUSED_DELIVERY
        case Phase.LOST:
            return Reason.NOT_RECEIVED
        case Phase.DELIVERED | Phase.MIXED | Phase.RETURNING | Phase.RETURNED | Phase.INTERCEPTED:
            return None
        case Phase.UNSHIPPED:
            late = (days_late_shipping(order, lines, now) or 0) + (days_late_delivery(order, lines, now) or 0)
            return Reason.LATE_SHIPPING if late > 0 else None
        case Phase.LABEL_ONLY | Phase.IN_TRANSIT | Phase.NONE_KNOWN:
            if (hours_without_pickup(order, lines, now) or 0) >= fake_shipment_hours:
                return Reason.FAKE_SHIPMENT
            return Reason.LATE_SHIPPING if (days_late_delivery(order, lines, now) or 0) > 0 else None


def _line_phase(status: OrderStatus, parcels: Sequence[tuple[tuple[str, ...], Phase]], line_no: str) -> Phase:
    phases = {where for named, where in parcels if not named or line_no in named}
    return _one_place(phases) if phases else _phase_without_shipment(status)


def _one_place(phases: set[Phase]) -> Phase:
    return next(iter(phases)) if len(phases) == 1 else Phase.MIXED


def _shipment_phase(shipment: Shipment) -> Phase:
    if shipment.events:
        newest = shipment.events[0] if len(shipment.events) == 1 else max(shipment.events, key=lambda event: event.at)
        if newest.status is ShipmentStatus.LABEL_CREATED and shipment.delivered_at is not None:
            return Phase.DELIVERED
        return _BY_EVENT[newest.status]
    if shipment.delivered_at is not None:
        return Phase.DELIVERED
    return Phase.NONE_KNOWN if shipment.shipped_at is not None else Phase.UNSHIPPED


def _phase_without_shipment(status: OrderStatus) -> Phase:
    match status:
        case OrderStatus.UNPAID | OrderStatus.DEPOSIT_PAID | OrderStatus.PAID | OrderStatus.CANCELLED:
            return Phase.UNSHIPPED
        case OrderStatus.PART_SHIPPED:
            return Phase.UNSHIPPED
        case OrderStatus.SHIPPED:
            return Phase.NONE_KNOWN
        case OrderStatus.DELIVERED | OrderStatus.COMPLETED:
            return Phase.DELIVERED


def _shipments_of(order: Order, line_nos: list[str]) -> list[Shipment]:
    wanted = set(line_nos)
    return [it for it in order.shipments if not it.line_nos or not wanted.isdisjoint(it.line_nos)]


def _days_between(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    return (end.astimezone(zone).date() - start.astimezone(zone).date()).days


def _begun_days(late: timedelta) -> int:
    return max(0, -(-late // timedelta(days=1)))


def _one(values: set[str | None]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
