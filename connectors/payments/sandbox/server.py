"""The sandbox payment gateway: a server of its own, with its own ledger, signatures, notices and switchable faults."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import msgspec
from aiohttp import web

from connectors.payments.gateway import SignatureRejected
from connectors.payments.sandbox.courier import Courier
from connectors.payments.sandbox.faults import Fault, FaultKind, Faults
from connectors.payments.sandbox.ledger import Ledger, RequestRefused, Settling
from connectors.payments.sandbox.parse import REFUND_NOT_FOUND, RefundAnswer, RefundRequest
from connectors.payments.sandbox.signature import ADMIN, MERCHANT, check_request, merchant_key
from connectors.sandbox_answers import half, reset
from refund_core.shape_words import UNREADABLE

BODY_BYTES_MAX = 65_536
LEDGER_FILE = "sandbox-ledger.sqlite3"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_PORT_FALLBACK = 0
_NOTHING: Mapping[str, web.Application] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SandboxServer:
    """Where the sandbox listens (port 0: a free one), where its ledger is, and how long a refund takes there."""

    secret: bytes = field(repr=False)
    folder: Path
    host: str = "127.0.0.1"
    port: int = _PORT_FALLBACK
    settle_seconds: float = 1.0


@asynccontextmanager
async def running_sandbox(
    server: SandboxServer, beside: Mapping[str, web.Application] = _NOTHING
) -> AsyncIterator[str]:
    """Serve while inside; the value is the address. beside are other sandboxes by the path that they lie under."""
    app = sandbox_app(server)
    for path, other in beside.items():
        app.add_subapp(path, other)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, server.host, server.port)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def run_sandbox(
    server: SandboxServer,
    beside: Mapping[str, web.Application] = _NOTHING,
    *,
    ready: Callable[[str], None],
    stop: asyncio.Event,
) -> None:
    """Serve until stopped; ready is told the address."""
    async with running_sandbox(server, beside) as url:
        ready(url)
        await stop.wait()


def sandbox_app(server: SandboxServer) -> web.Application:
    """The application with its ledger open while it runs."""
    desk = _Desk(server)
    app = web.Application(client_max_size=BODY_BYTES_MAX, middlewares=[_problems])
    app.router.add_get("/livez", _livez)
    app.router.add_post("/v1/refunds", desk.refund)
    app.router.add_get("/v1/refunds/{refund_no}", desk.look_up)
    app.router.add_get("/v1/bill", desk.bill)
    app.router.add_get("/v1/movements", desk.movements)
    app.router.add_put("/admin/faults", desk.set_faults)
    app.cleanup_ctx.append(desk.run)
    return app


class _Desk:
    """The handlers over one ledger."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        self._ledger = Ledger(server.folder / LEDGER_FILE)
        self._faults = Faults(random.SystemRandom().random)
        self._courier = Courier(self._ledger, self._faults, server.secret)

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._courier.run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        self._ledger.close()

    async def refund(self, request: web.Request) -> web.StreamResponse:
        merchant, body = await self._signed(request)
        asked = msgspec.json.decode(body, type=RefundRequest)
        names = (asked.refund_no, asked.payment_no)
        await self._refuse(merchant, names)
        answer = self._ledger.accept(merchant, asked, self._settling(merchant, names), now=time.time())
        self._courier.wake()
        if self._faults.find(FaultKind.LOST_ANSWER, merchant, *names):
            return reset(request)
        if self._faults.find(FaultKind.TRUNCATED, merchant, *names):
            return await half(request, msgspec.json.encode(answer))
        return _json(answer)

    async def look_up(self, request: web.Request) -> web.StreamResponse:
        merchant, _ = await self._signed(request)
        refund_no = request.match_info["refund_no"]
        answer = self._ledger.refund(merchant, refund_no)
        await self._stumble(merchant, (refund_no, answer.payment_no if answer else ""))
        if answer is None:
            raise RequestRefused(404, REFUND_NOT_FOUND)
        return _json(answer)

    async def bill(self, request: web.Request) -> web.StreamResponse:
        merchant, _ = await self._signed(request)
        return _json(self._ledger.bill(merchant, after=request.query.get("after", "")))

    async def movements(self, request: web.Request) -> web.StreamResponse:
        merchant, _ = await self._signed(request)
        return _json(self._ledger.movements(merchant))

    async def set_faults(self, request: web.Request) -> web.StreamResponse:
        merchant, body = await self._signed(request)
        if merchant != ADMIN:
            raise SignatureRejected
        self._faults.replace_all(msgspec.json.decode(body, type=list[Fault]))
        return _json(self._faults.all())

    async def _signed(self, request: web.Request) -> tuple[str, bytes]:
        body = await request.read()
        merchant = request.headers.get(MERCHANT, "")
        key = merchant_key(self._server.secret, merchant)
        check_request(key, request.headers, request.method, request.raw_path, body, time.time())
        return merchant, body

    async def _refuse(self, merchant: str, names: tuple[str, str]) -> None:
        await self._stumble(merchant, names)
        if refused := self._faults.find(FaultKind.REFUSED, merchant, *names):
            raise RequestRefused(403, refused.code or "NOT_ENOUGH")

    async def _stumble(self, merchant: str, names: tuple[str, str]) -> None:
        """What may befall any call before anything is done."""
        if slow := self._faults.find(FaultKind.SLOW, merchant, *names):
            await asyncio.sleep(slow.value)
        if limited := self._faults.find(FaultKind.RATE_LIMITED, merchant, *names):
            raise web.HTTPTooManyRequests(headers={"Retry-After": f"{limited.value:g}"})
        if self._faults.find(FaultKind.SERVER_ERROR, merchant, *names):
            raise web.HTTPInternalServerError

    def _settling(self, merchant: str, names: tuple[str, str]) -> Settling:
        now = time.time()
        if self._faults.find(FaultKind.ABNORMAL, merchant, *names):
            return Settling("ABNORMAL", None, None)
        if closing := self._faults.find(FaultKind.CLOSED_LATER, merchant, *names):
            return Settling("PROCESSING", "CLOSED", now + closing.value)
        if pending := self._faults.find(FaultKind.PENDING, merchant, *names):
            return Settling("PROCESSING", "SUCCESS", now + pending.value)
        return Settling("PROCESSING", "SUCCESS", now + self._server.settle_seconds)


async def _livez(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


@web.middleware
async def _problems(request: web.Request, handler: _Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except SignatureRejected:
        return _json({"code": "SIGN_ERROR"}, status=401)
    except RequestRefused as refused:
        return _json({"code": refused.code}, status=refused.status)
    except UNREADABLE:
        return _json({"code": "PARAM_ERROR"}, status=400)


def _json(value: RefundAnswer | object, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
