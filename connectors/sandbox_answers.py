"""How a sandbox breaks an answer on demand; shared by the sandbox gateway and the SMS sandbox."""

from aiohttp import web


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
