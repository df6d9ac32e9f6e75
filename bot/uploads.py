"""A form with one file, read as it comes: first its texts, then the file piece by piece, and nothing kept in memory."""

import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import BadContentDispositionHeader, BadContentDispositionParam, BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

_CHUNK_BYTES = 65_536
_PARTS_MAX = 5
_BROKEN = (ValueError, AssertionError, EOFError, ConnectionResetError, HttpProcessingError, web.RequestPayloadError)

# aiohttp tells of a broken head by a warning with the client's own words, and Python keeps each for good.
warnings.simplefilter("ignore", BadContentDispositionHeader)
warnings.simplefilter("ignore", BadContentDispositionParam)


class UploadUnreadable(Exception):
    """not_multipart: another kind of body; broken: it cannot be read; no_file: there is no file in it."""

    def __init__(self, reason: Literal["not_multipart", "broken", "no_file"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class UploadForm:
    """The texts that stood before the file, and the file; part is None where there is none."""

    texts: dict[str, str] = field(default_factory=dict)
    part: BodyPartReader | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """The file's bytes as they come. Raises UploadUnreadable."""
        if self.part is None:
            raise UploadUnreadable("no_file")
        try:
            while chunk := await self.part.read_chunk(_CHUNK_BYTES):
                yield chunk
        except _BROKEN:
            raise UploadUnreadable("broken") from None


async def read_form(request: web.Request, *, text_bytes_max: int = 0) -> UploadForm:
    """Read up to the first file; texts no longer than that are kept, others passed over. Raises UploadUnreadable."""
    if request.content_type != "multipart/form-data":
        raise UploadUnreadable("not_multipart")
    form = UploadForm()
    try:
        reader = await request.multipart()
        for _ in range(_PARTS_MAX):
            part = await reader.next()
            if part is None:
                break
            if not isinstance(part, BodyPartReader):
                continue
            if part.filename is not None or part.name == "file":
                form.part = part
                break
            if text_bytes_max and part.name:
                form.texts[part.name] = await _text(part, text_bytes_max)
    except _BROKEN:
        raise UploadUnreadable("broken") from None
    return form


async def _text(part: BodyPartReader, bytes_max: int) -> str:
    raw = bytearray()
    while chunk := await part.read_chunk(_CHUNK_BYTES):
        raw += chunk
        if len(raw) > bytes_max:
            raise ValueError(part.name)
    return raw.decode()
