"""Bytes -> an order, its buyer and what was sent beside; or the field that is wrong and why. Pure."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.orders.pushed.checks import first_fault
from connectors.orders.pushed.unknown import split_unknown
from connectors.orders.pushed.wire import WireLine, WireNoReason, WireOrder, WirePayment, WireRefund, WireShipment
from refund_core.incoming import IncomingOrder, Person, Rejected
from refund_core.orders import (
    Discount,
    NoReason,
    Order,
    OrderLine,
    PastRefund,
    Payment,
    SettledBy,
    Shipment,
    ShipmentEvent,
)
from refund_core.shape_words import UNREADABLE, wrong_shape

ORDER_BYTES_MAX = 4_000_000
_YEAR_MIN, _YEAR_MAX = 1980, 2200
_DECODER = msgspec.json.Decoder(WireOrder)
# An escaped U+0000 or half of a surrogate pair: JSON may carry them, PostgreSQL and UTF-8 may not.
_UNSTORABLE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER_SHOWN_MAX = 128
_NO_SHIFT = timedelta()
_PLAIN = NoReason()


class _TimeOutOfRange(ValueError):
    """A time that no order can have."""


def parse_order(raw: bytes, *, shift: timedelta = _NO_SHIFT) -> IncomingOrder | Rejected:
    """Read one order object; every time in it is moved by shift and is UTC afterwards."""
    if len(raw) > ORDER_BYTES_MAX:
        return Rejected("", f"is larger than {ORDER_BYTES_MAX} bytes")
    try:
        wire, unknown = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        return _rejection(error, raw)
    return _checked(wire, unknown, shift)


def _decode(raw: bytes) -> tuple[WireOrder, dict[str, object]]:
    if b"\\u" in raw and _UNSTORABLE_ESCAPE.search(raw):
        return _from_tree(_cleaned(json.loads(raw)))
    try:
        return _DECODER.decode(raw), {}
    except msgspec.ValidationError as error:
        if "unknown field" not in str(error):
            raise
    return _from_tree(msgspec.json.decode(raw))


def _from_tree(tree: Any) -> tuple[WireOrder, dict[str, object]]:
    known, unknown = split_unknown(tree)
    return msgspec.convert(known, WireOrder), unknown


def _cleaned(tree: Any) -> Any:
    if isinstance(tree, str):
        return _UNSTORABLE.sub("", tree)
    if isinstance(tree, list):
        return [_cleaned(item) for item in tree]
    if isinstance(tree, dict):
        return {_cleaned(key): _cleaned(value) for key, value in tree.items()}
    return tree


def _rejection(error: Exception, raw: bytes) -> Rejected:
    if isinstance(error, msgspec.ValidationError):
        field, reason = wrong_shape(error, WireOrder)
        return Rejected(field, reason, _number_of(raw))
    if isinstance(error, RecursionError):
        return Rejected("", "is nested too deeply")
    return Rejected("", "is not valid JSON")


class _Numbered(msgspec.Struct):
    """As much of an order as names it."""

    order_no: str | None = None


def _number_of(raw: bytes) -> str | None:
    """The number of an order that is wrong elsewhere, so that its sender finds it."""
    try:
        number = msgspec.json.decode(raw, type=_Numbered).order_no
    except UNREADABLE:
        return None
    return number[:_NUMBER_SHOWN_MAX] if number and not _UNSTORABLE.search(number) else None


def _checked(wire: WireOrder, unknown: dict[str, object], shift: timedelta) -> IncomingOrder | Rejected:
    try:
        order = _order(wire, shift)
    except (_TimeOutOfRange, OverflowError):
        return Rejected("", f"has a time before {_YEAR_MIN} or after {_YEAR_MAX}", wire.order_no)
    fault = first_fault(order)
    if fault is not None:
        return Rejected(fault.field, fault.reason, wire.order_no)
    customer = wire.customer
    person = Person(customer.external_id, customer.name, customer.phone, customer.email, customer.address)
    return IncomingOrder(order, person, _extra(wire, unknown))


def _extra(wire: WireOrder, unknown: dict[str, object]) -> dict[str, object]:
    extra = {**wire.extra, **unknown} if wire.extra else unknown
    return {**extra, "invoice": wire.invoice} if wire.invoice else extra


def _order(wire: WireOrder, shift: timedelta) -> Order:
    return Order(
        order_no=wire.order_no,
        customer=wire.customer.external_id,
        status=wire.status,
        currency=wire.currency,
        placed_at=_time(wire.placed_at, shift),
        lines=tuple([_line(line, shift) for line in wire.lines]),
        payments=tuple([_payment(payment, shift) for payment in wire.payments]),
        source=wire.source or "own",
        settled_by=wire.settled_by or SettledBy.US,
        promised_ship_at=_time_or_none(wire.promised_ship_at, shift),
        promised_delivery_at=_time_or_none(wire.promised_delivery_at, shift),
        discounts=tuple([Discount(d.kind, d.amount, d.funded_by, tuple(d.line_nos)) for d in wire.discounts or ()]),
        shipping_fee=wire.shipping_fee or 0,
        refunds=tuple([_refund(refund, shift) for refund in wire.refunds or ()]),
        has_invoice=bool(wire.invoice),
        shipments=tuple([_shipment(shipment, shift) for shipment in wire.shipments or ()]),
        address_changes=tuple([_time(change.at, shift) for change in wire.address_changes or ()]),
    )


def _line(line: WireLine, shift: timedelta) -> OrderLine:
    return OrderLine(
        line.line_no,
        line.title,
        line.quantity,
        line.unit_price,
        line.discount,
        line.sku,
        line.category,
        {key: _word(value) for key, value in line.attributes.items() if value is not None} if line.attributes else {},
        line.gift_of,
        line.gift_value,
        line.bundle_no,
        _PLAIN if line.no_reason is None else _no_reason(line.no_reason, shift),
    )


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _no_reason(wire: WireNoReason, shift: timedelta) -> NoReason:
    return NoReason(wire.eligible, wire.exclusion, _time_or_none(wire.confirmed_at, shift))


def _payment(wire: WirePayment, shift: timedelta) -> Payment:
    payer_amount = wire.amount if wire.payer_amount is None else wire.payer_amount
    paid_at = _time_or_none(wire.paid_at, shift)
    return Payment(wire.payment_no, wire.method, wire.amount, payer_amount, wire.kind, paid_at, wire.label)


def _refund(wire: WireRefund, shift: timedelta) -> PastRefund:
    lines = tuple([(line.line_no, line.quantity) for line in wire.lines])
    return PastRefund(wire.refund_no, wire.payment_no, wire.amount, lines, _time_or_none(wire.at, shift), wire.source)


def _shipment(wire: WireShipment, shift: timedelta) -> Shipment:
    return Shipment(
        wire.tracking_no,
        wire.carrier,
        tuple(wire.line_nos),
        _time_or_none(wire.shipped_at, shift),
        _time_or_none(wire.delivered_at, shift),
        tuple([ShipmentEvent(_time(event.at, shift), event.status, event.text) for event in wire.events]),
    )


def _time_or_none(value: datetime | None, shift: timedelta) -> datetime | None:
    return None if value is None else _time(value, shift)


def _time(value: datetime, shift: timedelta) -> datetime:
    moment = value.astimezone(UTC) + shift
    if not _YEAR_MIN <= moment.year <= _YEAR_MAX:
        raise _TimeOutOfRange
    return moment
