"""What is to be sent on a platform: rows of the outbox, one lane for each conversation, and how far each has come."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from refund_core.values import value
from storage.identity_store import ENDED
from storage.ids import new_id
from storage.outbox import Claimed, LeaseLost, later
from storage.reading import CanFetch
from storage.transaction import Transaction

SEND = "channel.send"
_SPOKEN = """
SELECT seq, body FROM message
WHERE merchant_id = $1 AND conversation_id = $2 AND seq > $3 AND seq <= $4 AND sender <> 'customer' ORDER BY seq
"""
_ADD = """
INSERT INTO outbox (id, merchant_id, kind, lane, payload, created_at) VALUES ($1, $2, 'channel.send', $3, $4, $5)
"""
_NOTE = """
UPDATE outbox SET payload = $3 WHERE id = $1 AND lease_token = $2 AND done_at IS NULL AND buried_at IS NULL RETURNING id
"""
_OPEN = """
SELECT id, payload, leased_until > $3 AS is_leased FROM outbox
WHERE merchant_id = $1 AND lane = $2 AND kind = 'channel.send' AND done_at IS NULL AND buried_at IS NULL
ORDER BY place FOR UPDATE
"""
_CARRY = """
UPDATE outbox SET done_at = CASE WHEN id = $2 THEN NULL ELSE $4::timestamptz END, not_before = NULL,
    payload = CASE WHEN id = $2 THEN $5::jsonb ELSE payload END
WHERE merchant_id = $1 AND id = ANY($3)
"""
# Where nothing else waits in the row's lane and nobody has begun to send it.
_CARRY_ALONE = """
WITH mine AS MATERIALIZED (
    SELECT w.*, o.lane, o.done_at, o.buried_at, o.leased_until, o.payload AS before
    FROM unnest($2::int[], $3::uuid[], $4::uuid[], $5::jsonb[], $6::bool[]) AS w(nth, merchant_id, id, note, is_whole)
    CROSS JOIN LATERAL (
        SELECT * FROM outbox o WHERE o.id = w.id AND o.merchant_id = w.merchant_id FOR UPDATE SKIP LOCKED
    ) o
)
UPDATE outbox o SET payload = mine.note, not_before = NULL, lease_token = o.lease_token + 1,
    done_at = CASE WHEN mine.is_whole THEN $1::timestamptz END
FROM mine
WHERE o.id = mine.id AND mine.done_at IS NULL AND mine.buried_at IS NULL
  AND (mine.leased_until IS NULL OR mine.leased_until <= $1)
  AND mine.before->>'sent' = '0' AND mine.before->>'unclear' = '0'
  AND ARRAY[mine.id] = ARRAY(
    SELECT other.id FROM outbox other
    WHERE other.merchant_id = mine.merchant_id AND other.lane = mine.lane
      AND other.done_at IS NULL AND other.buried_at IS NULL ORDER BY other.place LIMIT 2)
RETURNING mine.nth
"""
_CARRIED = """
SELECT payload FROM outbox WHERE merchant_id = $1 AND id = $2 AND payload->>'by_webhook' = '1'
"""
_WAITS = "waits until they write"
_WAKE = """
UPDATE outbox SET not_before = NULL
WHERE merchant_id = $1 AND lane = $2 AND done_at IS NULL AND buried_at IS NULL AND last_error = $3
"""
_LOCK = "SELECT 1 FROM conversation WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE"
_STILL_CLOSED = """
SELECT left_at IS NOT NULL AS has_left, windows = $3 AS is_unchanged FROM channel_identity
WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE
"""
_ENDED = f"""
UPDATE channel_identity i SET windows = {ENDED.format(row="$3::uuid", now="$4::timestamptz")}
WHERE i.merchant_id = $1 AND i.id = $2 AND i.windows ? 'calls' RETURNING i.id
"""  # noqa: S608  # constants
_OUTCOME_BEHIND = """
SELECT 1 FROM outbox WHERE merchant_id = $1 AND lane = $2 AND kind = 'channel.send' AND done_at IS NULL
  AND buried_at IS NULL AND payload->>'is_outcome' = '1' AND place > (SELECT place FROM outbox WHERE id = $3) LIMIT 1
"""
_BEHIND = """
UPDATE outbox SET place = nextval(pg_get_serial_sequence('outbox', 'place')) WHERE id = $1 AND lease_token = $2
"""
_AT_ONCE = """
UPDATE outbox SET not_before = NULL
WHERE merchant_id = $1 AND lane = $2 AND done_at IS NULL AND buried_at IS NULL AND leased_until IS NULL
"""


class SendNote(msgspec.Struct, frozen=True):
    """A send's payload: the replies after one place up to another, and how far it has come.

    sent counts the calls that the platform took, unclear those of the next one whose answer was lost. is_outcome says
    that it must not go unsaid, by_webhook that a webhook's answer carries the first call; both 0 or 1. edits is the
    platform's id of our message that may be changed instead of sending a new one.
    """

    conversation_id: str
    after: int
    to: int
    sent: int = 0
    unclear: int = 0
    is_outcome: int = 0
    by_webhook: int = 0
    edits: str = ""


@value(frozen=True, slots=True)
class StoredReply:
    """One reply at its place; body is the JSON of a Reply."""

    seq: int
    body: bytes


@value(frozen=True, slots=True)
class Carried:
    """A row of which a webhook's answer is to carry the first call; is_whole where there is no other call."""

    merchant_id: UUID
    row_id: UUID
    note: SendNote
    is_whole: bool


@value(frozen=True, slots=True)
class Closed:
    """Why nothing is sent to a person now: they have left, or their reply windows, as they were then, allow nothing."""

    identity_id: UUID
    has_left: bool
    windows: bytes


