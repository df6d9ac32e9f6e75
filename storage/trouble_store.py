"""What an operator must look at: payouts nobody is sure of, work that gave up, messages that could not be handled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.database import Database

TROUBLE_LIMIT = 100

_REFUNDS = """
SELECT refund.refund_no AS name, refund_case.case_no, refund.state AS detail, refund.last_answer AS reason,
    refund.created_at AS at, refund.amount_minor, refund.currency, NULL::uuid AS row_id, NULL::text AS conversation
FROM refund JOIN refund_case ON refund_case.merchant_id = refund.merchant_id AND refund_case.id = refund.case_id
WHERE refund.merchant_id = $1 AND refund.needs_person
ORDER BY refund.created_at LIMIT $2
"""
_EFFECTS = """
SELECT kind AS name, payload->>'case_no' AS case_no, '' AS detail, last_error AS reason, buried_at AS at,
    NULL::bigint AS amount_minor, NULL::text AS currency, id AS row_id, payload->>'conversation_id' AS conversation
FROM outbox WHERE merchant_id = $1 AND buried_at IS NOT NULL AND done_at IS NULL ORDER BY buried_at LIMIT $2
"""
_BURIED = """
SELECT source AS name, NULL::text AS case_no, '' AS detail, error AS reason, at,
    NULL::bigint AS amount_minor, NULL::text AS currency, id AS row_id, NULL::text AS conversation
FROM buried WHERE merchant_id = $1 AND handled_at IS NULL ORDER BY at LIMIT $2
"""
_OVERDUE = """
SELECT order_no AS name, case_no, state AS detail, due_then AS reason, due_at AS at,
    NULL::bigint AS amount_minor, NULL::text AS currency, NULL::uuid AS row_id, NULL::text AS conversation
FROM refund_case WHERE merchant_id = $1 AND due_at < $3
  AND state NOT IN ('refunded', 'compensated', 'rejected', 'withdrawn')
ORDER BY due_at LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to look at; detail is its state, reason what was last answered or written down.

    row_id is the outbox row's, which can be tried again, or the buried message's, which can be set aside; None for
    anything else. conversation is the id of the one that it was to be said in, where there is one.
    """

    name: str
    case_no: str | None
    detail: str
    reason: str | None
    at: datetime
    amount_minor: int | None
    currency: str | None
    row_id: UUID | None
    conversation: str | None


@dataclass(frozen=True, slots=True)
class Troubles:
    """Everything of one shop that needs a look, oldest first in each list."""

    refunds: tuple[Trouble, ...]
    effects: tuple[Trouble, ...]
    buried: tuple[Trouble, ...]
    overdue: tuple[Trouble, ...]

    def is_empty(self) -> bool:
        """True when nothing needs a look."""
        return not (self.refunds or self.effects or self.buried or self.overdue)


async def read_troubles(db: Database, merchant_id: UUID, *, now: datetime) -> Troubles:
    """What needs a look now, at most 100 of each kind."""
    return Troubles(
        refunds=_rows(await db.fetch(_REFUNDS, merchant_id, TROUBLE_LIMIT)),
        effects=_rows(await db.fetch(_EFFECTS, merchant_id, TROUBLE_LIMIT)),
        buried=_rows(await db.fetch(_BURIED, merchant_id, TROUBLE_LIMIT)),
        overdue=_rows(await db.fetch(_OVERDUE, merchant_id, TROUBLE_LIMIT, now)),
    )


def _rows(rows: Sequence[Sequence[object]]) -> tuple[Trouble, ...]:
    return tuple(Trouble(*row) for row in rows)  # type: ignore[arg-type]  # the columns are named in the queries
