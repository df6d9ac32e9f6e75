"""Evidence on its way out: whole or in ranges, as something that no browser runs or guesses the kind of."""

import mimetypes
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Literal

from aiohttp import web

from storage.attachment_files import AttachmentFiles, FilesUnavailable
from storage.attachment_store import Attachment

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
Disposition = Literal["inline", "attachment"]


async def send_evidence(
    request: web.Request, files: AttachmentFiles, found: Attachment, *, disposition: Disposition
) -> web.StreamResponse:
    """Answer with the file or the range of it that was asked for. Raises FileAbsent and FilesUnavailable."""
    headers = _headers(found, disposition)
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    whole = range(found.size_bytes)
    asked = _asked(request.headers, found.size_bytes, headers["ETag"])
    if asked is not None and not asked:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{found.size_bytes}"})
    span = whole if asked is None else asked
    async with aclosing(files.read(found.path, start=span.start, end=span.stop)) as pieces:
        first = await anext(pieces, b"")
        answer = web.StreamResponse(status=200 if asked is None else 206, headers=headers)
        answer.content_length = len(span)
        if asked is not None:
            answer.headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{found.size_bytes}"
        await answer.prepare(request)
        await answer.write(first)
        await _write_rest(answer, pieces)
    return answer


async def _write_rest(answer: web.StreamResponse, pieces: AsyncGenerator[bytes]) -> None:
    try:
        async for piece in pieces:
            await answer.write(piece)
    except FilesUnavailable as error:
        # The answer has begun; the line is cut, so that nobody takes the half for the whole.
        raise ConnectionResetError(str(error)) from error
    await answer.write_eof()


def _headers(found: Attachment, disposition: Disposition) -> dict[str, str]:
    suffix = mimetypes.guess_extension(found.media_type) or ""
    return {
        "Content-Type": found.media_type,
        "Content-Disposition": f'{disposition}; filename="evidence{suffix}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
        "Accept-Ranges": "bytes",
        "ETag": f'"{found.sha256.hex()}"',
    }


def _asked(headers: Mapping[str, str], size: int, tag: str) -> range | None:
    """The range that was asked for, an empty one where none of it exists; None for the whole.

    Anything but one plain range is answered with the whole, as HTTP allows.
    """
    match = _RANGE.fullmatch(headers.get("Range", "").strip())
    if match is None or headers.get("If-Range", tag) != tag or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(min(int(first), size), min(int(last) + 1, size) if last else size)
