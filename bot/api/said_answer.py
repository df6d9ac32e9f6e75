"""The answer to what was said in a chat, written with its head as it stands: most answers are of this kind.

A web.Response makes, completes and joins its headers anew for each answer; only length and time of these differ.
"""

import time
from email.utils import formatdate

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import SERVER_SOFTWARE

from bot.api.http import JSON_TYPE, NO_STORE, json_response

_HEAD = "\r\n".join([
    "HTTP/1.1 200 OK",
    f"Content-Type: {JSON_TYPE}",
    *(f"{name}: {value}" for name, value in NO_STORE.items()),
    f"Server: {SERVER_SOFTWARE}",
    "Date: %b",
    "Content-Length: %d",
    "",
    "%b",
]).encode()  # fmt: skip


def said_response(request: web.Request, raw: bytes) -> web.StreamResponse:
    """What json_response answers; a client that speaks HTTP/1.0 or wants to close gets that one itself."""
    if request.version == HttpVersion11 and request.keep_alive:
        return _Said(raw)
    return json_response(raw)


class _Said(web.StreamResponse):
    """JSON for a client that goes on with its connection."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw

    @property
    def keep_alive(self) -> bool | None:
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write all of it, at once."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("The client is gone.")
        raw = self._raw
        transport.write(_HEAD % (_clock.now(), len(raw), raw))
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""


class _HttpClock:
    """The time as HTTP writes it, made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._written = b""

    def now(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._second, self._written = second, formatdate(second, usegmt=True).encode()
        return self._written


_clock = _HttpClock()
