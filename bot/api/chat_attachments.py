"""Pictures and short videos in the chat: taken in with limits, drawn anew, given back to their owner alone."""

import asyncio
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.api.chat_session import session_of
from bot.api.errors import Problem, invalid, not_found
from bot.api.http import answer
from bot.api.services import SERVICES, Services
from bot.pictures import HEAD_BYTES, PictureRefused, bytes_max, clean_picture
from storage.attachment_store import (
    Attachment,
    count_attachments,
    find_attachment,
    keep_attachment,
    remove_file,
    write_file,
)

Result = TypeVar("Result")
_CHUNK_BYTES = 65_536
_OVERHEAD_BYTES = 8_192
_PARTS_MAX = 5


class AttachmentAnswer(msgspec.Struct, frozen=True):
    """An upload was kept; attachment is its id, to be named in a message."""

    attachment: str
    media_type: str


async def upload(request: web.Request) -> web.Response:
    """POST …/attachments: one file, as multipart/form-data."""
    services = request.app[SERVICES]
    session = session_of(request, services)
    settings = services.settings.attachments
    longest = max(settings.image_bytes_max, settings.video_bytes_max)
    if request.content_length is not None and request.content_length > longest + _OVERHEAD_BYTES:
        raise _too_large(longest)
    kept = await count_attachments(services.db, session.merchant_id, session.conversation_id)
    if kept >= settings.per_conversation_max:
        most = settings.per_conversation_max
        raise invalid("file", "too_many", "This conversation has as many files as it may have.", limit=most)
    try:
        content = await _file(request, services)
        picture = await _in_thread(services, clean_picture, content, settings)
    except PictureRefused as refused:
        raise _picture_problem(refused) from None
    path = await _in_thread(services, write_file, services.attachments_folder, picture.content)
    try:
        public_id = await keep_attachment(
            services.db,
            session.merchant_id,
            session.conversation_id,
            media_type=picture.media_type,
            path=path,
            content=picture.content,
            now=services.clock.now(),
        )
    except Exception:
        remove_file(services.attachments_folder, path)
        raise
    return answer(AttachmentAnswer(public_id, picture.media_type), status=201)


async def download(request: web.Request) -> web.StreamResponse:
    """GET …/attachments/ID: to the session of its conversation only; any other gets 404."""
    services = request.app[SERVICES]
    session = session_of(request, services)
    found = await find_attachment(
        services.db, session.merchant_id, request.match_info["attachment"], conversation_id=session.conversation_id
    )
    if found is None:
        raise not_found("attachment")
    return attachment_response(found, services.attachments_folder)


def attachment_response(found: Attachment, folder: Path) -> web.FileResponse:
    """The file as a download that no browser will run or guess the kind of."""
    suffix = mimetypes.guess_extension(found.media_type) or ""
    headers = {
        "Content-Type": found.media_type,
        "Content-Disposition": f'attachment; filename="evidence{suffix}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
    }
    return web.FileResponse(folder / found.path, headers=headers)


async def _file(request: web.Request, services: Services) -> bytes:
    """The bytes of the part named file, read no further than its kind may be long."""
    if request.content_type != "multipart/form-data":
        raise Problem(415, "not-multipart", "Send one file as multipart/form-data.")
    try:
        part = await _file_part(await request.multipart())
        return await _bytes(part, services)
    except (ValueError, AssertionError, EOFError, ConnectionResetError, HttpProcessingError, web.RequestPayloadError):
        raise Problem(400, "broken-multipart", "The multipart body cannot be read.") from None


async def _file_part(reader: MultipartReader) -> BodyPartReader:
    for _ in range(_PARTS_MAX):
        part = await reader.next()
        if part is None:
            break
        if isinstance(part, BodyPartReader) and part.filename is not None:
            return part
        if isinstance(part, BodyPartReader) and part.name == "file":
            return part
    raise invalid("file", "missing", "The form has no file.")


async def _bytes(part: BodyPartReader, services: Services) -> bytes:
    content, limit = bytearray(), _CHUNK_BYTES
    while chunk := await part.read_chunk(_CHUNK_BYTES):
        if len(content) < HEAD_BYTES:
            limit = bytes_max(bytes((content + chunk)[:HEAD_BYTES]), services.settings.attachments)
        content += chunk
        if len(content) > limit:
            raise PictureRefused("too_large", limit=limit)
    if not content:
        raise invalid("file", "empty", "The file is empty.")
    return bytes(content)


async def _in_thread(services: Services, work: Callable[..., Result], *args: Any) -> Result:
    return await asyncio.get_running_loop().run_in_executor(services.pictures, work, *args)


def _picture_problem(refused: PictureRefused) -> Problem:
    match refused.code:
        case "too_large":
            return invalid("file", "too_large", f"At most {refused.limit} bytes.", limit=refused.limit, status=413)
        case "too_many_pixels":
            return invalid("file", "too_many_pixels", f"At most {refused.limit} pixels.", limit=refused.limit)
        case "unknown_kind":
            kinds = "JPEG, PNG and WebP pictures and MP4, WebM and QuickTime videos are taken."
            return invalid("file", "unknown_kind", kinds, status=415)
        case _:
            return invalid("file", "broken", "The picture cannot be opened.")


def _too_large(limit: int) -> Problem:
    return invalid("file", "too_large", f"At most {limit} bytes.", limit=limit, status=413)
