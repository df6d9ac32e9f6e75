"""What befalls the shop: one thing after another, by the dice."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import msgspec

from connectors.payments.sandbox.admin import set_faults
from connectors.payments.sandbox.faults import Fault, FaultKind
from connectors.payments.sandbox.parse import RefundAnswer
from connectors.payments.sandbox.signature import Stamp, merchant_key, sign_notice
from storage.database import Database
from tests.chaos.servers import BACK_SECONDS_MAX, Servers
from tests.chaos.shop import SLUG

FREEZE_SECONDS = 8.0
_FAULTS = (
    Fault(FaultKind.LOST_ANSWER, share=0.4),
    Fault(FaultKind.TRUNCATED, share=0.2),
    Fault(FaultKind.SERVER_ERROR, share=0.3),
    Fault(FaultKind.RATE_LIMITED, value=1, share=0.3),
    Fault(FaultKind.SLOW, value=0.5, share=0.4),
    Fault(FaultKind.SLOW, value=3.0, share=0.1),
    Fault(FaultKind.PENDING, value=4, share=0.4),
    Fault(FaultKind.REFUSED, code="NOT_ENOUGH", share=0.1),
    Fault(FaultKind.CLOSED_LATER, value=0.5, share=0.15),
    Fault(FaultKind.NO_NOTICE, share=0.4),
    Fault(FaultKind.FORGED_NOTICE, share=0.3),
)
# Networks do this every day.
_ALWAYS = (
    Fault(FaultKind.DUPLICATE_NOTICES, value=4, share=0.4),
    Fault(FaultKind.STALE_NOTICE, value=0.2, share=0.4),
    Fault(FaultKind.PENDING, value=1.5, share=0.3),
)
_REFUNDS = "SELECT refund_no, payment_no, amount_minor, currency, state FROM refund ORDER BY random() LIMIT 20"


@dataclass(eq=False)
class Monkey:
    """Kills, stops, flushes, drops, breaks and forges."""

    servers: Servers
    db: Database
    secret: bytes
    dice: random.Random
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """Processes ended by SIGKILL."""
        return sum(number * (3 if name == "kill all" else 1) for name, number in self.done.items() if "kill" in name)

    async def strike(self) -> str:
        """One thing; afterwards everything runs again."""
        names, weights = zip(*_WEIGHTS.items(), strict=True)
        name = self.dice.choices(names, weights)[0]
        await self._action(name)()
        self.done[name] += 1
        return str(name)

    def _action(self, name: str) -> Callable[[], Awaitable[None]]:
        return {
            "kill serve": lambda: self._kill("serve"),
            "kill work": lambda: self._kill("work"),
            "kill sandbox": lambda: self._kill("sandbox"),
            "kill all": self._kill_all,
            "freeze work": lambda: self.servers.freeze("work", FREEZE_SECONDS),
            "flush redis": self.servers.flush_redis,
            "drop connections": self.servers.drop_connections,
            "restart database": self._restart_database,
            "change faults": self.change_faults,
            "forge notices": self._forge,
        }[name]

    async def change_faults(self) -> None:
        """Other faults at the gateway."""
        faults = [*_ALWAYS, *self.dice.sample(_FAULTS, self.dice.randint(1, 5))]
        await set_faults(self.servers.sandbox_url, self.secret, faults)

    async def behave(self) -> None:
        """No faults at the gateway."""
        await set_faults(self.servers.sandbox_url, self.secret, [])

    async def _kill(self, name: str) -> None:
        await self.servers.kill(name)
        await self.servers.start(name)
        if name == "sandbox":
            await self.change_faults()

    async def _kill_all(self) -> None:
        names = ["serve", "work", "sandbox"]
        await asyncio.gather(*(self.servers.kill(name) for name in names))
        await asyncio.gather(*(self.servers.start(name) for name in names))
        await self.change_faults()

    async def _restart_database(self) -> None:
        seconds = await self.servers.restart_database()
        if seconds >= BACK_SECONDS_MAX:
            self.wrong.append(f"not ready {seconds:.0f} s after the database was back")

    async def _forge(self) -> None:
        """Notices that nobody's key has signed; a server that believes one of them is wrong."""
        rows = await self.db.fetch(_REFUNDS)
        url = f"{self.servers.url}/webhooks/{SLUG}/payments/sandbox"
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            for row in rows:
                state = "CLOSED" if row["state"] == "succeeded" else "SUCCESS"
                answer = RefundAnswer(
                    row["refund_no"], row["payment_no"], "forged", row["amount_minor"], row["currency"], state
                )
                body = msgspec.json.encode(answer)
                stamp = Stamp(int(loop.time()), "nonce")
                headers = sign_notice(merchant_key(b"forger", SLUG), SLUG, body, stamp)
                await self._post(http, url, body, headers)

    async def _post(self, http: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> None:
        try:
            async with http.post(url, data=body, headers=headers) as response:
                if response.status != 401:
                    self.wrong.append(f"a forged notice was answered with {response.status}")
        except (aiohttp.ClientError, TimeoutError, OSError):
            return


_WEIGHTS = {
    "kill serve": 10,
    "kill work": 6,
    "kill sandbox": 7,
    "kill all": 8,
    "freeze work": 0.4,
    "flush redis": 2,
    "drop connections": 3,
    "restart database": 1.5,
    "change faults": 2,
    "forge notices": 2,
}
