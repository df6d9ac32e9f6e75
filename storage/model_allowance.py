"""What a merchant's messages may cost of a paid model in a day of its own: counted in the database, so never forgotten.

Each operation is one statement of its own, outside any turn.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.database import Database
from storage.ids import new_id

_TAKE = """
INSERT INTO model_use AS u (id, merchant_id, day, calls, tokens)
SELECT $1, m.id, ($3::timestamptz AT TIME ZONE m.timezone)::date, 1, $4 FROM merchant m
WHERE m.id = $2 AND $5 >= 1 AND $4::bigint <= $6::bigint
ON CONFLICT (merchant_id, day) DO UPDATE SET calls = u.calls + 1, tokens = u.tokens + excluded.tokens
WHERE u.calls < $5::int AND u.tokens + excluded.tokens <= $6
RETURNING day
"""
_GIVE_BACK = """
UPDATE model_use u SET tokens = greatest(0, u.tokens - $3) FROM merchant m
WHERE m.id = $1 AND u.merchant_id = m.id AND u.day = ($2::timestamptz AT TIME ZONE m.timezone)::date
"""


@dataclass(frozen=True, slots=True)
class DayLimit:
    """At most so many calls and tokens for each merchant in a day."""

    calls: int
    tokens: int


async def take(db: Database, merchant_id: UUID, tokens: int, limit: DayLimit, *, now: datetime) -> bool:
    """Count one call with so many tokens; False (and nothing counted) where the day's limit would be passed."""
    rows = await db.fetch(_TAKE, new_id(), merchant_id, now, tokens, limit.calls, limit.tokens)
    return bool(rows)


async def give_back(db: Database, merchant_id: UUID, tokens: int, *, now: datetime) -> None:
    """Tokens that were taken and not used count no more."""
    await db.execute(_GIVE_BACK, merchant_id, now, tokens)
