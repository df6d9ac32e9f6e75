"""The SMS sandbox as an application: it checks what it is sent, keeps it to be read, and does wrong when told to."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
from aiohttp import web

from connectors.sandbox_answers import Problem, half, reset
from connectors.sms.sandbox.faults import SmsFault, SmsFaultKind, SmsFaults
from connectors.sms.sandbox.outbox import SmsOutbox
from connectors.sms.sandbox.wire import ADMIN, MERCHANT, SmsRequest, SmsTaken, is_allowed
from connectors.sms.sender import SIGNATURE_MARKS
from refund_core.shape_words import UNREADABLE

PREFIX = "/sms"
OUTBOX_FILE = "sandbox-sms.sqlite3"
TEXT_LENGTH_MAX = 500
_BODY_BYTES_MAX = 16_384
_PHONE = re.compile(r"\+?[0-9]{6,15}")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Refused(Exception):
    """The sandbox does not take it: an HTTP status and a code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def sms_sandbox_app(secret: bytes, folder: Path) -> web.Application:
    """The application, to be put under PREFIX of the sandbox's server; its outbox is open while that runs."""
    desk = _Desk(secret, folder)
    app = web.Application(client_max_size=_BODY_BYTES_MAX, middlewares=[_problems])
    app.router.add_post("/v1/messages", desk.take)
    app.router.add_get("/v1/messages", desk.show)
    app.router.add_put("/admin/faults", desk.set_faults)
    app.cleanup_ctx.append(desk.run)
    return app


class _Desk:
    """The handlers over one outbox."""

    def __init__(self, secret: bytes, folder: Path) -> None:
        self._secret = secret
        self._outbox = SmsOutbox(folder / OUTBOX_FILE)
        self._faults = SmsFaults()

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        yield
        self._outbox.close()

    async def take(self, request: web.Request) -> web.StreamResponse:
        merchant = self._caller(request)
        asked = msgspec.json.decode(await request.read(), type=SmsRequest)
        _check(asked)
        await self._stumble(asked.phone)
        answer = msgspec.json.encode(SmsTaken(self._outbox.take(merchant, asked, now=time.time())))
        if self._faults.find(SmsFaultKind.LOST_ANSWER, asked.phone):
            return reset(request)
        if self._faults.find(SmsFaultKind.TRUNCATED, asked.phone):
            return await half(request, answer)
        return web.Response(body=answer, content_type="application/json")

    async def show(self, request: web.Request) -> web.StreamResponse:
        return _json(self._outbox.newest(self._caller(request)))

    async def set_faults(self, request: web.Request) -> web.StreamResponse:
        if self._caller(request) != ADMIN:
            raise _Refused(401, "SIGN_ERROR")
        faults = msgspec.json.decode(await request.read(), type=list[SmsFault])
        self._faults.replace_all(faults)
        return _json(faults)

    def _caller(self, request: web.Request) -> str:
        merchant = request.headers.get(MERCHANT, "")
        if not is_allowed(self._secret, merchant, request.headers.get("Authorization", "")):
            raise _Refused(401, "SIGN_ERROR")
        return merchant

    async def _stumble(self, phone: str) -> None:
        """What may befall a call before anything is taken."""
        if slow := self._faults.find(SmsFaultKind.SLOW, phone):
            await asyncio.sleep(slow.value)
        if limited := self._faults.find(SmsFaultKind.RATE_LIMITED, phone):
            raise web.HTTPTooManyRequests(headers={"Retry-After": f"{limited.value:g}"})
        if self._faults.find(SmsFaultKind.SERVER_ERROR, phone):
            raise web.HTTPInternalServerError
        if refused := self._faults.find(SmsFaultKind.REFUSED, phone):
            raise _Refused(403, refused.code)


def _check(asked: SmsRequest) -> None:
    """What an operator insists on: a phone that can be dialled, the signature in front, a text of bearable length."""
    opening, closing = SIGNATURE_MARKS
    if not _PHONE.fullmatch(asked.phone):
        raise _Refused(400, "PHONE_INVALID")
    if not asked.signature or not asked.text.startswith(f"{opening}{asked.signature}{closing}"):
        raise _Refused(400, "SIGNATURE_MISSING")
    if len(asked.text) > TEXT_LENGTH_MAX:
        raise _Refused(400, "TEXT_TOO_LONG")
    if not asked.key:
        raise _Refused(400, "KEY_MISSING")


@web.middleware
async def _problems(request: web.Request, handler: _Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except _Refused as refused:
        return _json(Problem(refused.code), status=refused.status)
    except UNREADABLE:
        return _json(Problem("PARAM_ERROR"), status=400)


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
