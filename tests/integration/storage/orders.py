"""Orders to store: one good one, changed by a test."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from refund_core.incoming import IncomingOrder, Person, Rejected
from refund_core.orders import Order, OrderLine, OrderStatus, PastRefund, Payment
from storage.crypto import Vault
from storage.database import Database
from storage.ids import new_id
from storage.order_store import Stored, load_order, upsert_orders

VAULT = Vault(b"k" * 32)
MERCHANT = new_id()
NOW = datetime(2026, 11, 10, tzinfo=UTC)
ORDER = Order(
    order_no="o-1",
    customer="c-1",
    status=OrderStatus.PAID,
    currency="CNY",
    placed_at=datetime(2026, 11, 1, tzinfo=UTC),
    lines=(OrderLine("1", "Tea", 3, 1000), OrderLine("2", "Cup", 1, 2000)),
    payments=(Payment("p-1", "sandbox", 5800, 5800),),
    shipping_fee=800,
)
PERSON = Person("c-1", "王小明", "+86 138-0000-0000", "Ming@Example.com", "上海市浦东新区1号")


def incoming(order_no: str = "o-1", person: Person = PERSON, **changes: object) -> IncomingOrder:
    """The good order with some fields changed."""
    order = replace(ORDER, order_no=order_no, customer=person.external_id, **changes)  # type: ignore[arg-type]  # fields of an order
    return IncomingOrder(order, person)


def elsewhere(amount: int, quantity: int, refund_no: str = "x-1") -> PastRefund:
    """A refund of pieces of line 1 that somebody else made."""
    return PastRefund(refund_no, "p-1", amount, (("1", quantity),), NOW, "erp")


async def store(db: Database, *orders: IncomingOrder) -> list[Stored | Rejected]:
    """Store them for MERCHANT."""
    return await upsert_orders(db, VAULT, MERCHANT, orders, now=NOW)


async def stored_order_id(db: Database, order_no: str = "o-1") -> UUID:
    """The id under which an order was stored."""
    facts = await load_order(db, MERCHANT, order_no)
    assert facts is not None
    return UUID(facts.order_id)
