"""A chat front end that is called back: it keeps what it was told, checks who tells it, and can be out of order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(eq=False)
class FrontEnd:
    """What it shows, by user; faults are taken one a call: "drop" does it and cuts the line, a number is answered."""

    token: str
    url: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: list[str | int] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, count: int) -> None:
        """Until so many calls have come."""
        async with asyncio.timeout(20), self.came:
            await self.came.wait_for(lambda: len(self.keys) >= count)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One callback."""
        fault = self.faults.pop(0) if self.faults else None
        async with self.came:
            self.keys.append(request.headers.get("Idempotency-Key", ""))
            self.came.notify_all()
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            self.refused.append("token")
            return web.Response(status=401)
        if isinstance(fault, int):
            return web.Response(status=fault)
        messages = await request.json()
        if not all(isinstance(message.get("recipient_id"), str) for message in messages):
            self.refused.append("recipient_id")
            return web.Response(status=400)
        self.shown.extend(messages)
        if fault == "drop" and request.transport is not None:
            request.transport.abort()
        return web.Response()


@asynccontextmanager
async def running_front_end(token: str) -> AsyncIterator[FrontEnd]:
    """A front end on a free port."""
    front_end = FrontEnd(token)
    app = web.Application()
    app.router.add_post("/callback", front_end.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    front_end.url = f"http://{host}:{port}/callback"
    try:
        yield front_end
    finally:
        await runner.cleanup()
