"""The shop under trial: one merchant, and customers with paid, unshipped orders, made as fast as they are used up."""

import asyncio
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from bot.first_rules import first_rules
from refund_core.incoming import IncomingOrder, Person
from refund_core.orders import Order, OrderLine, OrderStatus, Payment, Shipment, ShipmentEvent, ShipmentStatus
from storage.database import Database
from storage.errors import OutcomeUnknown, TryAgain
from storage.merchant_store import NewMerchant, create_merchant
from storage.order_store import upsert_orders
from tests.chaos.servers import vault

SLUG = "chaos"
CUSTOMERS_WAITING_MAX = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Merchant:
    """The merchant's id and the secret that signs its customers' identities."""

    merchant_id: UUID
    chat_secret: str


async def open_shop(db: Database) -> Merchant:
    """Make the merchant, with the policy and offers of the house."""
    rules = first_rules()
    wanted = NewMerchant(SLUG, "Chaos", "CNY", rules["policy"], rules["offers"])
    created = await create_merchant(db, vault(), wanted, now=datetime.now(UTC))
    return Merchant(created.merchant_id, created.chat_secret)


async def send_customers(db: Database, merchant: Merchant, queue: "asyncio.Queue[str]", dice: random.Random) -> None:
    """Keep the queue filled with new customers who have orders."""
    numbers = count()
    while True:
        names = [f"c-{next(numbers)}" for _ in range(20)]
        orders = [order for name in names for order in _orders(name, dice)]
        incoming = [IncomingOrder(order, Person(order.customer)) for order in orders]
        await _stock(db, merchant, incoming)
        for name in names:
            await queue.put(name)


async def _stock(db: Database, merchant: Merchant, incoming: list[IncomingOrder]) -> None:
    """Bring the orders in, again and again while the database is being restarted."""
    while True:
        try:
            await upsert_orders(db, vault(), merchant.merchant_id, incoming, now=datetime.now(UTC))
        except (TryAgain, OutcomeUnknown):
            await asyncio.sleep(0.1)
        else:
            return


def _orders(customer: str, dice: random.Random) -> list[Order]:
    return [_order(customer, f"{customer}-{number}", dice) for number in range(dice.randint(1, 2))]


def _order(customer: str, order_no: str, dice: random.Random) -> Order:
    placed_at = datetime.now(UTC) - 3 * _DAY
    lines = tuple(
        OrderLine(str(number), f"Lamp {number}", dice.randint(1, 2), dice.randint(1_000, 6_000), sku=f"L{number}")
        for number in range(1, dice.randint(1, 3) + 1)
    )
    fee = dice.choice([0, 800])
    whole = sum(line.paid for line in lines) + fee
    order = Order(
        order_no,
        customer,
        OrderStatus.PAID,
        "CNY",
        placed_at,
        lines,
        _payments(order_no, whole, dice),
        shipping_fee=fee,
    )
    return _delivered(order) if dice.random() < 0.2 else order


def _payments(order_no: str, whole: int, dice: random.Random) -> tuple[Payment, ...]:
    if dice.random() < 0.4:
        return (Payment(f"p-{order_no}", "sandbox", whole, whole),)
    part = dice.randint(whole // 10, whole // 2)
    return (
        Payment(f"p-{order_no}-a", "sandbox", part, part),
        Payment(f"p-{order_no}-b", "sandbox", whole - part, whole - part),
    )


def _delivered(order: Order) -> Order:
    at = datetime.now(UTC) - _DAY
    parcel = Shipment(f"SF-{order.order_no}", "sf", (), at - _DAY, at, (ShipmentEvent(at, ShipmentStatus.DELIVERED),))
    return replace(order, status=OrderStatus.DELIVERED, shipments=(parcel,))
