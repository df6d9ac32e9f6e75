"""Turns: conversations as they were read, and saving a whole batch of turns with one statement.

The statement locks those conversations of the batch that nobody else holds and that are still as they were read, adds
the customers' messages unless they were there before, then the replies, and moves the conversations on. It is its own
transaction, or the first part of one that also changes cases.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from dialogs.conversation import Conversation
from refund_core.values import value
from storage.awaited_media import RESUMED, MediaToSave, awaiting, awaiting_columns
from storage.columns import column
from storage.database import Database
from storage.message_store import reply_json, stamp
from storage.reading import CanFetch

REPLIES_MAX = 32
# For the connections of a turn loop. Its few statements are large and look rows up by key: planning them anew costs
# more than running them, and a plan made while a table was small must not scan it when it has grown.
TURN_SESSION: Mapping[str, str] = MappingProxyType(
    {
        "plan_cache_mode": "force_generic_plan",
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
    }
)
_STATES = msgspec.json.Decoder(Conversation)

_LOAD = """
SELECT c.id, c.merchant_id, c.channel, c.customer_id, customer.external_id, c.state, c.version, c.last_seq
FROM unnest($1::uuid[]) AS wanted(id)
JOIN conversation c ON c.id = wanted.id
LEFT JOIN customer ON customer.merchant_id = c.merchant_id AND customer.id = c.customer_id
"""
# The steps of a WITH; $12 is now. A column that is the same by default for all may be empty: each element costs.
# Conversations that are skipped or have moved on are not in `held`; messages known before are not in `said`.
_SAVING = """
held AS MATERIALIZED (
    SELECT t.*, c.merchant_id, c.last_seq + 1 AS seq
    FROM unnest($1::uuid[], $2::int[], $3::jsonb[], $4::int[], $5::text[], $6::int[], $7::timestamptz[],
                $8::uuid[], $9::jsonb[], $10::text[], $11::bytea[], $19::jsonb[])
         AS t(conversation_id, version, state, last_seq, holder, epoch, waiting_since,
              inbound_id, inbound_body, client_id, body_hash, noted)
    JOIN conversation c ON c.id = t.conversation_id AND c.version = t.version
    FOR NO KEY UPDATE OF c SKIP LOCKED
), said AS ({said}), replied AS (
    INSERT INTO message (id, merchant_id, conversation_id, seq, sender, agent, at, body, answers_seq)
    SELECT r.id, said.merchant_id, r.conversation_id, r.seq, coalesce(r.sender, 'bot'), r.agent, $12::timestamptz,
        r.body, said.seq
    FROM said
    JOIN unnest($13::uuid[], $14::uuid[], $15::int[], $16::text[], $17::text[], $18::jsonb[])
         AS r(conversation_id, id, seq, sender, agent, body) USING (conversation_id)
), moved AS (
    UPDATE conversation c
    SET state = held.state, version = held.version + 1, last_seq = held.last_seq, holder = coalesce(held.holder, 'bot'),
        epoch = coalesce(held.epoch, 0), waiting_since = held.waiting_since, spoke_at = {spoke_at},
        updated_at = $12::timestamptz
    FROM said JOIN held USING (conversation_id)
    WHERE c.id = said.conversation_id
)
"""
_SAID = """
    INSERT INTO message (id, merchant_id, conversation_id, seq, sender, at, body, client_id, body_hash, noted)
    SELECT inbound_id, merchant_id, conversation_id, seq, 'customer', $12::timestamptz, inbound_body, client_id,
        body_hash, noted
    FROM held
    ON CONFLICT (merchant_id, conversation_id, client_id) WHERE client_id IS NOT NULL DO NOTHING
    RETURNING conversation_id, merchant_id, seq
