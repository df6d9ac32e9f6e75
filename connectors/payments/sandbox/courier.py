"""What the sandbox does by itself: refunds get their last word when due, and notices go out until they are taken."""

import asyncio
import contextlib
import os
import secrets
import time
from dataclasses import dataclass, field, replace

import aiohttp
import msgspec

from connectors.payments.sandbox.faults import FaultKind, Faults
from connectors.payments.sandbox.ledger import Ledger, Notice, Settled
from connectors.payments.sandbox.signature import Stamp, merchant_key, sign_notice

NOTICE_SECONDS = (1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
_NOTICE_TIMEOUT = aiohttp.ClientTimeout(total=5)
_NOTICES_AT_ONCE = 16
_PAUSE_SECONDS_MAX = 5.0


@dataclass(slots=True)
class Courier:
    """Settles and notifies in a task of its own; `wake` when something new may be due."""

    ledger: Ledger
    faults: Faults
    secret: bytes = field(repr=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Something new may be due."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        async with aiohttp.ClientSession(timeout=_NOTICE_TIMEOUT) as session:
            while True:
                self._wake.clear()
                for settled in self.ledger.settle_due(now=time.time()):
                    self._announce(settled)
                notices = self.ledger.due_notices(now=time.time(), limit=_NOTICES_AT_ONCE)
                await asyncio.gather(*(self._send(session, notice) for notice in notices))
                if not notices:
                    await self._pause()

    async def _pause(self) -> None:
        due = self.ledger.next_due()
        seconds = _PAUSE_SECONDS_MAX if due is None else min(max(due - time.time(), 0.0), _PAUSE_SECONDS_MAX)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    def _announce(self, settled: Settled) -> None:
        merchant, names = settled.merchant, (settled.refund.refund_no, settled.refund.payment_no)
        now, body = time.time(), msgspec.json.encode(settled.refund)
        if not settled.notify_url or self.faults.find(FaultKind.NO_NOTICE, merchant, *names):
            return
        if self.faults.find(FaultKind.WRONG_AMOUNT_NOTICE, merchant, *names):
            body = msgspec.json.encode(msgspec.structs.replace(settled.refund, amount=settled.refund.amount + 1))
        is_forged = self.faults.find(FaultKind.FORGED_NOTICE, merchant, *names) is not None
        self.ledger.add_notice(settled, body, due_at=now, is_forged=is_forged)
        if many := self.faults.find(FaultKind.DUPLICATE_NOTICES, merchant, *names):
            for _ in range(int(many.value) - 1):
                self.ledger.add_notice(settled, body, due_at=now)
        if stale := self.faults.find(FaultKind.STALE_NOTICE, merchant, *names):
            earlier = replace(
                settled, refund=msgspec.structs.replace(settled.refund, state="PROCESSING", settled_at=None)
            )
            self.ledger.add_notice(earlier, msgspec.json.encode(earlier.refund), due_at=now + stale.value)

    async def _send(self, session: aiohttp.ClientSession, notice: Notice) -> None:
        key = merchant_key(os.urandom(32) if notice.is_forged else self.secret, notice.merchant)
        headers = sign_notice(key, notice.merchant, notice.body, Stamp(int(time.time()), secrets.token_hex(8)))
        headers["Content-Type"] = "application/json"
        is_taken = False
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
            async with session.post(notice.url, data=notice.body, headers=headers) as response:
                is_taken = response.status < 300
        if is_taken or notice.attempts + 1 >= len(NOTICE_SECONDS):
            self.ledger.notice_sent(notice)
        else:
            self.ledger.notice_later(notice, due_at=time.time() + NOTICE_SECONDS[notice.attempts])
