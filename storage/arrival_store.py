"""Who wrote on a platform, and what their writing opens: one statement for as many as write at once.

A deed is noted with the person's row locked. Of those whose row somebody else holds nothing is noted, so that nobody
waits for them; they are met again alone, and that waits.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from refund_core.values import value
from storage.database import Database
from storage.gathered import Gathered
from storage.identity_store import IDENTITY_COLUMNS, Identity, NewIdentity, add_identity, identity_of_row, link_customer
from storage.reading import CanFetch
from storage.send_store import send_at_once
from storage.union_store import customer_by_union

# The same push again opens nothing, nor does one that comes later than a younger one.
_OPENED = "i.windows -> 'opened' -> held.window_name"
_WINDOWS = f"""
CASE WHEN held.window_name IS NULL OR {_OPENED} ->> 'by' = held.message_id
    OR ({_OPENED} ->> 'at')::timestamptz > held.at THEN i.windows
ELSE i.windows || jsonb_build_object('opened', coalesce(i.windows -> 'opened', '{{}}'::jsonb) || jsonb_build_object(
    held.window_name, jsonb_build_object('at', held.told_at, 'by', held.message_id))) END
"""  # constants
_UNION = "coalesce(w.union_id, i.union_id)"
_ASK_ABOUT_FOLLOWERS = """
INSERT INTO union_question (identity_id, merchant_id, account_id, due_at)
SELECT held.identity_id, held.merchant_id, held.account_id, held.now FROM held
WHERE held.is_following AND coalesce(held.union_id, held.known_union_id) IS NULL
ON CONFLICT (identity_id) DO UPDATE SET due_at = excluded.due_at
"""


@value(frozen=True, slots=True)
class Deed:
    """What a person did, for what it opens: the window (None for none), by which message, when the platform saw it.

    is_counted says that the platform counts what is sent to them, is_following that they began to follow the account.
    """

    window: str | None
    message_id: str
    at: datetime
    is_counted: bool
    is_following: bool = False


@value(frozen=True, slots=True)
class Arriving:
    """Somebody of whom something came in; deed is None where it opens nothing."""

    who: NewIdentity
    deed: Deed | None
    now: datetime


@value(frozen=True, slots=True)
class _Met:
    identity: Identity
    customer_by_union: str | None
    is_locked_elsewhere: bool


class Meeting:
    """Meets whoever writes: they are known or new, reachable again, and their reply window is open anew.

    The same message opens a window once; what waited for a word of theirs may be sent.
    """

    def __init__(self, db: Database, keyed: Database) -> None:
        self._db = db
        self._keyed = keyed
        self._meet = Gathered(self._meet_all, key=_person)

    async def __call__(self, arriving: Arriving) -> Identity:
        """The person; a new one has a conversation, and the customer whom their union id tells."""
        met = await self._meet(arriving)
        if met is None:
            await add_identity(self._db, arriving.who, now=arriving.now)
            met = await self._meet(arriving)
        if met is not None and met.is_locked_elsewhere:
            (met,) = await meet_all(self._keyed, [arriving], is_waiting=True)
            if met is not None:  # who held it may have just decided to wait for a word of theirs
                await send_at_once(self._keyed, met.identity.merchant_id, met.identity.conversation_id)
        if met is None:
            raise LookupError(arriving.who.user)  # somebody is deleting people
        if met.customer_by_union is None:
            return met.identity
        return await link_customer(
            self._db, met.identity, met.customer_by_union, arriving.who, now=arriving.now, is_theirs=False
        )

    async def _meet_all(self, arrivings: Sequence[Arriving]) -> Sequence[_Met | None]:
        return await meet_all(self._keyed, arrivings, is_waiting=False)


async def meet_all(db: CanFetch, arrivings: Sequence[Arriving], *, is_waiting: bool) -> list[_Met | None]:
    """Who each is, None for whom nobody knows yet; is_waiting waits for rows that somebody else holds."""
    rows = await db.fetch(_meeting(is_waiting=is_waiting), *_columns(arrivings))
    found = {row["nth"]: row for row in rows}
    return [_met(found.get(nth)) for nth in range(len(arrivings))]


@cache
def _meeting(*, is_waiting: bool) -> str:
    return f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bool[],
                             $8::bool[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::bool[])
            AS w(nth, now, merchant_id, account_id, user_id, union_id, is_deed, is_counted, window_name, message_id,
                 told_at, at, is_following)
    ), known AS MATERIALIZED (
        SELECT w.*, {IDENTITY_COLUMNS}, 'chat:' || i.conversation_id AS lane,
            CASE WHEN i.customer_id IS NULL AND {_UNION} IS NOT NULL THEN ({customer_by_union(_UNION)}) END AS by_union,
            w.is_deed AND (w.is_counted OR i.left_at IS NOT NULL
                OR (w.union_id IS NOT NULL AND w.union_id IS DISTINCT FROM i.union_id)) AS is_to_note
        FROM wanted w
        JOIN channel_identity i
            ON i.merchant_id = w.merchant_id AND i.account_id = w.account_id AND i.user_id = w.user_id
        LEFT JOIN customer ON customer.merchant_id = i.merchant_id AND customer.id = i.customer_id
    ), held AS MATERIALIZED (
        SELECT known.* FROM known JOIN channel_identity i ON i.id = known.identity_id
        WHERE known.is_to_note ORDER BY i.id FOR NO KEY UPDATE OF i {"" if is_waiting else "SKIP LOCKED"}
    ), seen AS (
        UPDATE channel_identity i SET seen_at = held.now, left_at = NULL,
            union_id = coalesce(held.union_id, i.union_id),
            windows = {_WINDOWS}
        FROM held WHERE i.id = held.identity_id
    ), asked AS ({_ASK_ABOUT_FOLLOWERS}), waiting AS MATERIALIZED (
        SELECT it.id FROM held CROSS JOIN LATERAL (
            SELECT o.id FROM outbox o
            WHERE o.merchant_id = held.merchant_id AND o.lane = held.lane
              AND o.done_at IS NULL AND o.buried_at IS NULL AND o.leased_until IS NULL
              AND o.not_before IS NOT NULL AND o.last_error IS NOT NULL
            ORDER BY o.place FOR UPDATE SKIP LOCKED
        ) it
    ), woken AS (
        UPDATE outbox o SET not_before = NULL FROM waiting WHERE o.id = waiting.id
    )
    SELECT known.*, known.is_to_note AND held.nth IS NULL AS is_locked_elsewhere
    FROM known LEFT JOIN held ON held.nth = known.nth
    """  # noqa: S608  # constants


def _columns(arrivings: Sequence[Arriving]) -> tuple[list[object], ...]:
    people, deeds = [each.who for each in arrivings], [each.deed for each in arrivings]
    return (
        list(range(len(arrivings))),
        [each.now for each in arrivings],
        [who.merchant_id for who in people],
        [who.account_id for who in people],
        [who.user for who in people],
        [who.union_id for who in people],
        [deed is not None for deed in deeds],
        [deed is not None and deed.is_counted for deed in deeds],
        [deed and deed.window for deed in deeds],
        [deed and deed.message_id for deed in deeds],
        [deed and deed.at.isoformat() for deed in deeds],
        [deed and deed.at for deed in deeds],
        [deed is not None and deed.is_following for deed in deeds],
    )


def _met(row: Any) -> _Met | None:
    return None if row is None else _Met(identity_of_row(row), row["by_union"], row["is_locked_elsewhere"])


def _person(arriving: Arriving) -> object:
    return arriving.who.account_id, arriving.who.user