"""
SAVING = _SAVING.format(said=_SAID, spoke_at="$12::timestamptz")
_RESUMING = _SAVING.format(said=RESUMED, spoke_at="c.spoke_at")
SAVING_ARGUMENTS = 19
# One more step, left out where no turn of the batch is held on a platform: what is to be sent there.
SENDING = """, sent AS (
    INSERT INTO outbox (id, merchant_id, kind, lane, payload, not_before, created_at)
    SELECT s.id, said.merchant_id, 'channel.send', 'chat:' || said.conversation_id, s.payload, s.not_before,
        $12::timestamptz
    FROM said
    JOIN unnest($20::uuid[], $21::uuid[], $22::jsonb[], $23::timestamptz[])
         AS s(conversation_id, id, payload, not_before) USING (conversation_id)
)
"""
SENDING_ARGUMENTS = 4
_ANSWERS = """
SELECT wanted.place, inbound.body_hash, inbound.seq AS inbound_seq, reply.seq, reply.at, reply.body
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[]) AS wanted(place, merchant_id, conversation_id, client_id)
JOIN message inbound ON inbound.merchant_id = wanted.merchant_id
    AND inbound.conversation_id = wanted.conversation_id AND inbound.client_id = wanted.client_id
LEFT JOIN message reply ON reply.merchant_id = inbound.merchant_id AND reply.conversation_id = inbound.conversation_id
    AND reply.seq > inbound.seq AND reply.seq <= inbound.seq + $5 AND reply.answers_seq = inbound.seq
ORDER BY wanted.place, reply.seq
"""


@value(frozen=True, slots=True)
class TurnConversation:
    """A conversation as it was read; a save holds only while the version is still this one."""

    conversation_id: UUID
    merchant_id: UUID
    channel: str
    customer_id: UUID | None
    customer: str | None
    state: Conversation
    version: int
    last_seq: int


@value(frozen=True, slots=True)
class ReplyToSave:
    """One reply of a turn: its place, who says it, and the JSON of the Reply."""

    reply_id: UUID
    seq: int
    sender: str
    agent: str | None
    body: bytes


@value(frozen=True, slots=True)
class SendToSave:
    """The outbox row that sends a turn's replies on a platform, not before a time where a webhook may carry them."""

    row_id: UUID
    payload: bytes
    not_before: datetime | None = None


@value(frozen=True, slots=True)
class TurnToSave:
    """One turn: the conversation as it was read and as it is after it, what was said and what is replied.

    noted is kept beside the message. send is None on our own chat. A message with media has its turn later, resumed.
    """

    before: TurnConversation
    after: TurnConversation
    inbound_id: UUID
    inbound_body: bytes
    client_id: str
    body_hash: bytes
    replies: tuple[ReplyToSave, ...]
    noted: bytes | None = None
    send: SendToSave | None = None
    media: tuple[MediaToSave, ...] = ()
    is_resumed: bool = False


class SavedAs(Enum):
    """What became of a turn: saved; known before (nothing saved); or passed over, as others hold or changed it."""

    SAVED = 1
    KNOWN = 2
    PASSED_OVER = 3


@value(frozen=True, slots=True)
class StoredAnswer:
    """What a message was answered when it came first; the body's hash tells whether it is the same message."""

    body_hash: bytes
    seq: int
    replies: tuple[bytes, ...]


async def load_conversations(db: CanFetch, conversation_ids: Sequence[UUID]) -> dict[UUID, TurnConversation]:
    """The conversations as they are now, without a lock; one that does not exist is left out."""
    rows = await db.fetch(_LOAD, conversation_ids)
    return {row[0]: _conversation(row) for row in rows}


async def save_turns(db: CanFetch, turns: Sequence[TurnToSave], *, now: datetime) -> list[SavedAs]:
    """Save turns of different conversations, each whole or not at all; what became of each, in their order."""
    resumed = [turn for turn in turns if turn.is_resumed]
    if not resumed:
        return saved_as(turns, await _save(db, turns, now))
    new = [turn for turn in turns if not turn.is_resumed]
    return saved_as(turns, await _save(db, resumed, now) | (await _save(db, new, now) if new else {}))


def has_sends(turns: Sequence[TurnToSave]) -> bool:
    """True when SENDING is needed too."""
    return any(turn.send is not None for turn in turns)


def saving_arguments(turns: Sequence[TurnToSave], now: datetime) -> tuple[object, ...]:
    """The arguments of SAVING, and those of SENDING and of what is awaited where that is needed."""
    words = (*_turn_columns(turns), now, *_reply_columns(turns), column([turn.noted for turn in turns]))
    arguments = (*words, *_send_columns(turns)) if has_sends(turns) else words
    if not any(turn.media for turn in turns):
        return arguments
    return (*arguments, *awaiting_columns([(turn.before.conversation_id, turn.media) for turn in turns]))


