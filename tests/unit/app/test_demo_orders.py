"""The demo shop has about forty orders, in every situation that a refund can meet, and each is one the API takes."""

from collections import Counter
from datetime import UTC, datetime

import msgspec

from bot.demo.orders import SHOPPERS, demo_orders
from connectors.orders.pushed.parse import parse_order
from refund_core.incoming import IncomingOrder
from refund_core.orders import Order, SettledBy

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_every_made_up_order_is_one_that_the_api_takes() -> None:
    parsed = [parse_order(msgspec.json.encode(document)) for document in demo_orders(NOW)]

    assert [order for order in parsed if not isinstance(order, IncomingOrder)] == []
    assert 38 <= len(parsed) <= 45


def test_each_shopper_has_orders() -> None:
    owners = Counter(order.customer for order in _orders())

    assert set(owners) == {shopper.external_id for shopper in SHOPPERS}
    assert min(owners.values()) >= 10


def test_every_situation_is_there() -> None:
    orders = _orders()
    delivered = {
        (NOW - shipment.delivered_at).days
        for order in orders
        for shipment in order.shipments
        if shipment.delivered_at is not None
    }
    scans = {event.status for order in orders for shipment in order.shipments for event in shipment.events}

    assert {0, 6, 7, 8, 40} <= delivered
    assert {"refused", "lost", "in_transit"} <= scans
    assert {"unpaid", "paid", "shipped", "delivered", "completed", "cancelled"} <= {order.status for order in orders}
    assert any(
        order.promised_delivery_at and order.promised_delivery_at < NOW for order in orders if not order.shipments
    )
    assert any(len(order.lines) > 2 for order in orders)
    assert any(line.gift_of for order in orders for line in order.lines)
    assert any(line.bundle_no for order in orders for line in order.lines)
    assert any(len(order.payments) > 1 for order in orders)
    assert any(order.refunds and order.status == "delivered" for order in orders)
    assert any(order.settled_by is SettledBy.PLATFORM for order in orders)
    assert any(order.address_changes for order in orders)
    assert max(Counter(order.customer for order in orders if order.refunds).values()) >= 5


def _orders() -> list[Order]:
    parsed = [parse_order(msgspec.json.encode(document)) for document in demo_orders(NOW)]
    return [one.order for one in parsed if isinstance(one, IncomingOrder)]
