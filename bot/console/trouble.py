"""The page of things that need a look: unclear payouts, overdue cases, work that gave up and can be tried again."""

from functools import partial
from uuid import UUID

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.foreign import note
from bot.console.pages import refusal, staff_page
from bot.console.reasons import reason_words
from bot.console.report_view import code_words
from bot.console.sessions import VISIT
from refund_core.authority import MAY_TRY_AGAIN, Role
from storage.buried_store import set_aside
from storage.outbox import dig_up
from storage.trouble_store import read_troubles


async def show_troubles(request: web.Request) -> web.Response:
    """The whole page."""
    return await staff_page(request, "trouble.html", here="trouble", **await _values(request))


async def show_trouble_list(request: web.Request) -> web.Response:
    """The lists alone, refetched at each wake-up."""
    return await staff_page(request, "_trouble.html", **await _values(request))


async def try_again(request: web.Request) -> web.Response:
    """Work that gave up goes back to the workers, under the same key of ours as before; 409 where it did already."""
    console, session, row_id = request.app[CONSOLE], request[VISIT].session, request.match_info["row_id"]
    if not await _may(request, "dig_up"):
        return refusal(request, 403, "trouble.not_for_role")
    if not await dig_up(console.db, session.merchant_id, _row_id(row_id)):
        return refusal(request, 409, "trouble.gone")
    await note(request, "dug_up", row_id=row_id)
    return web.Response(status=204)


async def put_aside(request: web.Request) -> web.Response:
    """A message that could not be handled was seen to by a person; 409 where it was before."""
    console, session, row_id = request.app[CONSOLE], request[VISIT].session, request.match_info["row_id"]
    if not await _may(request, "set_aside"):
        return refusal(request, 403, "trouble.not_for_role")
    if not await set_aside(console.db, session.merchant_id, _row_id(row_id), now=console.clock.now()):
        return refusal(request, 409, "trouble.seen_to")
    await note(request, "set_aside", row_id=row_id)
    return web.Response(status=204)


async def _may(request: web.Request, action: str) -> bool:
    """True for a role that may; what is asked for by another is in the audit trail."""
    role, row_id = request[VISIT].session.role, request.match_info["row_id"]
    if Role(role) in MAY_TRY_AGAIN:
        return True
    await note(request, "not_for_role", row_id=row_id, action=action, role=role)
    return False


def _row_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise web.HTTPNotFound from None


async def _values(request: web.Request) -> dict[str, object]:
    console, visit = request.app[CONSOLE], request[VISIT]
    return {
        "troubles": await read_troubles(console.db, visit.session.merchant_id, now=console.clock.now()),
        "can_act": Role(visit.session.role) in MAY_TRY_AGAIN,
        "code": partial(code_words, visit.locale),
        "reason": partial(reason_words, visit.locale),
    }
