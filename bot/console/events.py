"""Wake-ups for the desk's pages: something of this shop changed, look again. Nothing of what was said travels here.

The chats' subscription serves all open pages; a page also looks by itself now and then, so a lost one loses nothing.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.sessions import VISIT, session_of
from storage.live import Wakeup

PAUSE_SECONDS = 0.3
KEEP_ALIVE_SECONDS = 20.0
PAGES_OF_SHOP_MAX = 500


@dataclass(slots=True, eq=False)
class _Page:
    """One open page: woken when something changed."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)


class DeskPages:
    """The open pages of this process by shop, woken together, and ended together at shutdown."""

    def __init__(self) -> None:
        self._pages: dict[UUID, list[_Page]] = {}
        self.is_closing = False

    @contextmanager
    def open(self, merchant_id: UUID) -> Iterator[_Page]:
        """A page that is woken until the block ends. Raises HTTPTooManyRequests."""
        pages = self._pages.setdefault(merchant_id, [])
        if len(pages) >= PAGES_OF_SHOP_MAX:
            raise web.HTTPTooManyRequests
        page = _Page()
        pages.append(page)
        try:
            yield page
        finally:
            pages.remove(page)
            if not pages:
                self._pages.pop(merchant_id, None)

    def wake(self, wakeup: Wakeup) -> None:
        """Wake the shop's pages."""
        for page in self._pages.get(wakeup.merchant_id, ()):
            page.changed.set()

    async def close(self, _: web.Application) -> None:
        """Let every page end, so that the server can."""
        self.is_closing = True
        for pages in self._pages.values():
            for page in pages:
                page.changed.set()


PAGES = web.AppKey("desk_pages", DeskPages)


def add_events(app: web.Application) -> None:
    """Listen while the application runs, and end the open pages when it stops."""
    app[PAGES] = DeskPages()
    app.cleanup_ctx.append(_listening)
    app.on_shutdown.append(app[PAGES].close)


async def stream_events(request: web.Request) -> web.StreamResponse:
    """Server-sent events: "wake" when something changed in this shop, at most about three a second."""
    pages = request.app[PAGES]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    with pages.open(request[VISIT].session.merchant_id) as page:
        await response.prepare(request)
        with contextlib.suppress(ConnectionResetError):
            await response.write(b"retry: 2000\n\n")
            await _pass_on(request, response, page, pages)
    return response


async def _pass_on(request: web.Request, response: web.StreamResponse, page: _Page, pages: DeskPages) -> None:
    while not pages.is_closing:
        try:
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                await page.changed.wait()
        except TimeoutError:
            if await session_of(request) is None:
                return
            await response.write(b": still here\n\n")
            continue
        page.changed.clear()
        await response.write(b"event: wake\ndata: 1\n\n")
        await asyncio.sleep(PAUSE_SECONDS)


async def _listening(app: web.Application) -> AsyncIterator[None]:
    with app[CONSOLE].live.heard_by(app[PAGES].wake):
        yield
