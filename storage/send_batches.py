"""The steps of sending, each one statement for all rows that are at that step: make ready, count and note, settle.

Every step holds only for rows whose lease is still this worker's; for the others its answer is None.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from dialogs.messages import Locale
from refund_core.values import value
from storage.database import Database
from storage.gathered import Gathered
from storage.identity_store import ENDED, IDENTITY_COLUMNS, Identity, identity_of_row
from storage.outbox import Claimed, LeaseLost
from storage.reading import CanFetch
from storage.send_store import SendNote, StoredReply

_Told = TypeVar("_Told")
# Said so that no plan reads all open rows by an index of those, instead of these by their ids.
_MINE = """
SELECT w.*, o.place, o.lane, o.merchant_id, o.payload FROM wanted w CROSS JOIN LATERAL (
    SELECT * FROM outbox o WHERE o.id = w.id FOR UPDATE
) o WHERE o.lease_token = w.token AND coalesce(o.done_at, o.buried_at) IS NULL
"""
_ALONE = "(coalesce({row}.payload->>'edits', '') <> '' OR {row}.payload->>'sent' <> '0')"
# A later row of the lane can not be claimed while this one is open, so nobody works on those that are taken in. One
# that changes an earlier message of ours is sent alone: what else is said does not belong into that message. So is one
# of which a part was sent before it had to go behind an outcome.
_READY = f"""
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest($2::int[], $3::uuid[], $4::bigint[], $5::uuid[], $6::bool[])
        AS w(nth, id, token, conversation_id, is_fresh)
), mine AS MATERIALIZED ({_MINE}), waiting AS MATERIALIZED (
    SELECT mine.nth, it.* FROM mine CROSS JOIN LATERAL (
        SELECT o.id, o.place, o.payload FROM outbox o
        WHERE o.merchant_id = mine.merchant_id AND o.lane = mine.lane AND o.place > mine.place
          AND o.done_at IS NULL AND o.buried_at IS NULL
          AND o.kind = 'channel.send'
        ORDER BY o.place FOR UPDATE
    ) it WHERE mine.is_fresh AND NOT {_ALONE.format(row="mine")}
), behind AS MATERIALIZED (
    SELECT * FROM (
        SELECT waiting.*,
            bool_or({_ALONE.format(row="waiting")}) OVER (PARTITION BY nth ORDER BY place) AS is_behind_one_alone
        FROM waiting
    ) it WHERE NOT is_behind_one_alone
), taken_in AS (
    UPDATE outbox o SET done_at = $1, last_error = 'sent with an earlier one' FROM behind WHERE o.id = behind.id
), merged AS MATERIALIZED (
    SELECT nth, max((payload->>'to')::int) AS last, max((payload->>'is_outcome')::int) AS is_outcome
    FROM behind GROUP BY nth
), noted AS MATERIALIZED (
    SELECT mine.*, CASE WHEN merged.nth IS NULL THEN mine.payload
        ELSE mine.payload || jsonb_build_object('to', merged.last, 'is_outcome',
            greatest((mine.payload->>'is_outcome')::int, merged.is_outcome)) END AS note
    FROM mine LEFT JOIN merged USING (nth)
), written AS (
    UPDATE outbox o SET payload = noted.note FROM noted WHERE o.id = noted.id AND noted.note <> noted.payload
)
SELECT noted.nth, noted.note, {IDENTITY_COLUMNS}, i.windows, c.id IS NOT NULL AS is_there, c.state->>'locale' AS locale,
    spoken.seqs, spoken.bodies
