"""A shop that has been there for long: a million messages and a hundred thousand orders, loaded by COPY."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from bench.shop import make_order
from storage.ids import new_id

MESSAGES_PER_CONVERSATION = 20
ORDERS_PER_CUSTOMER = 10
_BODY = msgspec.json.encode({
    "text": "您要退哪个订单？请选择，或告诉我订单号。", "choices": [{"label": "白瓷茶杯", "action": "order:1"}],
    "select": None, "card": None, "sender": "bot", "agent": None, "attachments": [],
})  # fmt: skip
_STATE = b"{}"
_HASH = b"0" * 16


async def grow(url: str, slug: str, *, messages: int, orders: int) -> None:
    """Add so many messages of old conversations and so many old orders of other customers to the merchant."""
    connection = await asyncpg.connect(url)
    await connection.set_type_codec("jsonb", schema="pg_catalog", format="binary", encoder=_json, decoder=bytes)
    merchant_id = await connection.fetchval("SELECT id FROM merchant WHERE slug = $1", slug)
    customers = [new_id() for _ in range(max(1, orders // ORDERS_PER_CUSTOMER))]
    conversations = [new_id() for _ in range(max(1, messages // MESSAGES_PER_CONVERSATION))]
    copies: tuple[tuple[str, tuple[str, ...], Iterator[tuple[Any, ...]]], ...] = (
        ("customer", ("id", "merchant_id", "external_id", "created_at"), _customers(merchant_id, customers)),
        ("shop_order", _ORDER_COLUMNS, _orders(merchant_id, customers, orders)),
        ("conversation", _CONVERSATION_COLUMNS, _conversations(merchant_id, conversations)),
        ("message", _MESSAGE_COLUMNS, _messages(merchant_id, conversations)),
    )
    for table, columns, rows in copies:
        await connection.copy_records_to_table(table, columns=columns, records=rows, timeout=600)
        await connection.execute(f"ANALYZE {table}")
    await connection.execute("CHECKPOINT")
    await connection.close()


_ORDER_COLUMNS = (
    "id", "merchant_id", "order_no", "customer_id", "status", "settled_by", "source", "currency", "placed_at",
    "total_minor", "document", "updated_at",
)  # fmt: skip
_CONVERSATION_COLUMNS = ("id", "merchant_id", "channel", "state", "last_seq", "updated_at", "created_at")
_MESSAGE_COLUMNS = (
    "id", "merchant_id", "conversation_id", "seq", "sender", "at", "body", "client_id", "body_hash", "answers_seq",
)  # fmt: skip


def _json(value: bytes) -> bytes:
    return b"\x01" + value


def _customers(merchant_id: UUID, customers: list[UUID]) -> Iterator[tuple[Any, ...]]:
    now = datetime.now(UTC)
    for number, customer_id in enumerate(customers):
        yield customer_id, merchant_id, f"old-{number}", now


def _orders(merchant_id: UUID, customers: list[UUID], count: int) -> Iterator[tuple[Any, ...]]:
    dice, now = random.Random(11), datetime.now(UTC)
    documents = [msgspec.json.encode(make_order(0, number, dice, now=now)) for number in range(50)]
    for number in range(count):
        placed = now - timedelta(days=100 + number % 700)
        yield (
            new_id(), merchant_id, f"OLD-{number}", customers[number % len(customers)], "completed", "us", "own", "CNY",
            placed, 12_300, documents[number % len(documents)], now,
        )  # fmt: skip


def _conversations(merchant_id: UUID, conversations: list[UUID]) -> Iterator[tuple[Any, ...]]:
    now = datetime.now(UTC)
    for conversation_id in conversations:
        yield conversation_id, merchant_id, "web", _STATE, MESSAGES_PER_CONVERSATION, now, now


def _messages(merchant_id: UUID, conversations: list[UUID]) -> Iterator[tuple[Any, ...]]:
    now = datetime.now(UTC)
    for conversation_id in conversations:
        for seq in range(1, MESSAGES_PER_CONVERSATION + 1):
            is_theirs = seq % 2 == 1
            yield (
                new_id(), merchant_id, conversation_id, seq, "customer" if is_theirs else "bot", now, _BODY,
                f"{conversation_id}-{seq}" if is_theirs else None, _HASH if is_theirs else None,
                None if is_theirs else seq - 1,
            )  # fmt: skip
