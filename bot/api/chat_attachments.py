"""Pictures and short videos in the chat: taken in with limits, given back to their owner alone."""

import asyncio

import msgspec
import structlog
from aiohttp import web

from bot.api.chat_session import session_of
from bot.api.errors import Problem, invalid, not_found
from bot.api.http import answer
from bot.api.services import SERVICES
from bot.evidence import Owner, check_room, keep_evidence
from bot.evidence_serving import send_evidence
from bot.pictures import EvidenceRefused
from bot.uploads import UploadUnreadable, read_form
from storage.attachment_files import FileAbsent, FilesUnavailable
from storage.attachment_store import find_attachment

_OVERHEAD_BYTES = 8_192
_log = structlog.get_logger()


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
        raise _refusal(EvidenceRefused("too_large", limit=longest))
    owner = Owner(session.merchant_id, session.conversation_id)
    try:
        async with asyncio.timeout(settings.upload_seconds_max):
            await check_room(services.evidence, owner)
            kept = await keep_evidence(services.evidence, owner, (await read_form(request)).pieces())
    except UploadUnreadable as unreadable:
        raise _unreadable(unreadable) from None
    except EvidenceRefused as refused:
        raise _refusal(refused) from None
    except FilesUnavailable as error:
        raise _not_there(error) from None
    except TimeoutError:
        raise Problem(408, "upload-too-slow", f"file: It took more than {settings.upload_seconds_max:g} s.") from None
    return answer(AttachmentAnswer(kept.attachment, kept.media_type), status=201)


async def download(request: web.Request) -> web.StreamResponse:
    """GET …/attachments/ID: to the session of its conversation only; any other gets 404."""
    services = request.app[SERVICES]
    session = session_of(request, services)
    found = await find_attachment(
        services.db, session.merchant_id, request.match_info["attachment"], conversation_id=session.conversation_id
    )
    if found is None:
        raise not_found("attachment")
    try:
        return await send_evidence(request, services.evidence.files, found, disposition="attachment")
    except FileAbsent:
        _log.error("evidence.file_is_gone", path=found.path)
        raise not_found("attachment") from None
    except FilesUnavailable as error:
        raise _not_there(error) from None


def _unreadable(unreadable: UploadUnreadable) -> Problem:
    match unreadable.reason:
        case "not_multipart":
            return Problem(415, "not-multipart", "Send one file as multipart/form-data.")
        case "no_file":
            return invalid("file", "missing", "The form has no file.")
        case "broken":
            return Problem(400, "broken-multipart", "The multipart body cannot be read.")


def _refusal(refused: EvidenceRefused) -> Problem:
    code, limit = refused.code, refused.limit
    match code:
        case "too_large":
            return invalid("file", code, f"At most {limit} bytes.", limit=limit, status=413)
        case "too_many_pixels":
            return invalid("file", code, f"At most {limit} pixels.", limit=limit)
        case "too_many":
            return invalid("file", code, "This conversation has as many files as it may have.", limit=limit)
        case "unknown_kind":
            kinds = "JPEG, PNG and WebP pictures and MP4, WebM and QuickTime videos are taken."
            return invalid("file", code, kinds, status=415)
        case "animated":
            return invalid("file", code, "The picture moves; send one that does not, or a video.")
        case "empty":
            return invalid("file", code, "The file is empty.")
        case _:
            return invalid("file", "broken", "The picture cannot be opened.")


def _not_there(error: FilesUnavailable) -> Problem:
    _log.warning("evidence.files_unavailable", reason=str(error))
    return Problem(503, "files-unavailable", "Files cannot be reached now.", headers={"Retry-After": "5"})
