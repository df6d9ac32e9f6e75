"""Orders: stored by the batch, read with what of them is used up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from refund_core.incoming import IncomingOrder, Person
from refund_core.orders import LineUse, OrderFacts, OrderUse, PaymentUse
from storage import order_sql as sql
from storage.crypto import Vault
from storage.customer_store import opened_person
from storage.database import Database
from storage.order_rules import is_shipping
from storage.order_writing import Stored as Stored
from storage.order_writing import open_address
from storage.order_writing import upsert_orders as upsert_orders
from storage.records import decode_order
from storage.text import is_storable

PAGE_MAX = 200

_PAYMENTS = msgspec.json.Decoder(list[tuple[str, int, int]])
_LINES = msgspec.json.Decoder(list[tuple[str, int, int, int, int, str | None]])
_EXTRA = msgspec.json.Decoder(dict[str, object])


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders as they came, newest stored first; next_cursor is None on the last page."""

    orders: tuple[IncomingOrder, ...]
    next_cursor: str | None


async def load_orders(db: Database, merchant_id: UUID, order_nos: Sequence[str]) -> dict[str, OrderFacts]:
    """The orders of those numbers that exist, with their use."""
    rows = await db.fetch(sql.FACTS_BY_NO, merchant_id, [number for number in order_nos if is_storable(number)])
    return {row["order_no"]: facts_of_row(row) for row in rows}


async def load_order(db: Database, merchant_id: UUID, order_no: str) -> OrderFacts | None:
    """One order with its use."""
    return (await load_orders(db, merchant_id, [order_no])).get(order_no)


async def recent_orders(db: Database, merchant_id: UUID, customer_id: UUID, *, limit: int) -> tuple[OrderFacts, ...]:
    """A customer's newest orders with their use, newest first."""
    rows = await db.fetch(sql.FACTS_OF_CUSTOMER, merchant_id, customer_id, limit)
    return tuple(facts_of_row(row) for row in rows)


async def load_incoming(db: Database, vault: Vault, merchant_id: UUID, order_no: str) -> IncomingOrder | None:
    """An order as it came, with the buyer's data in clear. Raises CannotDecrypt."""
    rows = await db.fetch(sql.INCOMING_BY_NO, merchant_id, order_no) if is_storable(order_no) else ()
    return _incoming(vault, merchant_id, rows[0]) if rows else None


async def list_orders(
    db: Database, vault: Vault, merchant_id: UUID, *, limit: int, cursor: str | None = None, customer: str | None = None
) -> OrderPage:
    """A page of orders, the last stored first. Raises ValueError for a cursor that is none of ours."""
    if customer is not None and not is_storable(customer):
        return OrderPage((), None)
    limit = max(1, min(limit, PAGE_MAX))
    after = UUID(cursor) if cursor else None
    rows = await db.fetch(sql.INCOMING_PAGE, merchant_id, customer, after, limit + 1)
    orders = tuple(_incoming(vault, merchant_id, row) for row in rows[:limit])
    return OrderPage(orders, str(rows[limit - 1]["id"]) if len(rows) > limit else None)


def facts_of_row(row: Mapping[str, Any]) -> OrderFacts:
    """The facts in a row with id, version, document, payments and lines (see order_sql)."""
    return OrderFacts(str(row["id"]), row["version"], decode_order(row["document"]), _use(row))


def _use(row: Mapping[str, Any]) -> OrderUse:
    payments = _PAYMENTS.decode(row["payments"]) if row["payments"] else []
    lines = _LINES.decode(row["lines"]) if row["lines"] else []
    if not payments and not lines:
        return OrderUse()
    uses = [LineUse(*line) for line in lines]
    return OrderUse(
        lines=tuple([use for use in uses if not is_shipping(use.line_no)]),
        payments=tuple([PaymentUse(*payment) for payment in payments]),
        shipping=tuple([use for use in uses if is_shipping(use.line_no)]),
    )


def _incoming(vault: Vault, merchant_id: UUID, row: Any) -> IncomingOrder:
    person = opened_person(vault, merchant_id, row)
    address = open_address(vault, merchant_id, row["order_no"], row["address"])
    whole = Person(person.external_id, person.name, person.phone, person.email, address)
    return IncomingOrder(decode_order(row["document"]), whole, _EXTRA.decode(row["extra"]) if row["extra"] else {})