def saved_as(turns: Sequence[TurnToSave], is_new: Mapping[UUID, bool]) -> list[SavedAs]:
    """What became of each, from the conversations that were held and whether their message was new."""
    return [_saved_as(is_new.get(turn.before.conversation_id)) for turn in turns]


async def load_answers(db: Database, turns: Sequence[TurnToSave]) -> list[StoredAnswer | None]:
    """What messages that are known were answered then; None for one that is not known."""
    befores = [turn.before for turn in turns]
    rows = await db.fetch(
        _ANSWERS,
        list(range(len(turns))),
        [before.merchant_id for before in befores],
        [before.conversation_id for before in befores],
        [turn.client_id for turn in turns],
        REPLIES_MAX,
    )
    by_place: dict[int, list[Any]] = {}
    for row in rows:
        by_place.setdefault(row["place"], []).append(row)
    return [_answer(by_place.get(place)) for place in range(len(turns))]


@cache
def saving(*, is_sending: bool, is_awaiting: bool = False, is_resumed: bool = False) -> str:
    """The statement that saves turns."""
    used = SAVING_ARGUMENTS + (SENDING_ARGUMENTS if is_sending else 0)
    steps = (SENDING if is_sending else "") + (awaiting(used + 1) if is_awaiting else "")
    return f"""
    WITH {_RESUMING if is_resumed else SAVING}{steps}
    SELECT held.conversation_id, said.conversation_id IS NOT NULL AS is_new
    FROM held LEFT JOIN said USING (conversation_id)
    """  # noqa: S608  # constants


async def _save(db: CanFetch, turns: Sequence[TurnToSave], now: datetime) -> dict[UUID, bool]:
    sql = saving(
        is_sending=has_sends(turns), is_awaiting=any(turn.media for turn in turns), is_resumed=turns[0].is_resumed
    )
    return {row[0]: row[1] for row in await db.fetch(sql, *saving_arguments(turns, now))}


def _send_columns(turns: Sequence[TurnToSave]) -> tuple[list[object], ...]:
    sends = [(turn.before.conversation_id, turn.send) for turn in turns if turn.send is not None]
    return (
        [conversation_id for conversation_id, _ in sends],
        [send.row_id for _, send in sends],
        [send.payload for _, send in sends],
        [send.not_before for _, send in sends],
    )


def _conversation(row: Any) -> TurnConversation:
    return TurnConversation(row[0], row[1], row[2], row[3], row[4], _STATES.decode(row[5]), row[6], row[7])


def _saved_as(is_new: bool | None) -> SavedAs:
    if is_new is None:
        return SavedAs.PASSED_OVER
    return SavedAs.SAVED if is_new else SavedAs.KNOWN


def _turn_columns(turns: Sequence[TurnToSave]) -> tuple[Sequence[object], ...]:
    states = [turn.after.state for turn in turns]
    return (
        [turn.before.conversation_id for turn in turns],
        [turn.before.version for turn in turns],
        [msgspec.json.encode(state) for state in states],
        [turn.after.last_seq for turn in turns],
        column([state.holder for state in states], "bot"),
        column([state.epoch for state in states], 0),
        column([state.waiting_since for state in states]),
        [turn.inbound_id for turn in turns],
        [turn.inbound_body for turn in turns],
        [turn.client_id for turn in turns],
        [turn.body_hash for turn in turns],
    )


def _reply_columns(turns: Sequence[TurnToSave]) -> tuple[Sequence[object], ...]:
    replies = [reply for turn in turns for reply in turn.replies]
    return (
        [turn.before.conversation_id for turn in turns for _ in turn.replies],
        [reply.reply_id for reply in replies],
        [reply.seq for reply in replies],
        column([reply.sender for reply in replies], "bot"),
        column([reply.agent for reply in replies]),
        [reply.body for reply in replies],
    )


def _answer(rows: Sequence[Any] | None) -> StoredAnswer | None:
    if rows is None:
        return None
    replies = tuple(reply_json(row["seq"], stamp(row["at"]), row["body"]) for row in rows if row["seq"] is not None)
    last = rows[-1]["seq"]
    return StoredAnswer(rows[0]["body_hash"], rows[0]["inbound_seq"] if last is None else last, replies)
