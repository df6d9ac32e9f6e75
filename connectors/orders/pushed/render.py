"""An order -> the same JSON object again."""

from datetime import datetime

import msgspec

from refund_core.incoming import IncomingOrder, Person
from refund_core.orders import NoReason, Order, OrderLine, PastRefund, Shipment


def render_order(incoming: IncomingOrder) -> bytes:
    """The order object of the contract, as bytes; times are UTC."""
    return msgspec.json.encode(order_object(incoming))


def order_object(incoming: IncomingOrder) -> dict[str, object]:
    """The order object of the contract."""
    order = incoming.order
    extra = dict(incoming.extra)
    invoice = extra.pop("invoice", True if order.has_invoice else None)
    return {
        "order_no": order.order_no,
        "customer": _customer(incoming.person),
        "status": order.status,
        "source": order.source,
        "settled_by": order.settled_by,
        "currency": order.currency,
        "placed_at": order.placed_at,
        "promised_ship_at": order.promised_ship_at,
        "promised_delivery_at": order.promised_delivery_at,
        "lines": [_line(line) for line in order.lines],
        **_money(order),
        "invoice": invoice,
        "shipments": [_shipment(shipment) for shipment in order.shipments],
        "address_changes": [_at(moment) for moment in order.address_changes],
        "extra": extra,
    }


def _money(order: Order) -> dict[str, object]:
    return {
        "discounts": list(order.discounts),
        "shipping_fee": order.shipping_fee,
        "payments": list(order.payments),
        "refunds": [_refund(refund) for refund in order.refunds],
    }


def _customer(person: Person) -> dict[str, object]:
    return {
        "external_id": person.external_id,
        "name": person.name,
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
    }


def _line(line: OrderLine) -> dict[str, object]:
    return {
        "line_no": line.line_no,
        "sku": line.sku,
        "title": line.title,
        "category": line.category,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "discount": line.discount,
        "attributes": dict(line.attributes),
        "gift_of": line.gift_of,
        "gift_value": line.gift_value,
        "bundle_no": line.bundle_no,
        "no_reason": _no_reason(line.no_reason),
    }


def _no_reason(no_reason: NoReason) -> dict[str, object]:
    return {
        "eligible": no_reason.eligible,
        "exclusion": no_reason.exclusion,
        "confirmed_at": no_reason.confirmed_at,
    }


def _refund(refund: PastRefund) -> dict[str, object]:
    return {
        "refund_no": refund.refund_no,
        "payment_no": refund.payment_no,
        "lines": [{"line_no": line_no, "quantity": quantity} for line_no, quantity in refund.lines],
        "amount": refund.amount,
        "at": refund.at,
        "source": refund.source,
    }


def _shipment(shipment: Shipment) -> dict[str, object]:
    return {
        "tracking_no": shipment.tracking_no,
        "carrier": shipment.carrier,
        "line_nos": list(shipment.line_nos),
        "shipped_at": shipment.shipped_at,
        "delivered_at": shipment.delivered_at,
        "events": [{"at": event.at, "status": event.status, "text": event.text} for event in shipment.events],
    }


def _at(moment: datetime) -> dict[str, object]:
    return {"at": moment}
