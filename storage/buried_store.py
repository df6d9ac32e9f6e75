"""What could not be handled, kept for an operator."""

from datetime import datetime
from uuid import UUID

from storage.transaction import Transaction

_BURY = """
INSERT INTO buried (id, merchant_id, source, raw, error, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING
"""
ERROR_LENGTH_MAX = 2_000


async def bury_message(
    tx: Transaction, merchant_id: UUID, buried_id: UUID, *, source: str, raw: bytes, error: str, now: datetime
) -> None:
    """Keep something (sealed by the caller) that could not be handled; the same id again changes nothing."""
    text = error[:ERROR_LENGTH_MAX].encode("utf-8", "backslashreplace").decode().replace("\x00", "")
    await tx.execute(_BURY, buried_id, merchant_id, source, raw, text, now)
