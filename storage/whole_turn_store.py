"""Whole turns, words and case changes, saved by one statement that is its own transaction.

It says nothing about what stood in the way: where any guard does not hold it raises inside itself, so that nothing is
written; the caller saves the same turns again in a transaction of steps, which tells for whom the world has changed.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

import asyncpg

from storage.case_statement import case_steps, counts
from storage.case_store import MerchantChange, RowsOfChanges, owing
from storage.reading import CanFetch
from storage.turn_store import (
    SAVING,
    SAVING_ARGUMENTS,
    SENDING,
    SENDING_ARGUMENTS,
    SavedAs,
    TurnToSave,
    has_sends,
    saved_as,
    saving_arguments,
)

# Raised by as_owed(), of migration 0006.
_NOT_AS_OWED = "RB001"


class NotAtOnce(Exception):
    """A guard does not hold, or a turn that changes a case is no new one: nothing was saved."""


async def save_whole_turns(
    db: CanFetch, turns: Sequence[TurnToSave], changes: Sequence[tuple[UUID, MerchantChange]], *, now: datetime
) -> list[SavedAs]:
    """Save turns and the changes that some of them make, each with its turn's conversation; all or nothing.

    No order may be changed twice. What became of each turn, in their order. Raises NotAtOnce.
    """
    asked = RowsOfChanges([change for _, change in changes], now)
    moving = list({conversation_id for conversation_id, _ in changes})
    arguments = (*saving_arguments(turns, now), moving, [len(moving), *asked.owed()], *asked.arguments())
    try:
        rows = await db.fetch(_sql(asked.present, is_sending=has_sends(turns)), *arguments)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise NotAtOnce from error
    except asyncpg.PostgresError as error:
        if error.sqlstate == _NOT_AS_OWED:
            raise NotAtOnce from error
        raise
    return saved_as(turns, {row[0]: row[1] for row in rows})


# The guard is the outer side of the join, so it is asked even where no conversation could be held.
@cache
def _sql(present: frozenset[str], *, is_sending: bool) -> str:
    used = SAVING_ARGUMENTS + (SENDING_ARGUMENTS if is_sending else 0)
    steps = case_steps(
        present, now="$12::timestamptz", first_argument=used + 3, after="(SELECT count(*) FROM said) >= 0"
    )
    moving, owed = f"${used + 1}::uuid[]", f"${used + 2}::bigint[]"
    moved = f"(SELECT count(*) FROM said WHERE conversation_id = ANY({moving}))"  # noqa: S608  # constants
    found = ", ".join((moved, *counts(owing(present))))
    return f"""
    WITH {SAVING}{SENDING if is_sending else ""}, {", ".join(steps)}
    SELECT held.conversation_id, said.conversation_id IS NOT NULL AS is_new, guard.holds
    FROM (SELECT as_owed(ARRAY[{found}], {owed}) AS holds) guard
    LEFT JOIN (held LEFT JOIN said USING (conversation_id)) ON true
    """  # noqa: S608  # constants
