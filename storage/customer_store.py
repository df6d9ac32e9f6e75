"""Customers: found by the merchant's own id or by phone; what identifies a person is stored encrypted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from refund_core.incoming import Person
from storage.crypto import Vault, bind_to, context_of
from storage.database import Database
from storage.ids import new_id
from storage.reading import CanFetch
from storage.text import is_storable
from storage.transaction import Transaction

_NOT_DIGITS = re.compile(r"[^0-9]")
_CHINA = "86"
_MOBILE_DIGITS = 11

INSERT = """
INSERT INTO customer
    (id, merchant_id, external_id, name, phone, phone_hash, email, email_hash, details_hash, created_at)
SELECT id, $1, external_id, name, phone, phone_hash, email, email_hash, details_hash, $2
FROM unnest($3::uuid[], $4::text[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[])
    AS new (id, external_id, name, phone, phone_hash, email, email_hash, details_hash)
ON CONFLICT (merchant_id, external_id) DO UPDATE SET
    name = coalesce(excluded.name, customer.name),
    phone = coalesce(excluded.phone, customer.phone),
    phone_hash = coalesce(excluded.phone_hash, customer.phone_hash),
    email = coalesce(excluded.email, customer.email),
    email_hash = coalesce(excluded.email_hash, customer.email_hash),
    details_hash = excluded.details_hash
RETURNING id, external_id
"""


@dataclass(frozen=True, slots=True)
class StoredCustomer:
    """A customer with what is known of the person; the address is an order's."""

    customer_id: UUID
    person: Person
    created_at: datetime


async def ensure_customer(db: Database, merchant_id: UUID, external_id: str, *, now: datetime) -> UUID:
    """The id of the customer whom the merchant vouches for, made if new."""
    rows = await db.fetch(
        "WITH made AS (INSERT INTO customer (id, merchant_id, external_id, created_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (merchant_id, external_id) DO NOTHING RETURNING id)"
        " SELECT id FROM made UNION ALL SELECT id FROM customer WHERE merchant_id = $2 AND external_id = $3",
        new_id(),
        merchant_id,
        external_id,
        now,
    )
    if rows:
        return rows[0]["id"]  # type: ignore[no-any-return]  # asyncpg ships no types
    found = await customer_id_of(db, merchant_id, external_id)  # made by another process in this very moment
    if found is None:
        raise LookupError(external_id)
    return found


async def customer_id_of(db: Database, merchant_id: UUID, external_id: str) -> UUID | None:
    """The id of a customer, or None."""
    if not is_storable(external_id):
        return None
    rows = await db.fetch(
        "SELECT id FROM customer WHERE merchant_id = $1 AND external_id = $2", merchant_id, external_id
    )
    return rows[0]["id"] if rows else None


async def load_customer(db: Database, vault: Vault, merchant_id: UUID, external_id: str) -> StoredCustomer | None:
    """A customer with name, phone and e-mail. Raises CannotDecrypt."""
    if not is_storable(external_id):
        return None
    rows = await db.fetch(
        "SELECT id, external_id, name, phone, email, created_at FROM customer"
        " WHERE merchant_id = $1 AND external_id = $2",
        merchant_id,
        external_id,
    )
    return _customer(vault, merchant_id, rows[0]) if rows else None


async def find_by_phone(db: Database, vault: Vault, merchant_id: UUID, phone: str) -> tuple[str, ...]:
    """The external ids of the customers with that phone, however it is written."""
    rows = await db.fetch(
        "SELECT external_id FROM customer WHERE merchant_id = $1 AND phone_hash = $2 AND external_id IS NOT NULL"
        " ORDER BY external_id",
        merchant_id,
        _hash(vault, merchant_id, "phone", plain_phone(phone)),
    )
    return tuple(row["external_id"] for row in rows)


@dataclass(frozen=True, slots=True)
class SealedPhone:
    """A customer's phone as stored: encrypted, and as the keyed hash that counts texts to it."""

    customer_id: UUID
    phone: bytes
    phone_hash: bytes


async def sealed_phone(db: CanFetch, merchant_id: UUID, external_id: str) -> SealedPhone | None:
    """Where texts for a customer go; None for one without a phone."""
    rows = await db.fetch(
        "SELECT id, phone, phone_hash FROM customer WHERE merchant_id = $1 AND external_id = $2 AND phone IS NOT NULL",
        merchant_id,
        external_id,
    )
    return SealedPhone(*rows[0]) if rows else None


def plain_phone(phone: str) -> str:
    """One spelling for each phone: digits alone, without 00 or the country code of a Chinese mobile."""
    digits = _NOT_DIGITS.sub("", phone).removeprefix("00")
    if digits.startswith(_CHINA) and len(digits) == len(_CHINA) + _MOBILE_DIGITS:
        return digits.removeprefix(_CHINA)
    return digits


def opened_person(vault: Vault, merchant_id: UUID, row: Any) -> Person:
    """The person in a row with external_id, name, phone and email; the address is an order's. Raises CannotDecrypt."""
    external_id = row["external_id"]

    def opened(column: str) -> str | None:
        raw = row[column]
        if raw is None:
            return None
        return vault.decrypt(raw, context=bind_to(context_of(merchant_id, "customer", column), external_id))

    return Person(external_id, opened("name"), opened("phone"), opened("email"))


async def upsert_people(
    tx: Transaction, vault: Vault, merchant_id: UUID, people: Iterable[Person], *, now: datetime
) -> dict[str, UUID]:
    """The ids of these customers by external id; new ones are made, changed ones brought up to date.

    A person given twice counts as given last; what a source leaves out is kept.
    """
    last = {person.external_id: person for person in people}
    known = await _known(tx, merchant_id, list(last))
    ids = {external_id: row["id"] for external_id, row in known.items()}
    hashes = {external_id: _details(vault, merchant_id, person) for external_id, person in last.items()}
    changed = [
        person
        for external_id, person in sorted(last.items())
        if external_id not in known or _has_news(person, known[external_id]["details_hash"], hashes[external_id])
    ]
    if changed:
        ids.update(await _insert(tx, vault, merchant_id, changed, hashes, now))
    return ids


async def _known(tx: Transaction, merchant_id: UUID, external_ids: list[str]) -> dict[str, Any]:
    rows = await tx.fetch(
        "SELECT id, external_id, details_hash FROM customer WHERE merchant_id = $1 AND external_id = ANY($2::text[])",
        merchant_id,
        external_ids,
    )
    return {row["external_id"]: row for row in rows}


def _has_news(person: Person, known_hash: bytes | None, details_hash: bytes) -> bool:
    return bool(person.name or person.phone or person.email) and known_hash != details_hash


async def _insert(
    tx: Transaction,
    vault: Vault,
    merchant_id: UUID,
    people: Sequence[Person],
    hashes: dict[str, bytes],
    now: datetime,
) -> dict[str, UUID]:
    rows = [_row(vault, merchant_id, person, hashes[person.external_id]) for person in people]
    stored = await tx.fetch(INSERT, merchant_id, now, *[list(column) for column in zip(*rows, strict=True)])
    return {row["external_id"]: row["id"] for row in stored}


def _row(vault: Vault, merchant_id: UUID, person: Person, details_hash: bytes) -> tuple[object, ...]:
    return (
        new_id(),
        person.external_id,
        _sealed(vault, merchant_id, "name", person.external_id, person.name),
        _sealed(vault, merchant_id, "phone", person.external_id, person.phone),
        _hash(vault, merchant_id, "phone", plain_phone(person.phone)) if person.phone else None,
        _sealed(vault, merchant_id, "email", person.external_id, person.email),
        _hash(vault, merchant_id, "email", person.email.casefold()) if person.email else None,
        details_hash,
    )


def _details(vault: Vault, merchant_id: UUID, person: Person) -> bytes:
    parts = (person.name or "", person.phone or "", person.email or "")
    return _hash(vault, merchant_id, "details", "\x00".join(parts))


def _hash(vault: Vault, merchant_id: UUID, column: str, text: str) -> bytes:
    return vault.lookup_hash(text, context=context_of(merchant_id, "customer", column))


def _sealed(vault: Vault, merchant_id: UUID, column: str, row: str, text: str | None) -> bytes | None:
    if not text:
        return None
    return vault.encrypt(text, context=bind_to(context_of(merchant_id, "customer", column), row))


def _customer(vault: Vault, merchant_id: UUID, row: Any) -> StoredCustomer:
    return StoredCustomer(row["id"], opened_person(vault, merchant_id, row), row["created_at"])
