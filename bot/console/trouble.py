"""The page of things that need a look: unclear payouts, overdue cases, work that gave up."""

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.pages import staff_page
from bot.console.sessions import VISIT
from storage.trouble_store import read_troubles


async def show_troubles(request: web.Request) -> web.Response:
    """The whole page."""
    return await staff_page(request, "trouble.html", here="trouble", **await _values(request))


async def show_trouble_list(request: web.Request) -> web.Response:
    """The lists alone, refetched at each wake-up."""
    return await staff_page(request, "_trouble.html", **await _values(request))


async def _values(request: web.Request) -> dict[str, object]:
    console = request.app[CONSOLE]
    merchant_id = request[VISIT].session.merchant_id
    return {"troubles": await read_troubles(console.db, merchant_id, now=console.clock.now())}
