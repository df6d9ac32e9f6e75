"""The audit trail: each row carries the hash of the one before it, so a changed, lost or moved row shows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from storage.database import Database
from storage.ids import new_id

_FIRST_HASH = bytes(32)
_TRIES_MAX = 50
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, and about which thing (ids alone, no personal data)."""

    by: str
    what: str
    about: Mapping[str, str]


async def add_audit(db: Database, merchant_id: UUID, entry: AuditEntry, *, now: datetime) -> None:
    """Add a row at the end of the merchant's chain; two at once follow one another."""
    for attempt in range(_TRIES_MAX):
        rows = await db.fetch(_LAST, merchant_id)
        place, before = (rows[0]["place"] + 1, bytes(rows[0]["hash"])) if rows else (1, _FIRST_HASH)
        after = _hash(before, place, now, entry)
        about = msgspec.json.encode(entry.about)
        row = (new_id(), merchant_id, place, now, entry.by, entry.what, about, before, after)
        try:
            await db.execute(_ADD, *row)
        except asyncpg.UniqueViolationError:
            if attempt == _TRIES_MAX - 1:
                raise
        else:
            return


async def first_bad_row(db: Database, merchant_id: UUID) -> int | None:
    """The place of the first row that was changed, lost or moved; None for an unbroken chain."""
    place, before = 0, _FIRST_HASH
    while rows := await db.fetch(_NEXT, merchant_id, place, _PAGE):
        for row in rows:
            if row["place"] != place + 1 or bytes(row["prev_hash"]) != before or bytes(row["hash"]) != _of_row(row):
                return place + 1
            place, before = row["place"], bytes(row["hash"])
    return None


async def is_elsewhere(db: Database, merchant_id: UUID, kind: str, name: str) -> bool:
    """True when another merchant has a thing of that kind and name (a conversation's is its UUID)."""
    rows = await db.fetch(_ELSEWHERE[kind], merchant_id, name)
    return bool(rows[0]["is_there"])


_LAST = "SELECT place, hash FROM audit WHERE merchant_id = $1 ORDER BY place DESC LIMIT 1"
_ADD = (
    "INSERT INTO audit (id, merchant_id, place, at, by, what, about, prev_hash, hash)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)
_NEXT = (
    "SELECT place, at, by, what, about, prev_hash, hash FROM audit WHERE merchant_id = $1 AND place > $2"
    " ORDER BY place LIMIT $3"
)
_ELSEWHERE = {
    "order": "SELECT EXISTS (SELECT FROM shop_order WHERE merchant_id <> $1 AND order_no = $2) AS is_there",
    "case": "SELECT EXISTS (SELECT FROM refund_case WHERE merchant_id <> $1 AND case_no = $2) AS is_there",
    "customer": "SELECT EXISTS (SELECT FROM customer WHERE merchant_id <> $1 AND external_id = $2) AS is_there",
    "conversation": (
        "SELECT EXISTS (SELECT FROM conversation WHERE merchant_id <> $1 AND id = $2::text::uuid) AS is_there"
    ),
    "attachment": "SELECT EXISTS (SELECT FROM attachment WHERE merchant_id <> $1 AND public_id = $2) AS is_there",
}


def _of_row(row: Any) -> bytes:
    about = msgspec.json.decode(row["about"], type=dict[str, str])
    return _hash(bytes(row["prev_hash"]), row["place"], row["at"], AuditEntry(row["by"], row["what"], about))


def _hash(before: bytes, place: int, at: datetime, entry: AuditEntry) -> bytes:
    said = (place, at.astimezone(UTC).isoformat(), entry.by, entry.what, sorted(entry.about.items()))
    return hashlib.sha256(before + msgspec.json.encode(said)).digest()
