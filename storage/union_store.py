"""Of whom a platform is to be asked who they are across accounts, and whose customer that makes them.

An account is asked for by one process at a time: who claims it holds it until it is given free or its lease has passed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from refund_core.values import value
from storage.identity_store import IDENTITY_COLUMNS, Identity, identity_of_row
from storage.reading import CanFetch

_CLAIM = """
WITH free AS MATERIALIZED (
    SELECT a.id FROM channel_account a
    CROSS JOIN LATERAL (
        SELECT q.due_at FROM union_question q
        WHERE q.merchant_id = a.merchant_id AND q.account_id = a.id AND q.due_at <= $1
        ORDER BY q.due_at LIMIT 1
    ) first
    WHERE a.removed_at IS NULL AND (a.asking_from IS NULL OR a.asking_from <= $1)
    ORDER BY first.due_at LIMIT $2
    FOR UPDATE OF a SKIP LOCKED
)
UPDATE channel_account a SET asking_from = $3 FROM free WHERE a.id = free.id
RETURNING a.id, a.merchant_id, a.asking_from
"""
_FREE = """
UPDATE channel_account SET asking_from = $4 WHERE merchant_id = $1 AND id = $2 AND asking_from = $3
"""
_DUE = f"""
SELECT {IDENTITY_COLUMNS} FROM union_question q
JOIN channel_identity i ON i.id = q.identity_id
LEFT JOIN customer ON customer.merchant_id = i.merchant_id AND customer.id = i.customer_id
WHERE q.merchant_id = $1 AND q.account_id = $2 AND q.due_at <= $3
ORDER BY q.due_at LIMIT $4
"""  # noqa: S608  # constants
_PUT_OFF = "UPDATE union_question SET due_at = $3 WHERE merchant_id = $1 AND identity_id = $2"
_FORGET = "DELETE FROM union_question WHERE merchant_id = $1 AND account_id = $2"


def customer_by_union(union_id: str) -> str:
    """SQL for the one customer who the people of a union id are elsewhere, null where several; i is a person."""
    return f"""
    SELECT max(elsewhere.external_id) FROM channel_identity other
    JOIN customer elsewhere ON elsewhere.id = other.customer_id
    WHERE other.merchant_id = i.merchant_id AND other.union_id = {union_id}
    HAVING count(DISTINCT other.customer_id) = 1
    """  # noqa: S608  # constants


# Who began to follow again after the platform was asked is asked about again: their question is due later than that.
_TOLD_NOTHING = """
UPDATE union_question SET due_at = NULL WHERE merchant_id = $1 AND identity_id = $2 AND due_at <= $3
"""
_TOLD = f"""
WITH told AS (
    UPDATE channel_identity SET union_id = $3 WHERE merchant_id = $1 AND id = $2
), answered AS (
    DELETE FROM union_question WHERE merchant_id = $1 AND identity_id = $2
)
SELECT ({customer_by_union("$3")}) AS customer FROM channel_identity i
WHERE i.merchant_id = $1 AND i.id = $2 AND i.customer_id IS NULL
"""  # noqa: S608  # constants


@value(frozen=True, slots=True)
class AskedAccount:
    """An account whose platform this process may ask until that time."""

    account_id: UUID
    merchant_id: UUID
    until: datetime


async def claim_accounts(db: CanFetch, *, limit: int, until: datetime, now: datetime) -> list[AskedAccount]:
    """Accounts with people to ask about whom nobody asks for now, those who wait longest first."""
    rows: Sequence[Any] = await db.fetch(_CLAIM, now, limit, until)
    return [AskedAccount(row["id"], row["merchant_id"], row["asking_from"]) for row in rows]


async def give_account_free(db: CanFetch, account: AskedAccount, *, again_at: datetime | None) -> None:
    """Let others ask, from that time on; nothing changes where the lease has passed to somebody else."""
    await db.fetch(_FREE, account.merchant_id, account.account_id, account.until, again_at)


async def people_to_ask(db: CanFetch, account: AskedAccount, *, limit: int, now: datetime) -> list[Identity]:
    """Of whom the account's platform is to be asked, those who wait longest first."""
    rows: Sequence[Any] = await db.fetch(_DUE, account.merchant_id, account.account_id, now, limit)
    return [identity_of_row(row) for row in rows]


async def note_union(db: CanFetch, identity: Identity, union_id: str) -> str | None:
    """Who the person is across accounts; the customer whom that makes them, None where it makes them nobody."""
    rows: Sequence[Any] = await db.fetch(_TOLD, identity.merchant_id, identity.identity_id, union_id)
    return None if not rows else rows[0]["customer"]


async def note_no_union(db: CanFetch, identity: Identity, *, asked_at: datetime) -> None:
    """The platform told nothing of the person."""
    await db.fetch(_TOLD_NOTHING, identity.merchant_id, identity.identity_id, asked_at)


async def ask_later(db: CanFetch, identity: Identity, *, at: datetime) -> None:
    """The platform did not answer; it is asked about the person again at that time."""
    await db.fetch(_PUT_OFF, identity.merchant_id, identity.identity_id, at)


async def ask_nobody(db: CanFetch, account: AskedAccount) -> None:
    """The account's platform cannot be asked."""
    await db.fetch(_FORGET, account.merchant_id, account.account_id)
