"""The stored form of an order: the core's Order without what is default, so that a turn reads and decodes little."""

from datetime import datetime

import msgspec
from msgspec import Struct

from refund_core.orders import (
    Discount,
    Exclusion,
    NoReason,
    Order,
    OrderLine,
    Payment,
    SettledBy,
    Shipment,
    ShipmentEvent,
)

_DECODER = msgspec.json.Decoder(Order)
_ENCODER = msgspec.json.Encoder()
_PLAIN = NoReason()


def encode_order(order: Order) -> bytes:
    """The document to store; decode_order gives the same order again."""
    return _ENCODER.encode(_stored(order))


def decode_order(document: bytes) -> Order:
    """The order of a stored document."""
    return _DECODER.decode(document)


class _NoReason(Struct, omit_defaults=True):
    eligible: bool = True
    exclusion: Exclusion | None = None
    confirmed_at: datetime | None = None


class _Line(Struct, omit_defaults=True):
    line_no: str
    title: str
    quantity: int
    unit_price: int
    discount: int = 0
    sku: str | None = None
    category: str | None = None
    attributes: dict[str, str] | None = None
    gift_of: str | None = None
    gift_value: int | None = None
    bundle_no: str | None = None
    no_reason: _NoReason | None = None


class _Discount(Struct, omit_defaults=True):
    kind: str
    amount: int
    funded_by: str = "merchant"
    line_nos: tuple[str, ...] = ()


class _Payment(Struct, omit_defaults=True):
    payment_no: str
    method: str
    amount: int
    payer_amount: int
    kind: str = "full"
    paid_at: datetime | None = None
    label: str | None = None


class _PastRefund(Struct, omit_defaults=True):
    refund_no: str
    payment_no: str
    amount: int
    lines: tuple[tuple[str, int], ...] = ()
    at: datetime | None = None
    source: str = "imported"


class _Event(Struct, omit_defaults=True):
    at: datetime
    status: str
    text: str = ""


class _Shipment(Struct, omit_defaults=True):
    tracking_no: str
    carrier: str
    line_nos: tuple[str, ...] = ()
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    events: tuple[_Event, ...] = ()


class _Order(Struct, omit_defaults=True):
    order_no: str
    customer: str
    status: str
    currency: str
    placed_at: datetime
    lines: list[_Line]
    payments: list[_Payment]
    source: str = "own"
    settled_by: str = SettledBy.US
    promised_ship_at: datetime | None = None
    promised_delivery_at: datetime | None = None
    discounts: list[_Discount] = []
    shipping_fee: int = 0
    refunds: list[_PastRefund] = []
    has_invoice: bool = False
    shipments: list[_Shipment] = []
    address_changes: tuple[datetime, ...] = ()


def _stored(order: Order) -> _Order:
    return _Order(
        order.order_no,
        order.customer,
        order.status,
        order.currency,
        order.placed_at,
        [_line(line) for line in order.lines],
        [_payment(payment) for payment in order.payments],
        order.source,
        order.settled_by,
        order.promised_ship_at,
        order.promised_delivery_at,
        [_discount(discount) for discount in order.discounts],
        order.shipping_fee,
        [_PastRefund(r.refund_no, r.payment_no, r.amount, r.lines, r.at, r.source) for r in order.refunds],
        order.has_invoice,
        [_shipment(shipment) for shipment in order.shipments],
        order.address_changes,
    )


def _line(line: OrderLine) -> _Line:
    plain = line.no_reason
    return _Line(
        line.line_no,
        line.title,
        line.quantity,
        line.unit_price,
        line.discount,
        line.sku,
        line.category,
        dict(line.attributes) or None,
        line.gift_of,
        line.gift_value,
        line.bundle_no,
        None if plain == _PLAIN else _NoReason(plain.eligible, plain.exclusion, plain.confirmed_at),
    )


def _payment(payment: Payment) -> _Payment:
    return _Payment(
        payment.payment_no,
        payment.method,
        payment.amount,
        payment.payer_amount,
        payment.kind,
        payment.paid_at,
        payment.label,
    )


def _discount(discount: Discount) -> _Discount:
    return _Discount(discount.kind, discount.amount, discount.funded_by, discount.line_nos)


def _shipment(shipment: Shipment) -> _Shipment:
    return _Shipment(
        shipment.tracking_no,
        shipment.carrier,
        shipment.line_nos,
        shipment.shipped_at,
        shipment.delivered_at,
        tuple([_event(event) for event in shipment.events]),
    )


def _event(event: ShipmentEvent) -> _Event:
    return _Event(event.at, event.status, event.text)
