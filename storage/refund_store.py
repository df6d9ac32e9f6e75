"""Refunds on their own: which are due to be looked up, and what their payments captured."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from refund_core.money import Money
from storage.database import Database

_CLAIM = """
UPDATE refund r SET looks = r.looks + 1,
    next_look_at = $2 + make_interval(secs => ($1::float8[])[least(r.looks + 2, cardinality($1))])
FROM (
    SELECT merchant_id, refund_no FROM refund
    WHERE next_look_at <= $2 AND state IN ('sending', 'pending', 'failed')
    ORDER BY next_look_at LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
) due
WHERE r.merchant_id = due.merchant_id AND r.refund_no = due.refund_no
RETURNING r.merchant_id, r.refund_no
"""
# One payment may have paid several orders (a merged payment): the gateway knows it by its number and its whole amount.
_CAPTURED = """
SELECT sum(every.captured_minor)::bigint, p.currency
FROM refund r JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
    JOIN payment every ON every.merchant_id = p.merchant_id AND every.payment_no = p.payment_no
        AND every.method = p.method AND every.currency = p.currency
WHERE r.merchant_id = $1 AND r.refund_no = $2
GROUP BY p.currency
"""


class NoSuchRefund(Exception):
    """The merchant has no refund of that number."""


async def claim_to_look_up(
    db: Database, look_seconds: Sequence[float], *, limit: int, now: datetime
) -> list[tuple[UUID, str]]:
    """Merchant and number of refunds whose look-up is due; each is due again as the schedule says."""
    rows = await db.fetch(_CLAIM, list(look_seconds), now, limit)
    return [(row[0], row[1]) for row in rows]


async def captured_of(db: Database, merchant_id: UUID, refund_no: str) -> Money:
    """What the refund's payment captured, for all orders that it paid. Raises NoSuchRefund."""
    rows = await db.fetch(_CAPTURED, merchant_id, refund_no)
    if not rows:
        raise NoSuchRefund(refund_no)
    return Money(rows[0][0], rows[0][1])
