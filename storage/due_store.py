"""Which cases' due dates have passed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.database import Database

_DUE = """
SELECT merchant_id, id, case_no, due_at FROM refund_case
WHERE due_at <= $1 AND ($2::timestamptz IS NULL OR (due_at, id) > ($2, $3::uuid))
ORDER BY due_at, id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case that somebody should have moved by due_at."""

    merchant_id: UUID
    case_id: UUID
    case_no: str
    due_at: datetime


async def due_cases(db: Database, *, after: DueCase | None, limit: int, now: datetime) -> list[DueCase]:
    """The next cases whose due date has passed, longest ago first, those behind `after`."""
    place = (after.due_at, after.case_id) if after else (None, None)
    return [DueCase(*row) for row in await db.fetch(_DUE, now, *place, limit)]