def lane_of(conversation_id: UUID | str) -> str:
    """The lane of all that is sent into a conversation."""
    return f"chat:{conversation_id}"


def send_id(conversation_id: UUID, message_id: str) -> UUID:
    """The id of the row that sends the answer to a message: the same however often the platform sends the message."""
    return UUID(bytes=hashlib.blake2b(message_id.encode(), key=conversation_id.bytes, digest_size=16).digest())


def note_of(row: Claimed) -> SendNote:
    """A claimed row's payload. Raises msgspec.ValidationError."""
    return msgspec.convert(row.payload, SendNote)


async def add_send(tx: Transaction, merchant_id: UUID, note: SendNote, *, now: datetime) -> None:
    """Send what was said in a transaction, after it commits; an outcome does not wait behind what waits for a word.

    The transaction holds the conversation's lock.
    """
    lane = lane_of(note.conversation_id)
    await tx.execute(_ADD, new_id(), merchant_id, lane, msgspec.json.encode(note), now)
    if note.is_outcome:
        await tx.execute(_WAKE, merchant_id, lane, _WAITS)


async def put_off(
    tx: Transaction, row: Claimed, note: SendNote, closed: Closed, *, at: datetime, now: datetime
) -> None:
    """Let a row wait until the person writes, and keep its note; it is tried again at once where they just have.

    None of its calls is under way. An outcome behind it does not wait with it: where nothing of this row was sent both
    go together, at once; else the outcome goes first, so that the rest of this takes no place from it.

    Takes the person's lock and the conversation's, so it comes first in its transaction. Raises LeaseLost.
    """
    rows = await tx.fetch(_STILL_CLOSED, row.merchant_id, closed.identity_id, closed.windows)
    if not note.unclear:
        await note_end(tx, row, closed.identity_id, now=now)
    is_closed = bool(rows) and (rows[0]["has_left"] if closed.has_left else rows[0]["is_unchanged"])
    await tx.fetch_one(_LOCK, row.merchant_id, UUID(note.conversation_id))
    has_outcome = await tx.fetch_one(_OUTCOME_BEHIND, row.merchant_id, row.lane, row.row_id) is not None
    goes_behind = has_outcome and note.sent > 0 and not note.unclear
    if goes_behind:
        await tx.execute(_BEHIND, row.row_id, row.token)
    goes_together = has_outcome and not goes_behind
    await write_note(tx, row, msgspec.structs.replace(note, is_outcome=1) if goes_together else note)
    await later(tx, row, at=at if is_closed and not goes_together else now, error=_WAITS, is_counted=False)


async def note_end(db: CanFetch, row: Claimed, identity_id: UUID, *, now: datetime) -> None:
    """None of the row's calls is under way any more."""
    await db.fetch(_ENDED, row.merchant_id, identity_id, row.row_id, now)


async def write_note(db: CanFetch, row: Claimed, note: SendNote) -> None:
    """Keep how far it has come. Raises LeaseLost."""
    if not await db.fetch(_NOTE, row.row_id, row.token, msgspec.json.encode(note)):
        raise LeaseLost


async def replies_between(
    db: CanFetch, merchant_id: UUID, conversation_id: UUID, *, after: int, to: int
) -> Sequence[StoredReply]:
    """What we said between two places."""
    rows = await db.fetch(_SPOKEN, merchant_id, conversation_id, after, to)
    return [StoredReply(row["seq"], row["body"]) for row in rows]


async def carry_alone(db: CanFetch, wanted: Sequence[Carried], *, now: datetime) -> list[bool]:
    """Let webhooks' answers carry rows that wait alone; for which of them that is so now, the others are unchanged."""
    rows = await db.fetch(
        _CARRY_ALONE,
        now,
        list(range(len(wanted))),
        [each.merchant_id for each in wanted],
        [each.row_id for each in wanted],
        [msgspec.json.encode(msgspec.structs.replace(each.note, sent=1, by_webhook=1)) for each in wanted],
        [each.is_whole for each in wanted],
    )
    carried = {row["nth"] for row in rows}
    return [nth in carried for nth in range(len(wanted))]


async def carry(
    tx: Transaction, merchant_id: UUID, conversation_id: UUID, row_id: UUID, *, now: datetime
) -> SendNote | None:
    """Let a webhook's answer carry the first message of a row and of all that waits in its lane; None where not.

    The outbox sends what is left of it, and of what earlier answers carried. A message that came again, whose answer
    went this way, is answered so again: the platform did not get it.
    """
    rows = await tx.fetch(_OPEN, merchant_id, lane_of(conversation_id), now)
    notes = {row["id"]: msgspec.json.decode(row["payload"], type=SendNote) for row in rows}
    waiting = {name: note for name, note in notes.items() if not note.by_webhook}
    is_sending = any(row["is_leased"] for row in rows if row["id"] in waiting)
    if row_id not in waiting:
        carried = await tx.fetch_one(_CARRIED, merchant_id, row_id)
        return None if carried is None else msgspec.json.decode(carried["payload"], type=SendNote)
    if is_sending or any(note.sent or note.unclear for note in waiting.values()):
        return None
    first, last = min(note.after for note in waiting.values()), max(note.to for note in waiting.values())
    is_outcome = max(note.is_outcome for note in waiting.values())
    note = SendNote(str(conversation_id), first, last, sent=1, is_outcome=is_outcome, by_webhook=1)
    await tx.execute(_CARRY, merchant_id, row_id, list(waiting), now, msgspec.json.encode(note))
    return note


async def send_at_once(db: CanFetch, merchant_id: UUID, conversation_id: UUID) -> None:
    """Whatever waits in the conversation's lane may be tried now."""
    await db.fetch(_AT_ONCE, merchant_id, lane_of(conversation_id))
