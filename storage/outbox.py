"""The outbox: what is to be done outside the database, written in the transaction that decided it.

A worker claims rows under a lease and with a token that counts the claims (a fence): who comes back after the lease
has passed to somebody else can neither finish nor postpone the row any more. Rows of one lane are done one at a time,
in their order. A notice to a conversation that a person holds stays where it is until the person gives it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from refund_core.cases import Effect
from storage.reading import CanFetch

ERROR_LENGTH_MAX = 500

_ADD = """
INSERT INTO outbox (id, merchant_id, kind, lane, payload, not_before, created_at)
SELECT t.id, $1, t.kind, t.lane, t.payload, t.not_before, $2
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[])
    AS t(id, kind, lane, payload, not_before)
ON CONFLICT (id) DO NOTHING
"""
_CLAIM = """
WITH head AS (
    SELECT o.id FROM outbox o
    WHERE o.done_at IS NULL AND o.buried_at IS NULL AND o.kind = ANY($1::text[])
      AND (o.not_before IS NULL OR o.not_before <= $2) AND (o.leased_until IS NULL OR o.leased_until <= $2)
      AND o.place = (
          SELECT first.place FROM outbox first
          WHERE first.lane = o.lane AND first.merchant_id = o.merchant_id
            AND first.done_at IS NULL AND first.buried_at IS NULL
          ORDER BY first.place LIMIT 1)
      AND NOT EXISTS (
          SELECT 1 FROM conversation c
          WHERE o.kind = 'chat.note' AND c.merchant_id = o.merchant_id AND c.holder <> 'bot'
            AND c.id = CASE WHEN o.payload->>'conversation_id' ~ '^[0-9a-f-]{36}$'
                THEN (o.payload->>'conversation_id')::uuid END)
    ORDER BY o.place LIMIT $3
    FOR UPDATE OF o SKIP LOCKED
)
UPDATE outbox o SET leased_until = $4, lease_token = o.lease_token + 1, attempts = o.attempts + 1
FROM head WHERE o.id = head.id
RETURNING o.id, o.merchant_id, o.kind, o.lane, o.payload, o.attempts, o.lease_token, o.created_at, o.place
"""
_DONE = """
UPDATE outbox SET done_at = $3, leased_until = NULL, last_error = NULL
WHERE id = $1 AND lease_token = $2 AND done_at IS NULL AND buried_at IS NULL RETURNING id
"""
_LATER = """
UPDATE outbox SET not_before = $3, leased_until = NULL, last_error = $4, attempts = attempts - $5::int
WHERE id = $1 AND lease_token = $2 AND done_at IS NULL AND buried_at IS NULL RETURNING id
"""
_BURY = """
UPDATE outbox SET buried_at = $3, leased_until = NULL, last_error = $4
WHERE id = $1 AND lease_token = $2 AND done_at IS NULL AND buried_at IS NULL RETURNING id
"""
_MARK = """
UPDATE outbox SET payload = payload || $3::jsonb
WHERE id = $1 AND lease_token = $2 AND done_at IS NULL AND buried_at IS NULL RETURNING id
"""
_DIG_UP = """
UPDATE outbox SET buried_at = NULL, not_before = NULL, leased_until = NULL, attempts = 0
WHERE merchant_id = $1 AND id = $2 AND buried_at IS NOT NULL AND done_at IS NULL RETURNING id
"""
_OLDEST = """
SELECT min(coalesce(not_before, created_at)) FROM outbox WHERE done_at IS NULL AND buried_at IS NULL
"""
_SWEEP = """
DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < $1 LIMIT $2)
"""


class LeaseLost(Exception):
    """The row went on without this worker; nothing of what it did with it may be committed."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker may work on until its lease ends; attempts counts this one."""

    row_id: UUID
    merchant_id: UUID
    kind: str
    lane: str
    payload: dict[str, str | int]
    attempts: int
    token: int
    created_at: datetime


async def add(tx: CanFetch, merchant_id: UUID, effects: Sequence[Effect], *, now: datetime) -> None:
    """Write effects beside what decided them; the same effect again changes nothing."""
    await tx.fetch(
        _ADD,
        merchant_id,
        now,
        [UUID(effect.effect_id) for effect in effects],
        [effect.kind for effect in effects],
        [effect.lane for effect in effects],
        [msgspec.json.encode(effect.payload) for effect in effects],
        [effect.not_before for effect in effects],
    )


async def claim(
    db: CanFetch, kinds: Sequence[str], *, limit: int, lease_seconds: float, now: datetime
) -> list[Claimed]:
    """Up to so many rows that are due, each the first of its lane, oldest first; others skip them meanwhile."""
    rows = await db.fetch(_CLAIM, list(kinds), now, limit, now + timedelta(seconds=lease_seconds))
    return [_claimed(row) for row in sorted(rows, key=lambda row: row["place"])]


async def done(db: CanFetch, row: Claimed, *, now: datetime) -> None:
    """It is done. Raises LeaseLost; inside a transaction that undoes the rest of it."""
    await _expect(db, _DONE, row.row_id, row.token, now)


async def later(db: CanFetch, row: Claimed, *, at: datetime, error: str, is_counted: bool = True) -> None:
    """Not now: again at that time; a try that was no try (a person's turn, say) is not counted. Raises LeaseLost."""
    await _expect(db, _LATER, row.row_id, row.token, at, error[:ERROR_LENGTH_MAX], 0 if is_counted else 1)


async def bury(db: CanFetch, row: Claimed, *, error: str, now: datetime) -> None:
    """Not at all: an operator sees it, its lane goes on. Raises LeaseLost."""
    await _expect(db, _BURY, row.row_id, row.token, now, error[:ERROR_LENGTH_MAX])


async def mark(db: CanFetch, row: Claimed, marks: Mapping[str, str | int]) -> None:
    """Note in the row how far it has come, for whoever may have to go on with it. Raises LeaseLost."""
    await _expect(db, _MARK, row.row_id, row.token, msgspec.json.encode(marks))


async def dig_up(db: CanFetch, merchant_id: UUID, row_id: UUID) -> bool:
    """An operator lets a buried row be tried again; False where there is no such row."""
    return bool(await db.fetch(_DIG_UP, merchant_id, row_id))


async def oldest_due(db: CanFetch) -> datetime | None:
    """Since when the oldest open row waits (in the future, if it is not due yet); None when nothing waits."""
    (row,) = await db.fetch(_OLDEST)
    oldest: datetime | None = row[0]
    return oldest


async def sweep(db: CanFetch, *, before: datetime, limit: int = 10_000) -> None:
    """Forget rows that were done before then."""
    await db.fetch(_SWEEP, before, limit)


async def _expect(db: CanFetch, sql: str, *args: object) -> None:
    if not await db.fetch(sql, *args):
        raise LeaseLost


def _claimed(row: Any) -> Claimed:
    return Claimed(
        row["id"],
        row["merchant_id"],
        row["kind"],
        row["lane"],
        msgspec.json.decode(row["payload"], type=dict[str, str | int]),
        row["attempts"],
        row["lease_token"],
        row["created_at"],
    )
