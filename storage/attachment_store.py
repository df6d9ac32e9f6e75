"""Pictures and videos from consumers: the bytes in files under one folder, what they are in the database."""

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from storage.database import Database
from storage.ids import new_id

_PUBLIC_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Attachment:
    """One kept picture or video; path is below the attachments' folder."""

    public_id: str
    conversation_id: UUID
    media_type: str
    size_bytes: int
    path: str


async def keep_attachment(
    db: Database, merchant_id: UUID, conversation_id: UUID, *, media_type: str, path: str, content: bytes, now: datetime
) -> str:
    """Note a file that write_file has written; its public id, which cannot be guessed."""
    public_id = "a" + secrets.token_urlsafe(_PUBLIC_ID_BYTES)
    await db.execute(
        "INSERT INTO attachment (id, merchant_id, public_id, conversation_id, media_type, size_bytes, sha256, path,"
        " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new_id(),
        merchant_id,
        public_id,
        conversation_id,
        media_type,
        len(content),
        hashlib.sha256(content).digest(),
        path,
        now,
    )
    return public_id


async def find_attachment(
    db: Database, merchant_id: UUID, public_id: str, *, conversation_id: UUID | None = None
) -> Attachment | None:
    """The attachment of that id (and conversation, if named); None for another merchant's or conversation's."""
    rows = await db.fetch(
        "SELECT public_id, conversation_id, media_type, size_bytes, path FROM attachment"
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


async def count_attachments(db: Database, merchant_id: UUID, conversation_id: UUID) -> int:
    """How many the conversation has."""
    rows = await db.fetch(
        "SELECT count(*) AS number FROM attachment WHERE merchant_id = $1 AND conversation_id = $2",
        merchant_id,
        conversation_id,
    )
    return int(rows[0]["number"])


def write_file(folder: Path, content: bytes) -> str:
    """Write the bytes durably under a name of their own and return that; blocks, so call it in a thread."""
    name = secrets.token_hex(_PUBLIC_ID_BYTES)
    place = folder / name[:2]
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return f"{name[:2]}/{name}"


def remove_file(folder: Path, path: str) -> None:
    """Delete a file whose row could not be kept."""
    (folder / path).unlink(missing_ok=True)
