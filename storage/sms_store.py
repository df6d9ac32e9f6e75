"""How many texts a merchant sends in a day of its own, by scope; counted in the database, so never forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from storage.ids import new_id
from storage.reading import CanFetch

SHOP = "shop"
_TODAY = "($2::timestamptz AT TIME ZONE m.timezone)::date"
_COUNT = f"""
INSERT INTO sms_use AS u (id, merchant_id, scope, day, used, last_at)
SELECT $3, m.id, $4, {_TODAY}, 1, $2 FROM merchant m WHERE m.id = $1 AND $5::int >= 1
ON CONFLICT (merchant_id, scope, day) DO UPDATE SET used = u.used + 1, last_at = greatest(u.last_at, excluded.last_at)
WHERE u.used < $5 AND ($6::timestamptz IS NULL OR u.last_at <= $6)
RETURNING used
"""  # noqa: S608  # constants
_USED = f"""
SELECT u.scope, u.used, u.last_at FROM merchant m JOIN sms_use u ON u.merchant_id = m.id AND u.day = {_TODAY}
WHERE m.id = $1 AND u.scope = ANY($3::text[])
"""  # noqa: S608  # constants
_FORGET = "DELETE FROM sms_use WHERE last_at < $1"


@dataclass(frozen=True, slots=True)
class ScopeLimit:
    """At most so many texts in a day, and not within so many seconds of the last."""

    scope: str
    per_day: int
    pause_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Used:
    """How many there were today, and when the last."""

    count: int
    last_at: datetime


def order_scope(order_no: str) -> str:
    """Codes for one order, from wherever they are asked for and however its letters are written."""
    return f"order:{order_no.upper()}"


def chat_scope(conversation_id: UUID) -> str:
    """Codes asked for in one conversation."""
    return f"chat:{conversation_id}"


def phone_scope(kind: str, phone_hash: bytes) -> str:
    """Texts of one kind to one phone, of which only the keyed hash is known."""
    return f"{kind}:{phone_hash.hex()}"


async def count_text(tx: CanFetch, merchant_id: UUID, limit: ScopeLimit, *, now: datetime) -> bool:
    """Count one text; False (and nothing counted) where a limit would be passed.

    Without a pause it does not matter which of two that are counted at once was begun first.
    """
    free_since = now - timedelta(seconds=limit.pause_seconds) if limit.pause_seconds else None
    return bool(await tx.fetch(_COUNT, merchant_id, now, new_id(), limit.scope, limit.per_day, free_since))


async def texts_used(db: CanFetch, merchant_id: UUID, scopes: Sequence[str], *, now: datetime) -> dict[str, Used]:
    """What was counted today in each of these scopes; a scope without any is left out."""
    rows = await db.fetch(_USED, merchant_id, now, list(scopes))
    return {row["scope"]: Used(row["used"], row["last_at"]) for row in rows}


async def forget_uses(db: CanFetch, *, before: datetime) -> None:
    """Forget what was counted before then."""
    await db.fetch(_FORGET, before)
