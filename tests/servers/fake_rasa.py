"""A Rasa server as far as POST /model/parse goes: keeps what it was sent, wants its token, misbehaves when told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class FakeRasa:
    """Answers each text as it was taught, else with `other`; `fault` makes it answer worse."""

    token: str | None = None
    taught: dict[str, dict[str, Any]] = field(default_factory=dict)
    fault: str | None = None
    asked: list[str] = field(default_factory=list)
    url: str = ""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def teach(self, text: str, intent: str | None, confidence: float = 0.97, **entities: str) -> None:
        """From now on this text is read so."""
        found = [{"entity": name, "value": value, "start": 0, "end": 1} for name, value in entities.items()]
        self.taught[text] = {"intent": {"name": intent, "confidence": confidence}, "entities": found}

    async def status(self, request: web.Request) -> web.Response:
        is_known = self.token is None or request.query.get("token") == self.token
        return web.json_response({"model_file": "models/one.tar.gz"}, status=200 if is_known else 401)

    async def parse(self, request: web.Request) -> web.StreamResponse:
        if self.token is not None and request.query.get("token") != self.token:
            return web.json_response({"status": "failure", "reason": "NotAuthenticated"}, status=401)
        text = (await request.json())["text"]
        self.asked.append(text)
        match self.fault:
            case "slow":
                await self.released.wait()
            case "500":
                return web.json_response({"status": "failure"}, status=500)
            case "html":
                return web.Response(text="<html>busy</html>", content_type="text/html")
            case "huge":
                return web.Response(body=b"[" + b"1," * 400_000 + b"1]", content_type="application/json")
            case "deep":
                return web.Response(body=b"[" * 100_000, content_type="application/json")
            case "redirect":
                return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"})
            case "cut":
                assert request.transport is not None
                request.transport.close()
            case str() as body if body.startswith("{"):
                return web.Response(text=body, content_type="application/json")
            case _:
                pass
        read = self.taught.get(text, {"intent": {"name": "other", "confidence": 0.99}, "entities": []})
        return web.json_response({"text": text, **read, "intent_ranking": [read["intent"]]})


@asynccontextmanager
async def fake_rasa(token: str | None = None) -> AsyncIterator[FakeRasa]:
    """The server on a free port until the block ends."""
    rasa = FakeRasa(token)
    app = web.Application()
    app.router.add_post("/model/parse", rasa.parse)
    app.router.add_get("/status", rasa.status)
    async with TestServer(app) as server:
        rasa.url = str(server.make_url(""))
        try:
            yield rasa
        finally:
            rasa.released.set()
