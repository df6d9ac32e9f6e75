"""Rows written by plain SQL, so that a test meets the database itself and none of our code."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from storage.database import Database
from storage.ids import new_id
from storage.transaction import Transaction

NOW = datetime(2026, 11, 1, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant with one customer, one order of one line and one payment of 10,000, and one case on it."""

    merchant_id: UUID = field(default_factory=new_id)
    customer_id: UUID = field(default_factory=new_id)
    order_id: UUID = field(default_factory=new_id)
    payment_id: UUID = field(default_factory=new_id)
    case_id: UUID = field(default_factory=new_id)
    conversation_id: UUID = field(default_factory=new_id)


async def open_shop(db: Database) -> Shop:
    """Store a shop."""
    shop = Shop()
    await db.execute(
        "INSERT INTO customer (id, merchant_id, external_id, created_at) VALUES ($1, $2, 'c-1', $3)",
        shop.customer_id,
        shop.merchant_id,
        NOW,
    )
    await db.execute(
        "INSERT INTO shop_order (id, merchant_id, order_no, customer_id, status, settled_by, source, currency,"
        " placed_at, total_minor, document, updated_at)"
        " VALUES ($1, $2, 'o-1', $3, 'paid', 'us', 'own', 'CNY', $4, 10000, '{}', $4)",
        shop.order_id,
        shop.merchant_id,
        shop.customer_id,
        NOW,
    )
    await db.execute(
        "INSERT INTO payment (id, merchant_id, order_id, payment_no, method, currency, captured_minor)"
        " VALUES ($1, $2, $3, 'p-1', 'sandbox', 'CNY', 10000)",
        shop.payment_id,
        shop.merchant_id,
        shop.order_id,
    )
    await db.execute(
        "INSERT INTO refund_case (id, merchant_id, case_no, order_id, order_no, customer_id, customer, channel, state,"
        " document, created_at, updated_at)"
        " VALUES ($1, $2, 'case-1', $3, 'o-1', $4, 'c-1', 'web', 'refunding', '{}', $5, $5)",
        shop.case_id,
        shop.merchant_id,
        shop.order_id,
        shop.customer_id,
        NOW,
    )
    return shop


async def reserve(tx: Database | Transaction, shop: Shop, amount: int) -> None:
    """Reserve on the shop's payment, whether there is room or not."""
    await tx.execute("UPDATE payment SET reserved_minor = reserved_minor + $2 WHERE id = $1", shop.payment_id, amount)


async def add_refund(
    tx: Database | Transaction,
    shop: Shop,
    refund_no: str,
    *,
    amount: int = 1000,
    decision: str = "d-1",
    leg: int = 1,
    state: str = "created",
    method: str = "sandbox",
) -> None:
    """Add a payout over the shop's payment."""
    await tx.execute(
        "INSERT INTO refund (id, merchant_id, refund_no, case_id, decision_no, leg, payment_id, payment_no, method,"
        " amount_minor, payer_minor, currency, state, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 'p-1', $8, $9, $9, 'CNY', $10, $11)",
        new_id(),
        shop.merchant_id,
        refund_no,
        shop.case_id,
        decision,
        leg,
        shop.payment_id,
        method,
        amount,
        state,
        NOW,
    )


async def add_consent(tx: Database | Transaction, shop: Shop, chosen: str) -> None:
    """Record that the customer chose another way."""
    await tx.execute(
        "INSERT INTO consent (id, merchant_id, case_id, at, offered, chosen, offer_id)"
        " VALUES ($1, $2, $3, $4, '[]', $5, $5)",
        new_id(),
        shop.merchant_id,
        shop.case_id,
        NOW,
        chosen,
    )


async def use_line(
    db: Database, shop: Shop, *, quantity: int, minor: int, case_no: str | None = "case-1", line_no: str = "1"
) -> None:
    """Put a line of 3 pieces for 3,000 into an open claim."""
    await db.execute(
        "INSERT INTO line_use (id, merchant_id, order_id, line_no, sold_quantity, sold_minor, open_quantity,"
        " open_minor, open_case_no) VALUES ($1, $2, $3, $4, 3, 3000, $5, $6, $7)",
        new_id(),
        shop.merchant_id,
        shop.order_id,
        line_no,
        quantity,
        minor,
        case_no,
    )


async def book(tx: Transaction, shop: Shop, *amounts: int, key: str = "k-1") -> UUID:
    """Book a transfer with these postings, in one statement."""
    transfer_id = new_id()
    await tx.execute(
        "WITH booked AS (INSERT INTO transfer (id, merchant_id, key, kind, at) VALUES ($1, $2, $3, 'reserve', $4))"
        " INSERT INTO posting (id, merchant_id, transfer_id, account, amount_minor, currency)"
        " SELECT gen_random_uuid(), $2, $1, 'account', amount, 'CNY' FROM unnest($5::bigint[]) AS amount",
        transfer_id,
        shop.merchant_id,
        key,
        NOW,
        amounts,
    )
    return transfer_id


async def say(db: Database, shop: Shop, seq: int, client_id: str | None) -> None:
    """Store one thing said in the shop's conversation."""
    await db.execute(
        "INSERT INTO message (id, merchant_id, conversation_id, seq, sender, at, body, client_id)"
        " VALUES ($1, $2, $3, $4, 'customer', $5, '{}', $6)",
        new_id(),
        shop.merchant_id,
        shop.conversation_id,
        seq,
        NOW,
        client_id,
    )


def constraint(error: pytest.ExceptionInfo[asyncpg.PostgresError]) -> str | None:
    """The name of the constraint that refused."""
    name: str | None = error.value.constraint_name
    return name
