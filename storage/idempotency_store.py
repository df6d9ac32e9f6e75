"""Answers to keyed API calls: the first call claims the key, later ones get its answer; keys are stored hashed."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from storage.database import Database
from storage.ids import new_id
from storage.transaction import Transaction

_FORGET_AT_ONCE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """One call with an Idempotency-Key, all three as hashes."""

    merchant_id: UUID
    api_key_hash: bytes
    key_hash: bytes
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the first call was answered."""

    status: int
    answer: bytes


class ClaimLost(Exception):
    """The call took so long that another one with its key began."""


class Held(Enum):
    """Why a call may not go on."""

    OTHER_BODY = "other_body"
    IN_FLIGHT = "in_flight"


async def claim_key(
    db: Database, call: KeyedCall, *, now: datetime, abandoned_before: datetime
) -> UUID | GivenAnswer | Held:
    """Claim the key for this call (its claim's id), or what it already led to.

    A claim from before abandoned_before that was never answered (its process died) is taken over.
    """
    rows = await db.fetch(_CLAIM, new_id(), *_columns(call), call.body_hash, now, abandoned_before)
    if rows:
        return UUID(str(rows[0]["id"]))
    rows = await db.fetch(_LOOK, *_columns(call))
    if not rows:
        return Held.IN_FLIGHT
    row = rows[0]
    if bytes(row["body_hash"]) != call.body_hash:
        return Held.OTHER_BODY
    return GivenAnswer(row["status"], bytes(row["answer"])) if row["state"] == "answered" else Held.IN_FLIGHT


async def answer_key(db: Database, merchant_id: UUID, claim_id: UUID, answer: GivenAnswer) -> None:
    """Keep the answer for whoever asks again with the key."""
    await db.execute(_ANSWER, merchant_id, claim_id, answer.status, answer.answer)


async def answer_key_with(tx: Transaction, merchant_id: UUID, claim_id: UUID, answer: GivenAnswer) -> None:
    """Keep the answer in the commit of what was done. Raises ClaimLost where another call has taken the key over."""
    if await tx.execute(_ANSWER, merchant_id, claim_id, answer.status, answer.answer) != "UPDATE 1":
        raise ClaimLost(claim_id)


async def release_key(db: Database, merchant_id: UUID, claim_id: UUID) -> None:
    """Give the key back after a call that changed nothing, so that it may be tried again."""
    await db.execute("DELETE FROM idempotency WHERE merchant_id = $1 AND id = $2", merchant_id, claim_id)


async def forget_keys(db: Database, *, before: datetime) -> int:
    """Delete keys of calls before that time, some at a time; how many went."""
    status = await db.execute(
        "DELETE FROM idempotency WHERE id IN (SELECT id FROM idempotency WHERE created_at < $1 LIMIT $2)",
        before,
        _FORGET_AT_ONCE_MAX,
    )
    return int(status.split()[-1])


_CLAIM = """
INSERT INTO idempotency (id, merchant_id, api_key_hash, key_hash, body_hash, state, created_at)
VALUES ($1, $2, $3, $4, $5, 'in_flight', $6)
ON CONFLICT (merchant_id, api_key_hash, key_hash) DO UPDATE SET id = $1, created_at = $6
WHERE idempotency.state = 'in_flight' AND idempotency.created_at < $7 AND idempotency.body_hash = $5
RETURNING id
"""
_ANSWER = "UPDATE idempotency SET state = 'answered', status = $3, answer = $4 WHERE merchant_id = $1 AND id = $2"
_LOOK = """
SELECT body_hash, state, status, answer FROM idempotency
WHERE merchant_id = $1 AND api_key_hash = $2 AND key_hash = $3
"""


def _columns(call: KeyedCall) -> tuple[UUID, bytes, bytes]:
    return call.merchant_id, call.api_key_hash, call.key_hash
