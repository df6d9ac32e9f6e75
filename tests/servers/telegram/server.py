"""The fake Bot API over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientError, ClientSession, web

from tests.servers.telegram.methods import METHODS
from tests.servers.telegram.state import TOKEN, Fault, Refused, State, values_of


class FakeTelegram:
    """A Bot API for one bot. calls() tells what was asked; fault() breaks the next call of a method."""

    def __init__(self) -> None:
        self.state = State()
        self.address = ""
        self.http: ClientSession | None = None

    def fault(self, method: str, kind: str, *, seconds: int = 0, until: asyncio.Event | None = None) -> None:
        """The next call of the method goes wrong; several are used up in their order."""
        self.state.faults[method.lower()].append(Fault(kind, seconds, until))

    def calls(self, *methods: str) -> list[dict[str, Any]]:
        """The parameters of the calls of these methods, in their order."""
        return [given for name, given in self.state.calls if name in {method.lower() for method in methods}]

    async def push(self, kind: str, event: dict[str, Any]) -> int:
        """Something happened: told to the webhook (its status is answered), or kept for who asks (0)."""
        self.state.last_update += 1
        return await self.deliver({"update_id": self.state.last_update, kind: event})

    async def deliver(self, update: dict[str, Any]) -> int:
        """Tell this update, perhaps once more: as often as state.tries allows until the webhook takes it."""
        self.state.last_sent = update
        if not self.state.webhook:
            async with self.state.changed:
                self.state.updates.append(update)
                self.state.changed.notify_all()
            return 0
        for _ in range(self.state.tries - 1):
            try:
                status = await self._tell(update)
            except ClientError:
                status = 0
            if 200 <= status < 300:
                return status
            self.state.told_again += 1
        return await self._tell(update)

    async def _tell(self, update: dict[str, Any]) -> int:
        assert self.http is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.state.webhook["secret_token"]}
        async with self.http.post(self.state.webhook["url"], json=update, headers=headers) as response:
            await response.read()
            return response.status

    async def all_taken(self) -> None:
        """Waits until the bot has asked for more with an offset behind every update."""
        async with self.state.changed:
            await self.state.changed.wait_for(lambda: not self.state.updates)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        if request.match_info["token"] != TOKEN:
            return _refusal(Refused(401, "Unauthorized"))
        if method not in METHODS:
            return _refusal(Refused(404, "Not Found: method not found"))
        given = await _given(request)
        self.state.calls.append((method, given))
        faults = self.state.faults[method]
        fault = faults.popleft() if faults else Fault("none")
        broken = await _broken(request, fault)
        if broken is not None:
            return broken
        answer = await self._called(method, given)
        if fault.kind == "lost":
            return _dropped(request)
        return answer

    async def _called(self, method: str, given: dict[str, Any]) -> web.Response:
        try:
            result = await METHODS[method](self.state, given)
        except Refused as refused:
            return _refusal(refused)
        async with self.state.changed:
            self.state.changed.notify_all()
        return web.json_response({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        file = next((one for one in self.state.files.values() if one.path == path), None)
        if request.match_info["token"] != TOKEN or file is None:
            return _refusal(Refused(404, "Not Found"))
        faults = self.state.faults["file"]
        broken = await _broken(request, faults.popleft() if faults else Fault("none"))
        return broken or web.Response(body=file.raw, content_type="application/octet-stream")

    def app(self) -> web.Application:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        return app


async def _given(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json()
        return given
    fields = await request.post() if request.method == "POST" else request.query
    files = {name: value.file.read() for name, value in fields.items() if isinstance(value, web.FileField)}
    return values_of({name: str(value) for name, value in fields.items() if name not in files}) | files


async def _broken(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    match fault.kind:
        case "flood":
            text = f"Too Many Requests: retry after {fault.seconds}"
            return _refusal(Refused(429, text, retry_after=fault.seconds))
        case "refused":
            return _refusal(Refused(400, "Bad Request: refused by the test"))
        case "error":
            return _refusal(Refused(500, "Internal Server Error"))
        case "html":
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        case "redirect":
            return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
        case "gzip":
            headers = {"Content-Encoding": "gzip", "Content-Type": "image/jpeg"}
            return web.Response(body=b"\x1f\x8b\x08" + b"0" * 32, headers=headers)
        case "dropped":
            return _dropped(request)
        case "slow":
            assert fault.until is not None
            await fault.until.wait()
            return None
        case _:
            return None


def _dropped(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _refusal(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


@asynccontextmanager
async def fake_telegram() -> AsyncIterator[FakeTelegram]:
    """A running Bot API on a free port."""
    fake = FakeTelegram()
    runner = web.AppRunner(fake.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with ClientSession() as fake.http:
        yield fake
    fake.state.is_closing = True
    async with fake.state.changed:
        fake.state.changed.notify_all()
    await runner.cleanup()
