"""What could not be handled, kept for an operator."""

from datetime import datetime
from uuid import UUID

from storage.reading import CanFetch
from storage.transaction import Transaction

_BURY = """
INSERT INTO buried (id, merchant_id, source, raw, error, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING
"""
_SET_ASIDE = """
UPDATE buried SET handled_at = $3 WHERE merchant_id = $1 AND id = $2 AND handled_at IS NULL RETURNING id
"""
ERROR_LENGTH_MAX = 2_000


async def bury_message(
    tx: Transaction, merchant_id: UUID, buried_id: UUID, *, source: str, raw: bytes, error: str, now: datetime
) -> None:
    """Keep something (sealed by the caller) that could not be handled; the same id again changes nothing."""
    text = error[:ERROR_LENGTH_MAX].encode("utf-8", "backslashreplace").decode().replace("\x00", "")
    await tx.execute(_BURY, buried_id, merchant_id, source, raw, text, now)


async def set_aside(db: CanFetch, merchant_id: UUID, buried_id: UUID, *, now: datetime) -> bool:
    """A person has seen to it; False where there is no such message of this shop, or it was set aside before."""
    return bool(await db.fetch(_SET_ASIDE, merchant_id, buried_id, now))