FROM noted
LEFT JOIN channel_identity i ON i.merchant_id = noted.merchant_id AND i.conversation_id = noted.conversation_id
LEFT JOIN customer ON customer.merchant_id = i.merchant_id AND customer.id = i.customer_id
LEFT JOIN conversation c ON c.id = noted.conversation_id AND c.merchant_id = noted.merchant_id
CROSS JOIN LATERAL (
    SELECT array_agg(m.seq ORDER BY m.seq) AS seqs, array_agg(m.body ORDER BY m.seq) AS bodies FROM message m
    WHERE m.merchant_id = noted.merchant_id AND m.conversation_id = noted.conversation_id
      AND m.seq > (noted.note->>'after')::int AND m.seq <= (noted.note->>'to')::int AND m.sender <> 'customer'
) spoken
"""  # noqa: S608  # constants
_COUNT = f"""
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::jsonb[], $5::uuid[], $6::jsonb[], $7::jsonb[])
        AS w(nth, id, token, note, identity_id, windows_before, windows_after)
), mine AS MATERIALIZED ({_MINE}), counted AS (
    UPDATE channel_identity i SET windows = mine.windows_after FROM mine
    WHERE i.id = mine.identity_id AND i.windows = mine.windows_before RETURNING mine.nth
), noted AS (
    UPDATE outbox o SET payload = mine.note FROM mine
    WHERE o.id = mine.id AND (mine.identity_id IS NULL OR mine.nth IN (SELECT nth FROM counted)) RETURNING mine.nth
)
SELECT mine.nth, noted.nth IS NOT NULL AS is_counted FROM mine LEFT JOIN noted USING (nth)
"""  # noqa: S608  # constants
_SETTLE = f"""
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest($2::int[], $3::uuid[], $4::bigint[], $5::jsonb[], $6::uuid[])
        AS w(nth, id, token, note, identity_id)
), mine AS MATERIALIZED ({_MINE}), ended AS (
    UPDATE channel_identity i SET windows = {ENDED.format(row="mine.id", now="$1::timestamptz")} FROM mine
    WHERE i.id = mine.identity_id AND i.windows ? 'calls'
)
UPDATE outbox o SET payload = mine.note, done_at = $1, leased_until = NULL, last_error = NULL
FROM mine WHERE o.id = mine.id RETURNING mine.nth, true AS is_settled
"""  # noqa: S608  # constants


@value(frozen=True, slots=True)
class Ready:
    """All that sending a row needs: its note with what is taken in, to whom, in which language, and what to say.

    identity is None where nobody listens on a platform, locale where the conversation is gone. windows is the JSON of
    the person's reply windows as they are stored.
    """

    note: SendNote
    identity: Identity | None
    windows: bytes
    locale: Locale | None
    replies: tuple[StoredReply, ...]


@value(frozen=True, slots=True)
class Count:
    """A note to write before a call, and the reply windows with the call counted; without those nothing is counted."""

    row: Claimed
    note: SendNote
    identity_id: UUID | None = None
    windows_before: bytes = b"{}"
    windows_after: bytes = b"{}"


@value(frozen=True, slots=True)
class Sent:
    """A row all of which is sent; identity_id is whose reply windows it was counted in, None where nothing counts."""

    row: Claimed
    note: SendNote
    now: datetime
    identity_id: UUID | None = None


class SendBatches:
    """The steps, for everything that one process sends."""

    def __init__(self, db: Database) -> None:
        self._ready = Gathered(partial(make_ready, db), key=lambda asked: asked[0].row_id)
        self._count = Gathered(partial(count_calls, db), key=lambda asked: asked.row.row_id)
        self._settle = Gathered(partial(settle_sends, db), key=lambda sent: sent.row.row_id)

    async def ready(self, row: Claimed, note: SendNote, *, now: datetime) -> Ready:
        """What the row needs; of one that nothing was sent of, with what waits behind it in its lane.

        A row that changes a message of ours, or of which a part was sent, neither takes in others nor is taken in.

        Raises LeaseLost.
        """
        return _still_mine(await self._ready((row, note, now)))

    async def count(self, asked: Count) -> bool:
        """Write the note and count the call; False where the windows have changed, and nothing was written.

        Raises LeaseLost.
        """
        return _still_mine(await self._count(asked))

    async def settle(self, sent: Sent) -> None:
        """All of it is sent, and its last call has ended. Raises LeaseLost."""
        _still_mine(await self._settle(sent))


async def make_ready(db: CanFetch, asked: Sequence[tuple[Claimed, SendNote, datetime]]) -> list[Ready | None]:
    """See SendBatches.ready."""
    rows = await db.fetch(
        _READY,
        max(now for _, _, now in asked),
        *_fences([row for row, _, _ in asked]),
        [UUID(note.conversation_id) for _, note, _ in asked],
        [not (note.sent or note.unclear) for _, note, _ in asked],
    )
    found = {row["nth"]: _ready(row) for row in rows}
    return [found.get(nth) for nth in range(len(asked))]


async def count_calls(db: CanFetch, asked: Sequence[Count]) -> list[bool | None]:
    """See SendBatches.count."""
    rows = await db.fetch(
        _COUNT,
        *_fences([each.row for each in asked]),
        [msgspec.json.encode(each.note) for each in asked],
        [each.identity_id for each in asked],
        [each.windows_before for each in asked],
        [each.windows_after for each in asked],
    )
    found = {row["nth"]: bool(row["is_counted"]) for row in rows}
    return [found.get(nth) for nth in range(len(asked))]


async def settle_sends(db: CanFetch, asked: Sequence[Sent]) -> list[bool | None]:
    """See SendBatches.settle."""
    rows = await db.fetch(
        _SETTLE,
        max(sent.now for sent in asked),
        *_fences([sent.row for sent in asked]),
        [msgspec.json.encode(sent.note) for sent in asked],
        [sent.identity_id for sent in asked],
    )
    found = {row["nth"]: bool(row["is_settled"]) for row in rows}
    return [found.get(nth) for nth in range(len(asked))]


def _fences(rows: Sequence[Claimed]) -> tuple[list[object], ...]:
    return list(range(len(rows))), [row.row_id for row in rows], [row.token for row in rows]


def _still_mine(told: _Told | None) -> _Told:
    if told is None:
        raise LeaseLost
    return told


def _ready(row: Any) -> Ready:
    locale: Locale = "en" if row["locale"] == "en" else "zh-CN"
    return Ready(
        msgspec.json.decode(row["note"], type=SendNote),
        None if row["identity_id"] is None else identity_of_row(row),
        row["windows"] or b"{}",
        locale if row["is_there"] else None,
        tuple(map(StoredReply, row["seqs"] or (), row["bodies"] or ())),
    )
