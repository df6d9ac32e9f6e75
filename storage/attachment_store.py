"""Pictures and videos from consumers: what they are and whose; their bytes are in attachment_files."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.database import Database
from storage.ids import new_id
from storage.likeness_store import note_matches

_PUBLIC_ID_BYTES = 16
_KEEP = """
WITH kept AS (
    INSERT INTO attachment
        (id, merchant_id, public_id, conversation_id, media_type, size_bytes, sha256, path, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
)
INSERT INTO picture_likeness (id, merchant_id, attachment_id, likeness)
SELECT look.id, $2, $1, look.likeness FROM unnest($10::uuid[], $11::bigint[]) AS look(id, likeness)
"""
# What is awaited becomes the attachment of the same id, unless another process has settled it.
_KEEP_AWAITED = """
WITH settled AS (
    UPDATE awaited_media SET state = 'kept', ref = NULL, settled_at = $8
    WHERE merchant_id = $2 AND id = $1 AND state = 'pending' RETURNING conversation_id
), kept AS (
    INSERT INTO attachment
        (id, merchant_id, public_id, conversation_id, media_type, size_bytes, sha256, path, created_at)
    SELECT $1, $2, $3, conversation_id, $4, $5, $6, $7, $8 FROM settled
    RETURNING id
), looks AS (
    INSERT INTO picture_likeness (id, merchant_id, attachment_id, likeness)
    SELECT look.id, $2, kept.id, look.likeness FROM kept
    CROSS JOIN unnest($9::uuid[], $10::bigint[]) AS look(id, likeness)
)
SELECT id FROM kept
"""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One kept picture or video; path is its file's name."""

    public_id: str
    conversation_id: UUID
    media_type: str
    size_bytes: int
    sha256: bytes
    path: str


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """What is noted of a file that was kept under the name path; likenesses say what a picture looks like."""

    media_type: str
    size_bytes: int
    sha256: bytes
    path: str
    likenesses: tuple[int, ...] = ()


async def keep_attachment(
    db: Database, merchant_id: UUID, conversation_id: UUID, new: NewAttachment, *, now: datetime
) -> str:
    """Note a file that is kept, and which others are the same; its public id."""
    public_id, attachment_id = _new_public_id(), new_id()
    await db.execute(
        _KEEP,
        attachment_id,
        merchant_id,
        public_id,
        conversation_id,
        new.media_type,
        new.size_bytes,
        new.sha256,
        new.path,
        now,
        [new_id() for _ in new.likenesses],
        list(new.likenesses),
    )
    await note_matches(db, merchant_id, attachment_id)
    return public_id


async def keep_awaited(db: Database, merchant_id: UUID, media_id: UUID, new: NewAttachment, *, now: datetime) -> bool:
    """Note a file that a message came with, as what was awaited; False where that is settled already."""
    rows = await db.fetch(
        _KEEP_AWAITED,
        media_id,
        merchant_id,
        _new_public_id(),
        new.media_type,
        new.size_bytes,
        new.sha256,
        new.path,
        now,
        [new_id() for _ in new.likenesses],
        list(new.likenesses),
    )
    return bool(rows)


async def path_of(db: Database, merchant_id: UUID, attachment_id: UUID) -> str | None:
    """Where an attachment's file lies; None where there is no such attachment."""
    rows = await db.fetch("SELECT path FROM attachment WHERE merchant_id = $1 AND id = $2", merchant_id, attachment_id)
    return str(rows[0]["path"]) if rows else None


async def find_attachment(
    db: Database, merchant_id: UUID, public_id: str, *, conversation_id: UUID | None = None
) -> Attachment | None:
    """The attachment of that id (and conversation, if named); None for another merchant's or conversation's."""
    rows = await db.fetch(
        "SELECT public_id, conversation_id, media_type, size_bytes, sha256, path FROM attachment"
        " WHERE merchant_id = $1 AND public_id = $2 AND ($3::uuid IS NULL OR conversation_id = $3)",
        merchant_id,
        public_id,
        conversation_id,
    )
    return Attachment(**rows[0]) if rows else None


async def owned_attachments(
    db: Database, merchant_id: UUID, conversation_id: UUID, public_ids: Sequence[str]
) -> frozenset[str]:
    """Which of the ids are pictures of that conversation."""
    rows = await db.fetch(
        "SELECT public_id FROM attachment WHERE merchant_id = $1 AND conversation_id = $2 AND public_id = ANY($3)",
        merchant_id,
        conversation_id,
        list(public_ids),
    )
    return frozenset(row["public_id"] for row in rows)


async def media_types(db: Database, merchant_id: UUID, public_ids: Sequence[str]) -> dict[str, str]:
    """What each of the ids is; ids of others are left out."""
    if not public_ids:
        return {}
    rows = await db.fetch(
        "SELECT public_id, media_type FROM attachment WHERE merchant_id = $1 AND public_id = ANY($2)",
        merchant_id,
        list(public_ids),
    )
    return {row["public_id"]: row["media_type"] for row in rows}


async def count_attachments(db: Database, merchant_id: UUID, conversation_id: UUID) -> int:
    """How many the conversation has."""
    rows = await db.fetch(
        "SELECT count(*) AS number FROM attachment WHERE merchant_id = $1 AND conversation_id = $2",
        merchant_id,
        conversation_id,
    )
    return int(rows[0]["number"])


def _new_public_id() -> str:
    """It cannot be guessed."""
    return "a" + secrets.token_urlsafe(_PUBLIC_ID_BYTES)
