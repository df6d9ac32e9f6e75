"""For each SMS sender a stage: a fake platform that really listens, an account at it, and a way to break it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import web

from connectors.sms.sandbox.admin import read_sms, set_sms_faults
from connectors.sms.sandbox.faults import SmsFault, SmsFaultKind
from connectors.sms.sandbox.server import PREFIX, sms_sandbox_app
from connectors.sms.sender import SmsAccount

MERCHANT = "lamps"


class SmsStage(Protocol):
    """What the contract needs of a fake platform."""

    @property
    def account(self) -> SmsAccount:
        """A good one."""
        ...

    @property
    def bad_account(self) -> SmsAccount:
        """One with wrong credentials."""
        ...

    @property
    def dead_account(self) -> SmsAccount:
        """One at an address where nobody listens."""
        ...

    async def break_it(self, how: str) -> None:
        """From now on: "lost", "half", "error", "limited" (for 7 s) or "refused" (with the code BLACKLISTED)."""
        ...

    async def sent(self) -> list[tuple[str, str, str]]:
        """What phones got, oldest first: our key, the phone, the text."""
        ...


_SANDBOX_FAULTS = {
    "lost": SmsFault(SmsFaultKind.LOST_ANSWER),
    "half": SmsFault(SmsFaultKind.TRUNCATED),
    "error": SmsFault(SmsFaultKind.SERVER_ERROR),
    "limited": SmsFault(SmsFaultKind.RATE_LIMITED, value=7),
    "refused": SmsFault(SmsFaultKind.REFUSED, code="BLACKLISTED"),
}


@dataclass(frozen=True)
class SandboxStage:
    """The sandbox is its own fake."""

    url: str
    secret: bytes = b"contract"

    @property
    def account(self) -> SmsAccount:
        return self._account(self.url, self.secret)

    @property
    def bad_account(self) -> SmsAccount:
        return self._account(self.url, b"wrong")

    @property
    def dead_account(self) -> SmsAccount:
        return self._account("http://127.0.0.1:9", self.secret)

    async def break_it(self, how: str) -> None:
        await set_sms_faults(self.url, self.secret, [_SANDBOX_FAULTS[how]])

    async def sent(self) -> list[tuple[str, str, str]]:
        sent = await read_sms(self.url, self.secret, MERCHANT)
        return [(one.key, one.phone, one.text) for one in reversed(sent)]

    def _account(self, url: str, secret: bytes) -> SmsAccount:
        return SmsAccount(MERCHANT, {"url": url, "secret": secret.hex()})


@asynccontextmanager
async def _sandbox(folder: Path) -> AsyncIterator[SmsStage]:
    app = web.Application()
    app.add_subapp(PREFIX, sms_sandbox_app(b"contract", folder))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield SandboxStage(f"http://{host}:{port}")
    finally:
        await runner.cleanup()


SMS_STAGES: Mapping[str, Callable[[Path], AbstractAsyncContextManager[SmsStage]]] = {"sandbox": _sandbox}
