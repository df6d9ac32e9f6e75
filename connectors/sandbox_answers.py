"""What the sandbox gateway and the SMS sandbox share: how they say why not, and how they break answers on demand."""

import msgspec
from aiohttp import web

from refund_core.shape_words import UNREADABLE

RETRY_AFTER_SECONDS = 5.0
"""How long to wait where a sandbox does not say."""


class Problem(msgspec.Struct, frozen=True):
    """Why a sandbox did not do it."""

    code: str


def code_of(raw: bytes) -> str:
    """The code of an answer that says why not; empty for what is no sandbox's answer."""
    try:
        return msgspec.json.decode(raw, type=Problem).code
    except UNREADABLE:
        return ""


def reset(request: web.Request) -> web.StreamResponse:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def half(request: web.Request, body: bytes) -> web.StreamResponse:
    """Promise the whole answer, send half of it, and break the connection."""
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    return reset(request)
