"""Pictures and videos on their way in: streamed to disk, told by their bytes, cleaned, kept, and noted."""

import asyncio
import contextlib
import hashlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from uuid import UUID

import structlog

from bot.attachment_settings import AttachmentSettings
from bot.clock import Clock
from bot.evidence_place import open_files
from bot.media_kinds import HEAD_BYTES, is_video, sniff
from bot.pictures import EvidenceRefused, picture_pool, redraw
from bot.wiring import Base
from storage.attachment_files import CHUNK_BYTES, AttachmentFiles, FilesUnavailable, name_of, new_name
from storage.attachment_store import NewAttachment, count_attachments, keep_attachment, keep_awaited, path_of
from storage.database import Database
from storage.errors import OutcomeUnknown

Result = TypeVar("Result")
_LEFT_SECONDS = 3_600.0
_NO_LOOKS: tuple[int, ...] = ()
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What taking in works with; folder holds files that are on their way and nothing else."""

    db: Database
    files: AttachmentFiles
    pool: ThreadPoolExecutor
    folder: Path
    settings: AttachmentSettings
    clock: Clock


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose it is."""

    merchant_id: UUID
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture or video that was kept; attachment is its public id."""

    attachment: str
    media_type: str


@contextlib.asynccontextmanager
async def open_evidence(base: Base) -> AsyncIterator[Evidence]:
    """The means to take evidence in; what a killed process left on its way is removed."""
    settings, folder = base.settings, base.settings.data_dir / "incoming"
    await asyncio.to_thread(_sweep, folder)
    pool = picture_pool(settings.attachments)
    try:
        async with open_files(settings) as files:
            yield Evidence(base.db, files, pool, folder, settings.attachments, base.clock)
    finally:
        pool.shutdown(wait=False)


async def check_room(evidence: Evidence, owner: Owner) -> None:
    """Raises EvidenceRefused where the conversation has as much as it may have."""
    most = evidence.settings.per_conversation_max
    if await count_attachments(evidence.db, owner.merchant_id, owner.conversation_id) >= most:
        raise EvidenceRefused("too_many", limit=most)


async def keep_evidence(
    evidence: Evidence, owner: Owner, pieces: AsyncIterator[bytes], *, is_picture: bool = False
) -> Kept:
    """Take one file in, read no further than its kind may be long; is_picture takes no videos.

    Raises EvidenceRefused and FilesUnavailable.
    """
    async with _cleaned(evidence, pieces) as clean:
        if is_picture and is_video(clean.media_type):
            raise EvidenceRefused("unknown_kind")
        path = new_name()
        await evidence.files.put(path, clean.file, media_type=clean.media_type, sha256=clean.sha256)
        new, place = clean.noted(path), (owner.merchant_id, owner.conversation_id)
        try:
            public_id = await keep_attachment(evidence.db, *place, new, now=evidence.clock.now())
        except OutcomeUnknown:
            raise  # the row may be there, and then it needs its file
        except Exception:
            await _forget(evidence.files, path)
            raise
        return Kept(public_id, clean.media_type)


async def keep_awaited_evidence(
    evidence: Evidence, merchant_id: UUID, media_id: UUID, pieces: AsyncIterator[bytes]
) -> None:
    """Take in what a message came with, once however many processes do. Raises EvidenceRefused and FilesUnavailable.

    Its file is named by what it is, so whoever begins anew after a crash leaves no second one.
    """
    async with _cleaned(evidence, pieces) as clean:
        path = name_of(media_id.bytes + clean.sha256)
        await evidence.files.put(path, clean.file, media_type=clean.media_type, sha256=clean.sha256)
        is_kept = await keep_awaited(evidence.db, merchant_id, media_id, clean.noted(path), now=evidence.clock.now())
        if not is_kept and await path_of(evidence.db, merchant_id, media_id) != path:
            await _forget(evidence.files, path)


@dataclass(frozen=True, slots=True)
class _Clean:
    """A file as it may be kept."""

    file: Path
    media_type: str
    size_bytes: int
    sha256: bytes
    looks: tuple[int, ...]

    def noted(self, path: str) -> NewAttachment:
        """The bytes first, then the row that names them: a row without its file never is."""
        return NewAttachment(self.media_type, self.size_bytes, self.sha256, path, self.looks)


@contextlib.asynccontextmanager
async def _cleaned(evidence: Evidence, pieces: AsyncIterator[bytes]) -> AsyncIterator[_Clean]:
    with tempfile.TemporaryDirectory(dir=evidence.folder, prefix="in-", ignore_cleanup_errors=True) as name:
        sent = Path(name, "sent")
        media_type = await _spool(sent, pieces, evidence.settings)
        clean, looks = sent, _NO_LOOKS
        if not is_video(media_type):
            clean = Path(name, "clean")
            looks = await _in_pool(evidence, redraw, sent, clean, media_type, evidence.settings)
        size, digest = await asyncio.to_thread(_measured, clean)
        yield _Clean(clean, media_type, size, digest, looks)


async def _forget(files: AttachmentFiles, path: str) -> None:
    try:
        await files.delete(path)
    except FilesUnavailable as error:
        _log.warning("evidence.left_behind", path=path, reason=str(error))


async def _spool(target: Path, pieces: AsyncIterator[bytes], settings: AttachmentSettings) -> str:
    """Write the pieces to disk as they come; the media type that their beginning proves."""
    head, waiting, size, limit = b"", bytearray(), 0, HEAD_BYTES
    with await asyncio.to_thread(target.open, "wb") as file:
        async for piece in pieces:
            if len(head) < HEAD_BYTES:
                head = (head + piece)[:HEAD_BYTES]
                limit = _bytes_max(head, settings)
            size += len(piece)
            if size > limit:
                raise EvidenceRefused("too_large", limit=limit)
            waiting += piece
            if len(waiting) >= CHUNK_BYTES:
                await _flush(file, waiting)
        await _flush(file, waiting)
    media_type = sniff(head)
    if media_type is None:
        raise EvidenceRefused("unknown_kind" if head else "empty")
    return media_type


async def _flush(file: BinaryIO, waiting: bytearray) -> None:
    await asyncio.to_thread(file.write, bytes(waiting))
    waiting.clear()


def _bytes_max(head: bytes, settings: AttachmentSettings) -> int:
    """How large a thing that starts so may be; as long as too little is known, the larger."""
    media_type = sniff(head)
    if media_type is None and len(head) >= HEAD_BYTES:
        raise EvidenceRefused("unknown_kind")
    return settings.video_bytes_max if media_type is None or is_video(media_type) else settings.image_bytes_max


def _measured(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        return file.tell(), digest


def _sweep(folder: Path) -> None:
    """Other processes have files on their way here too; only what is old is nobody's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    oldest = time.time() - _LEFT_SECONDS
    for left in folder.iterdir():
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < oldest:
                shutil.rmtree(left)


async def _in_pool(evidence: Evidence, work: Callable[..., Result], *args: Any) -> Result:
    return await asyncio.get_running_loop().run_in_executor(evidence.pool, work, *args)
