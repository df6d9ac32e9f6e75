"""Pictures on their way to platforms: read from where they are kept, and made to fit what the platform takes."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from bot.evidence_place import open_files
from bot.pictures import EvidenceRefused, fitted, picture_pool
from bot.settings import Settings
from channels.channel import Channel, Payload
from channels.pictures import PICTURE, Picture, PictureRoom, SendsPictures
from refund_core.sending import SendLater, SendRefused
from storage.attachment_files import AttachmentFiles, FileAbsent, FilesUnavailable
from storage.attachment_store import find_attachment
from storage.database import Database

_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class PictureSends:
    """Where the pictures lie, and the threads that draw them."""

    db: Database
    files: AttachmentFiles
    pool: ThreadPoolExecutor

    async def ready(self, channel: Channel, merchant_id: UUID, payload: Payload) -> Payload:
        """The payload as the platform takes it, with its picture where it has one.

        Raises SendLater, and SendRefused where there is no such picture or it fits in no way.
        """
        if payload.method != PICTURE:
            return payload
        if not isinstance(channel, SendsPictures):
            raise SendRefused("no_pictures")
        picture = await self._read(merchant_id, str(payload.body["attachment"]), channel.picture_room)
        return await channel.with_picture(payload, picture)

    async def _read(self, merchant_id: UUID, attachment: str, room: PictureRoom) -> Picture:
        found = await find_attachment(self.db, merchant_id, attachment)
        if found is None:
            raise SendRefused("picture_unknown")
        try:
            async with aclosing(self.files.read(found.path, start=0, end=found.size_bytes)) as pieces:
                raw = b"".join([piece async for piece in pieces])
            loop = asyncio.get_running_loop()
            return Picture(*await loop.run_in_executor(self.pool, fitted, raw, found.media_type, room))
        except FilesUnavailable as error:
            raise SendLater(_AGAIN_SECONDS, str(error)) from error
        except FileAbsent:
            raise SendRefused("picture_gone") from None
        except EvidenceRefused as refused:
            raise SendRefused(f"picture_{refused.code}") from None


@asynccontextmanager
async def open_picture_sends(settings: Settings, db: Database) -> AsyncIterator[PictureSends]:
    """The means to send pictures, until the block ends."""
    pool = picture_pool(settings.attachments)
    try:
        async with open_files(settings) as files:
            yield PictureSends(db, files, pool)
    finally:
        pool.shutdown(wait=False)
