"""The desk's door: only a live session comes through, a POST only with its form token, and faults are pages."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.console.login import login_form
from bot.console.pages import refusal, staff_page
from bot.console.sessions import SESSION_COOKIE, VISIT, Visit, is_form_ours, locale_of, session_of
from bot.console.texts import console_text

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_log = structlog.get_logger()


def for_staff(handler: Handler) -> Handler:
    """Let only a live session through; a POST must also carry the session's form token."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        session = await session_of(request)
        if session is None:
            return _log_in_first(request)
        request[VISIT] = Visit(session, locale_of(request))
        if request.method == "POST" and not await is_form_ours(request, session.csrf):
            return await _fault(request, 403, "error.form")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return await _fault(request, 404, "error.not_found")
        except web.HTTPException:
            raise
        except ConnectionResetError:
            raise
        except Exception:  # noqa: BLE001 - the last line of defence; it is logged
            _log.exception("desk.failed", path=_route_of(request))
            return await _fault(request, 500, "error.failed")

    return guarded


def _log_in_first(request: web.Request) -> web.StreamResponse:
    """The log-in form: at its own address for who comes anew, in place and with 401 for a session that has ended."""
    if "X-Fragment" in request.headers or request.path.endswith("/events"):
        return refusal(request, 401, "error.session")
    if request.method == "GET" and SESSION_COOKIE not in request.cookies:
        raise web.HTTPSeeOther("/desk/login")
    error = console_text(locale_of(request), "error.session")
    return login_form(request, shop="", login="", error=error, status=401)


async def _fault(request: web.Request, status: int, key: str) -> web.StreamResponse:
    if "X-Fragment" in request.headers:
        return refusal(request, status, key)
    return await staff_page(request, "error.html", status, key=key)


def _route_of(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
