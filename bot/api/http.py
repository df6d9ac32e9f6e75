"""What every route shares: reading a body within its limit, answers as JSON, faults as problem details."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
import structlog
from aiohttp import web

from bot.api.errors import Problem, from_http, invalid, not_found
from refund_core.shape_words import UNREADABLE, wrong_shape
from storage.errors import OutcomeUnknown, TryAgain
from storage.text import is_storable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Document = TypeVar("Document")
JSON_TYPE = "application/json"
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_NUL_ESCAPED = b"\\u0000"
_log = structlog.get_logger()


def json_response(raw: bytes, *, status: int = 200) -> web.Response:
    """An answer of JSON bytes that nobody may keep."""
    return web.Response(status=status, body=raw, content_type=JSON_TYPE, headers=NO_STORE)


def answer(document: object, *, status: int = 200) -> web.Response:
    """A typed answer."""
    return json_response(msgspec.json.encode(document), status=status)


async def read_body(request: web.Request, bytes_max: int) -> bytes:
    """The whole body, read no further than the limit. Raises Problem 413 and 400."""
    if request.content_length is not None and request.content_length > bytes_max:
        raise _too_large(bytes_max)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, "content-encoding", "Send the body as it is, without Content-Encoding.")
    try:
        if request.content.is_eof():  # most bodies came together with their head
            whole = request.content.read_nowait()
            if len(whole) > bytes_max:
                raise _too_large(bytes_max)
            return whole
        raw = bytearray()
        async for part in request.content.iter_any():
            raw += part
            if len(raw) > bytes_max:
                raise _too_large(bytes_max)
    except (web.RequestPayloadError, ConnectionResetError):
        raise Problem(400, "broken-body", "The body ended too early.") from None
    return bytes(raw)


def decoded(raw: bytes, kind: type[Document]) -> Document:
    """A body as its type. Raises Problem 400 and 422; the latter also for U+0000, which no row can hold."""
    if _NUL_ESCAPED in raw:
        raise invalid("body", "unstorable", "U+0000 is not taken in any text.")
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        field, reason = wrong_shape(error, kind)
        raise invalid(field or "body", "wrong_shape", reason) from None
    except UNREADABLE:
        raise Problem(400, "not-json", "The body is not JSON.") from None


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every fault as problem details; what nobody foresaw is logged without its text."""
    try:
        _refuse_unstorable(request)
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPException as error:
        if error.status < 400 or _is_page(request):
            raise
        return from_http(error).response()
    except (ConnectionResetError, TimeoutError):
        raise
    except (TryAgain, OutcomeUnknown) as error:
        _log.warning("http.not_confirmed", route=_route_of(request), error=type(error).__name__)
        return Problem(
            503, "not-confirmed", "It is not confirmed; send it again.", headers={"Retry-After": "1"}
        ).response()
    except Exception:  # noqa: BLE001 - the last line of defence; it is logged
        _log.exception("http.failed", route=_route_of(request), method=request.method)
        return Problem(500, "internal", "Something went wrong here; it was noted.").response()


def _too_large(bytes_max: int) -> Problem:
    return Problem(413, "body-too-large", f"The body is larger than {bytes_max} bytes.")


def _is_page(request: web.Request) -> bool:
    return request.path.startswith("/desk")


def _route_of(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


def _refuse_unstorable(request: web.Request) -> None:
    """Nothing has a name that no row can hold, and nothing can be looked for by one; the desk says so in a page."""
    if not all(is_storable(value) for value in request.match_info.values()):
        raise not_found("such name")
    if not request.rel_url.raw_query_string:
        return
    for name, value in request.query.items():
        if not _is_page(request) and not is_storable(value):
            raise invalid(name, "unstorable", "U+0000 and half characters are in no name.")
