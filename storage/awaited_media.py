"""Pictures and videos that still lie with a platform: awaited since their message was stored, and what became of each.

What is awaited is written with its message, and with it the outbox row that fetches it, of the same id: the same
message pushed again awaits nothing new. What is kept becomes the attachment of that id, so however many processes
fetch it, one is kept. A message has its turn once all that came with it is kept or given up.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from refund_core.values import value
from storage.reading import CanFetch

FETCH = "media.fetch"
MediaFailure = Literal["not_evidence", "too_large", "too_many", "gone", "unreachable"]
"""Why a picture or video is not there: no picture or video that is taken; larger than may be; the conversation has as
many as it may; the platform has it no more; it could not be fetched or kept, however often that was tried."""
MediaState = Literal["pending", "kept", "failed"]

# One more step of turn_store's saving; `{first}` are the numbers of its arguments.
_AWAITING = """, media AS MATERIALIZED (
    SELECT m.*, said.merchant_id, said.seq FROM said
    JOIN unnest(${0}::uuid[], ${1}::uuid[], ${2}::int[], ${3}::uuid[], ${4}::text[], ${5}::text[], ${6}::jsonb[])
         AS m(conversation_id, id, place, account_id, kind, ref, payload) USING (conversation_id)
), awaited AS (
    INSERT INTO awaited_media (id, merchant_id, conversation_id, seq, place, account_id, kind, ref, created_at)
    SELECT id, merchant_id, conversation_id, seq, place, account_id, kind, ref, $12::timestamptz FROM media
), fetches AS (
    INSERT INTO outbox (id, merchant_id, kind, lane, payload, created_at)
    SELECT id, merchant_id, 'media.fetch', 'media:' || id, payload, $12::timestamptz FROM media
)
"""
AWAITING_ARGUMENTS = 7
# In place of the step that adds a message: the message that is there gets what came with it, once.
RESUMED = """
    UPDATE message m SET noted = coalesce(held.noted, m.noted),
        body = m.body || jsonb_build_object('attachments', held.inbound_body -> 'attachments')
    FROM held
    WHERE m.merchant_id = held.merchant_id AND m.conversation_id = held.conversation_id
      AND m.client_id = held.client_id
      AND EXISTS (
        SELECT 1 FROM awaited_media a
        WHERE a.conversation_id = m.conversation_id AND a.seq = m.seq AND a.answered_at IS NULL)
    RETURNING m.conversation_id, m.merchant_id, m.seq
), answered AS (
    UPDATE awaited_media a SET answered_at = $12::timestamptz FROM said
    WHERE a.conversation_id = said.conversation_id AND a.seq = said.seq
"""
_READ = """
SELECT a.id, a.account_id, a.kind, a.ref, a.state, a.reason, a.answered_at, t.public_id,
    m.conversation_id, m.seq, m.client_id, m.at, m.body, m.body_hash
FROM awaited_media one
JOIN message m ON m.merchant_id = one.merchant_id AND m.conversation_id = one.conversation_id AND m.seq = one.seq
JOIN awaited_media a ON a.conversation_id = one.conversation_id AND a.seq = one.seq
LEFT JOIN attachment t ON t.id = a.id AND t.merchant_id = a.merchant_id
WHERE one.merchant_id = $1 AND one.id = $2 ORDER BY a.place
"""
_GIVE_UP = """
UPDATE awaited_media SET state = 'failed', reason = $3, ref = NULL, settled_at = $4
WHERE merchant_id = $1 AND id = $2 AND state = 'pending'
"""
_SHOWN = """
SELECT seq, state, reason FROM awaited_media
WHERE merchant_id = $1 AND conversation_id = $2 AND state <> 'kept' ORDER BY seq, place
"""


@value(frozen=True, slots=True)
class MediaToSave:
    """A picture or video that came with a message; hints are what else of the message its turn will need."""

    media_id: UUID
    account_id: UUID
    kind: str
    ref: str
    hints: "Hints"


@value(frozen=True, slots=True)
class Hints:
    """What a channel vouches for beside the message's words; empty for nothing."""

    order_no: str = ""
    locale: str = ""


@value(frozen=True, slots=True)
class Awaited:
    """One picture or video: ref while it is pending, reason where it failed, attachment (its public id) once kept."""

    media_id: UUID
    account_id: UUID
    kind: str
    ref: str | None
    state: MediaState
    reason: MediaFailure | None
    attachment: str | None


@value(frozen=True, slots=True)
class AwaitingMessage:
    """A message with all that came with it; text or action as its customer said it."""

    conversation_id: UUID
    seq: int
    client_id: str
    at: datetime
    text: str | None
    action: str | None
    body_hash: bytes
    media: tuple[Awaited, ...]
    is_answered: bool

    @property
    def is_settled(self) -> bool:
        """True where nothing is pending any more."""
        return all(one.state != "pending" for one in self.media)


@value(frozen=True, slots=True)
class MissingMedia:
    """What the desk shows beside a message: something that is not there yet, or will not be."""

    seq: int
    state: MediaState
    reason: MediaFailure | None


class _Said(msgspec.Struct):
    text: str = ""
    action: str | None = None


def media_id(conversation_id: UUID, message_id: str, place: int) -> UUID:
    """The id of what came at a place of a message: the same however often the platform pushes the message."""
    name, key = f"{place}:{message_id}".encode(), conversation_id.bytes
    return UUID(bytes=hashlib.blake2b(name, key=key, digest_size=16, person=b"media").digest())


def awaiting(first: int) -> str:
    """The step that writes what is awaited; its arguments begin with that number."""
    return _AWAITING.format(*range(first, first + AWAITING_ARGUMENTS))


def awaiting_columns(wanted: Sequence[tuple[UUID, Sequence[MediaToSave]]]) -> tuple[list[object], ...]:
    """The arguments of awaiting(), for each conversation with what came in it."""
    every = [(conversation_id, place, one) for conversation_id, media in wanted for place, one in enumerate(media)]
    return (
        [conversation_id for conversation_id, _, _ in every],
        [one.media_id for _, _, one in every],
        [place for _, place, _ in every],
        [one.account_id for _, _, one in every],
        [one.kind for _, _, one in every],
        [one.ref for _, _, one in every],
        [msgspec.json.encode(one.hints) for _, _, one in every],
    )


async def read_awaiting(db: CanFetch, merchant_id: UUID, one: UUID) -> AwaitingMessage | None:
    """The message with which that picture or video came; None where there is none."""
    rows = await db.fetch(_READ, merchant_id, one)
    if not rows:
        return None
    first, said = rows[0], msgspec.json.decode(rows[0]["body"], type=_Said)
    return AwaitingMessage(
        first["conversation_id"],
        first["seq"],
        first["client_id"],
        first["at"],
        said.text if said.text and said.action is None else None,
        said.action,
        first["body_hash"],
        tuple(_awaited(row) for row in rows),
        all(row["answered_at"] is not None for row in rows),
    )


async def give_up(db: CanFetch, merchant_id: UUID, one: UUID, reason: MediaFailure, *, now: datetime) -> None:
    """It will not be there; where it is settled already nothing changes."""
    await db.fetch(_GIVE_UP, merchant_id, one, reason, now)


async def missing_media(db: CanFetch, merchant_id: UUID, conversation_id: UUID) -> list[MissingMedia]:
    """What is pending or failed in a conversation, in the order of its messages."""
    rows = await db.fetch(_SHOWN, merchant_id, conversation_id)
    return [MissingMedia(row["seq"], row["state"], row["reason"]) for row in rows]


def _awaited(row: Any) -> Awaited:
    return Awaited(row["id"], row["account_id"], row["kind"], row["ref"], row["state"], row["reason"], row["public_id"])
