"""The money side of the application with a real sandbox gateway, in one process and on a clock that tests move."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.api.http import problems
from bot.effects import EffectsWorker
from bot.gateways import Gateways
from bot.merchants import MerchantCache
from bot.settlement import Poller
from bot.timers import Timers
from bot.webhooks.payments import add_payment_notices
from bot.work import WorkLimits, WorkParts
from connectors.payments.sandbox.admin import read_bill, read_movements, set_faults
from connectors.payments.sandbox.faults import Fault
from connectors.payments.sandbox.parse import to_refund
from connectors.payments.sandbox.server import SandboxServer, running_sandbox
from refund_core.cases import RefundCase, RefundState
from storage.book_store import BillEntry, compare_with_bill, verify_books
from tests.integration.money.shop import NOW, VAULT, MovableClock, Shop

SECRET = VAULT.derive("sandbox-gateway")


class RunningClock(MovableClock):
    """Real time (notices are signed by it) and what it was moved by."""

    def __init__(self) -> None:
        super().__init__(NOW)

    def now(self) -> datetime:
        """The time it shows."""
        return datetime.now(UTC) + (self.time - NOW)


@dataclass(eq=False)
class Rig:
    """A shop, its workers, the sandbox, and the address that the sandbox calls back."""

    shop: Shop
    parts: WorkParts
    clock: MovableClock
    sandbox_url: str
    notices: "Notices"

    async def faults(self, *faults: Fault) -> None:
        """What the sandbox does wrong from now on."""
        await set_faults(self.sandbox_url, SECRET, faults)

    def lose_patience(self) -> None:
        """From now on the gateway's answers are awaited for half a second only."""
        self.parts.gateways.timeout_seconds = 0.5

    async def work(self) -> None:
        """Do all effects that are due."""
        await EffectsWorker(self.parts).drain()

    async def work_until(self, case: RefundCase, *states: RefundState) -> RefundCase:
        """Work and look up, minute after minute, until the case's first refund is in one of the states."""
        for _ in range(60):
            await self.work()
            await Poller(self.parts).look()
            case = await self.shop.case(case.case_no)
            if case.refunds[0].state in states:
                return case
            self.clock.move(minutes=1)
        raise AssertionError(f"still {case.refunds[0]}")

    async def due(self) -> None:
        """Let due dates pass."""
        await Timers(self.parts).turn()

    async def moved(self) -> int:
        """Minor units that the gateway really paid back."""
        return sum(movement.amount for movement in await read_movements(self.sandbox_url, SECRET, self.shop.slug))

    async def assert_books_are_right(self) -> None:
        """Every invariant, and the gateway's bill."""
        assert await verify_books(self.shop.db, self.shop.merchant_id) == []
        bill = await read_bill(self.sandbox_url, SECRET, self.shop.slug)
        entries = [BillEntry(one.refund_no, one.payment_no, one.amount, to_refund(one).state.value) for one in bill]
        assert await compare_with_bill(self.shop.db, self.shop.merchant_id, entries, method="sandbox") == []

    async def numbers(self) -> list[str]:
        """Refund numbers that the gateway knows."""
        return [refund.refund_no for refund in await read_bill(self.sandbox_url, SECRET, self.shop.slug)]

    def another_process(self) -> WorkParts:
        """The parts of a second process over the same database and gateway."""
        return replace(self.parts, merchants=MerchantCache(self.shop.db, VAULT))


@dataclass(eq=False)
class Notices:
    """What the sandbox has sent, and when something came."""

    taken: list[int]
    came: asyncio.Condition

    async def wait_for(self, count: int) -> None:
        """Until so many notices were answered."""
        async with asyncio.timeout(20), self.came:
            await self.came.wait_for(lambda: len(self.taken) >= count)

    @web.middleware
    async def watch(self, request: web.Request, handler: object) -> web.StreamResponse:
        """Count the answers."""
        response: web.StreamResponse = await handler(request)  # type: ignore[operator]  # of aiohttp
        async with self.came:
            self.taken.append(response.status)
            self.came.notify_all()
        return response


@asynccontextmanager
async def running_rig(shop: Shop, folder: Path, *, settle_seconds: float = 0.0) -> AsyncIterator[Rig]:
    """The whole rig on free ports; refunds settle at the gateway at once unless a fault says otherwise."""
    clock, notices = RunningClock(), Notices([], asyncio.Condition())
    app = web.Application(middlewares=[notices.watch, problems])
    runner = web.AppRunner(app, access_log=None)
    server = SandboxServer(SECRET, folder, settle_seconds=settle_seconds)
    async with running_sandbox(server) as sandbox_url:
        gateways = Gateways("http://127.0.0.1:9", sandbox_url, SECRET)
        limits = WorkLimits(retry_seconds=1.0, call_seconds=20.0)
        parts = WorkParts(shop.db, MerchantCache(shop.db, VAULT), gateways, clock, limits=limits)
        add_payment_notices(app, parts)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        gateways.callback_base = f"http://{host}:{port}"
        try:
            yield Rig(replace(shop, said=clock.now()), parts, clock, sandbox_url, notices)
        finally:
            await gateways.close()
            await runner.cleanup()
