"""Storing many orders at once: one transaction a batch, a handful of statements whatever its size."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from refund_core.incoming import IncomingOrder, Rejected
from refund_core.orders import Order
from storage import order_sql as sql
from storage.crypto import Vault, bind_to, context_of
from storage.customer_store import upsert_people
from storage.database import Database
from storage.ids import new_id
from storage.order_rules import (
    StoredLine,
    StoredOrder,
    StoredPayment,
    first_fault,
    imported_by_payment,
    is_shipping,
    line_states,
    match_own_refunds,
    shipping_state,
)
from storage.records import encode_order
from storage.transaction import Transaction, TryAgain, transact

TRIES_MAX = 5

Change = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Stored:
    """An order that is stored now, and whether that changed anything."""

    order_no: str
    change: Change


async def upsert_orders(
    db: Database, vault: Vault, merchant_id: UUID, orders: Sequence[IncomingOrder], *, now: datetime
) -> list[Stored | Rejected]:
    """Store orders, each wholly or not at all; one answer each, in their order. Given twice, the last one counts.

    A rejected order changes nothing and does not stop the others. Raises TryAgain and OutcomeUnknown (storing again is
    harmless).
    """
    answers: list[Stored | Rejected] = []
    for batch in _without_repeats(orders):
        answers += await _store(db, _Writer(vault, merchant_id, now), batch)
    return answers


def open_address(vault: Vault, merchant_id: UUID, order_no: str, raw: bytes | None) -> str | None:
    """The address of an order in clear. Raises CannotDecrypt."""
    return None if raw is None else vault.decrypt(raw, context=_address_context(merchant_id, order_no))


def _without_repeats(orders: Sequence[IncomingOrder]) -> Iterator[list[IncomingOrder]]:
    batch: dict[str, IncomingOrder] = {}
    for incoming in orders:
        if incoming.order.order_no in batch:
            yield list(batch.values())
            batch = {}
        batch[incoming.order.order_no] = incoming
    if batch:
        yield list(batch.values())


async def _store(db: Database, writer: "_Writer", batch: Sequence[IncomingOrder]) -> list[Stored | Rejected]:
    for attempt in range(TRIES_MAX):
        try:
            return await transact(db, lambda tx: writer.write(tx, batch), name="orders.upsert")
        except (TryAgain, asyncpg.UniqueViolationError):  # another writer stored one of them in this moment
            if attempt == TRIES_MAX - 1:
                raise
    raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True)
class _Work:
    """One order on its way into its row."""

    order_id: UUID
    incoming: IncomingOrder
    document: bytes
    content_hash: bytes

    @property
    def order(self) -> Order:
        return self.incoming.order


@dataclass(frozen=True, slots=True)
class _Uses:
    """What our cases hold of the stored orders, by order."""

    payments: dict[UUID, dict[str, StoredPayment]]
    lines: dict[UUID, dict[str, StoredLine]]


@dataclass(frozen=True, slots=True)
class _Writer:
    """What every step of one batch needs."""

    vault: Vault
    merchant_id: UUID
    now: datetime

    async def write(self, tx: Transaction, batch: Sequence[IncomingOrder]) -> list[Stored | Rejected]:
        stored = await self._stored(tx, batch)
        own = await self._own_refunds(tx, batch)
        works = [self._work(incoming, own, stored) for incoming in batch]
        changed = [work for work in works if self._differs(work, stored)]
        uses = await self._uses(tx, [work.order_id for work in changed if work.order.order_no in stored])
        faults = {fault.order_no: fault for fault in self._faults(changed, stored, uses)}
        accepted = [work for work in changed if work.order.order_no not in faults]
        await self._save(tx, accepted, stored, uses)
        saved = {work.order.order_no for work in accepted}
        return [self._answer(work.order.order_no, faults, saved, stored) for work in works]

    async def _stored(self, tx: Transaction, batch: Sequence[IncomingOrder]) -> dict[str, Any]:
        rows = await tx.fetch(sql.LOCK_ORDERS, self.merchant_id, [incoming.order.order_no for incoming in batch])
        return {row["order_no"]: row for row in rows}

    async def _own_refunds(self, tx: Transaction, batch: Sequence[IncomingOrder]) -> dict[str, tuple[str, str]]:
        numbers = [refund.refund_no for incoming in batch for refund in incoming.order.refunds]
        if not numbers:
            return {}
        rows = await tx.fetch(sql.OWN_REFUNDS, self.merchant_id, numbers)
        return {row["refund_no"]: (row["order_no"], row["payment_no"]) for row in rows}

    def _work(self, incoming: IncomingOrder, own: Mapping[str, tuple[str, str]], stored: Mapping[str, Any]) -> _Work:
        order = match_own_refunds(incoming.order, own)
        incoming = replace(incoming, order=order) if order is not incoming.order else incoming
        document = encode_order(order)
        row = stored.get(order.order_no)
        order_id = new_id() if row is None else row["id"]
        return _Work(order_id, incoming, document, self._content_hash(incoming, document))

    def _content_hash(self, incoming: IncomingOrder, document: bytes) -> bytes:
        person = incoming.person
        beside = msgspec.json.encode((person.name, person.phone, person.email, person.address, incoming.extra))
        return self.vault.fingerprint(document + b"\x00" + beside)

    def _differs(self, work: _Work, stored: Mapping[str, Any]) -> bool:
        row = stored.get(work.order.order_no)
        return row is None or row["content_hash"] != work.content_hash

    async def _uses(self, tx: Transaction, order_ids: list[UUID]) -> _Uses:
        uses = _Uses({}, {})
        if not order_ids:
            return uses
        for row in await tx.fetch(sql.LOCK_PAYMENTS, self.merchant_id, order_ids):
            payment = StoredPayment(row["payment_no"], row["captured_minor"], row["own_minor"])
            uses.payments.setdefault(row["order_id"], {})[payment.payment_no] = payment
        for row in await tx.fetch(sql.LOCK_LINES, self.merchant_id, order_ids):
            order_id, *rest = row.values()
            line = StoredLine(*rest)
            uses.lines.setdefault(order_id, {})[line.line_no] = line
        return uses

    def _faults(self, works: Iterable[_Work], stored: Mapping[str, Any], uses: _Uses) -> Iterator[Rejected]:
        for work in works:
            row = stored.get(work.order.order_no)
            if row is None:
                continue
            payments, lines = uses.payments.get(work.order_id, {}), uses.lines.get(work.order_id, {})
            fault = first_fault(work.order, StoredOrder(row["currency"], row["customer"]), payments, lines)
            if fault is not None:
                yield fault

    async def _save(self, tx: Transaction, works: Sequence[_Work], stored: Mapping[str, Any], uses: _Uses) -> None:
        if not works:
            return
        people = [work.incoming.person for work in works]
        customers = await upsert_people(tx, self.vault, self.merchant_id, people, now=self.now)
        for statement, some in (
            (sql.INSERT_ORDERS, [work for work in works if work.order.order_no not in stored]),
            (sql.UPDATE_ORDERS, [work for work in works if work.order.order_no in stored]),
        ):
            rows = [self._order_row(work, customers) for work in some]
            await _run(tx, statement, rows, self.merchant_id, self.now)
        await self._save_payments(tx, works, uses)
        await self._save_lines(tx, works, uses)

    def _order_row(self, work: _Work, customers: Mapping[str, UUID]) -> tuple[object, ...]:
        order, incoming = work.order, work.incoming
        return (
            work.order_id,
            order.order_no,
            customers[incoming.person.external_id],
            order.status,
            order.settled_by,
            order.source,
            order.currency,
            order.placed_at,
            sum(line.paid for line in order.lines) + order.shipping_fee,
            work.document,
            msgspec.json.encode(incoming.extra) if incoming.extra else None,
            self._address(order.order_no, incoming.person.address),
            work.content_hash,
        )

    def _address(self, order_no: str, address: str | None) -> bytes | None:
        if not address:
            return None
        return self.vault.encrypt(address, context=_address_context(self.merchant_id, order_no))

    async def _save_payments(self, tx: Transaction, works: Sequence[_Work], uses: _Uses) -> None:
        rows = [row for work in works for row in _payment_rows(work)]
        dropped = _dropped(works, uses.payments, lambda order: {payment.payment_no for payment in order.payments})
        await _run(tx, sql.DELETE_DROPPED_PAYMENTS, dropped, self.merchant_id)
        await _run(tx, sql.EMPTY_DROPPED_PAYMENTS, dropped, self.merchant_id)
        await _run(tx, sql.UPSERT_PAYMENTS, rows, self.merchant_id)

    async def _save_lines(self, tx: Transaction, works: Sequence[_Work], uses: _Uses) -> None:
        rows = [row for work in works for row in _line_rows(work, uses.lines.get(work.order_id, {}))]
        goods = {
            order_id: {line_no: use for line_no, use in lines.items() if not is_shipping(line_no)}
            for order_id, lines in uses.lines.items()
        }
        dropped = _dropped(works, goods, lambda order: {line.line_no for line in order.lines})
        await _run(tx, sql.DELETE_DROPPED_LINES, dropped, self.merchant_id)
        await _run(tx, sql.UPSERT_LINES, rows, self.merchant_id)

    def _answer(
        self, order_no: str, faults: Mapping[str | None, Rejected], saved: set[str], stored: Mapping[str, Any]
    ) -> Stored | Rejected:
        if order_no in faults:
            return faults[order_no]
        if order_no not in saved:
            return Stored(order_no, "unchanged")
        return Stored(order_no, "updated" if order_no in stored else "created")


def _payment_rows(work: _Work) -> Iterator[tuple[object, ...]]:
    elsewhere = imported_by_payment(work.order)
    for payment in work.order.payments:
        yield (
            new_id(),
            work.order_id,
            payment.payment_no,
            payment.method,
            work.order.currency,
            payment.amount,
            elsewhere[payment.payment_no],
        )


def _line_rows(work: _Work, stored: Mapping[str, StoredLine]) -> Iterator[tuple[object, ...]]:
    if not stored and not work.order.refunds:
        return
    shares = [shipping_state(work.order, line_no) for line_no in stored if is_shipping(line_no)]
    for state in (*line_states(work.order).values(), *shares):
        if state.line_no in stored or state.imported_quantity or state.imported_minor:
            yield (
                new_id(),
                work.order_id,
                state.line_no,
                state.sold_quantity,
                state.sold_minor,
                state.imported_quantity,
                state.imported_minor,
            )


def _dropped(
    works: Iterable[_Work], stored: Mapping[UUID, Mapping[str, object]], names: Callable[[Order], set[str]]
) -> list[tuple[object, ...]]:
    return [
        (work.order_id, name)
        for work in works
        if work.order_id in stored
        for name in sorted(stored[work.order_id].keys() - names(work.order))
    ]


async def _run(tx: Transaction, statement: str, rows: Sequence[tuple[object, ...]], *args: object) -> None:
    """Run a statement whose last parameters are the columns of rows; no rows, no statement."""
    if rows:
        await tx.execute(statement, *args, *[list(column) for column in zip(*rows, strict=True)])


def _address_context(merchant_id: UUID, order_no: str) -> str:
    return bind_to(context_of(merchant_id, "shop_order", "address"), order_no)
