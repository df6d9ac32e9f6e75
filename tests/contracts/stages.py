"""For each payment method a stage: a fake platform that really listens, an account at it, and a way to break it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from connectors.payments.gateway import GatewayAccount, RefundInstruction
from connectors.payments.sandbox.admin import read_movements, set_faults
from connectors.payments.sandbox.faults import Fault, FaultKind
from connectors.payments.sandbox.parse import RefundAnswer
from connectors.payments.sandbox.server import SandboxServer, running_sandbox
from connectors.payments.sandbox.signature import Stamp, merchant_key, sign_notice

MERCHANT = "lamps"


class Stage(Protocol):
    """What the contract needs of a fake platform."""

    @property
    def account(self) -> GatewayAccount:
        """A good one."""
        ...

    @property
    def bad_account(self) -> GatewayAccount:
        """One with wrong credentials."""
        ...

    @property
    def dead_account(self) -> GatewayAccount:
        """One at an address where nobody listens."""
        ...

    async def break_it(self, how: str) -> None:
        """From now on: "lost", "error", "limited" (for 7 s) or "refused" (with the code NOT_ENOUGH)."""
        ...

    async def moved_minor(self) -> int:
        """What was really paid back."""
        ...

    def notice(self, instruction: RefundInstruction, at: int) -> tuple[dict[str, str], bytes]:
        """A notice of success as the platform signs it at a second since 1970."""
        ...


_SANDBOX_FAULTS = {
    "lost": Fault(FaultKind.LOST_ANSWER),
    "error": Fault(FaultKind.SERVER_ERROR),
    "limited": Fault(FaultKind.RATE_LIMITED, value=7),
    "refused": Fault(FaultKind.REFUSED, code="NOT_ENOUGH"),
}


@dataclass(frozen=True)
class SandboxStage:
    """The sandbox is its own fake."""

    url: str
    secret: bytes = b"contract"

    @property
    def account(self) -> GatewayAccount:
        return self._account(self.url, self.secret)

    @property
    def bad_account(self) -> GatewayAccount:
        return self._account(self.url, b"wrong")

    @property
    def dead_account(self) -> GatewayAccount:
        return self._account("http://127.0.0.1:9", self.secret)

    async def break_it(self, how: str) -> None:
        await set_faults(self.url, self.secret, [_SANDBOX_FAULTS[how]])

    async def moved_minor(self) -> int:
        return sum(movement.amount for movement in await read_movements(self.url, self.secret, MERCHANT))

    def notice(self, instruction: RefundInstruction, at: int) -> tuple[dict[str, str], bytes]:
        amount = instruction.amount
        answer = RefundAnswer(
            instruction.refund_no, instruction.payment_no, "g-1", amount.minor, amount.currency, "SUCCESS"
        )
        body = msgspec.json.encode(answer)
        return sign_notice(merchant_key(self.secret, MERCHANT), MERCHANT, body, Stamp(at, "nonce")), body

    def _account(self, url: str, secret: bytes) -> GatewayAccount:
        return GatewayAccount(MERCHANT, "", {"url": url, "secret": secret.hex()})


@asynccontextmanager
async def _sandbox(folder: Path) -> AsyncIterator[Stage]:
    async with running_sandbox(SandboxServer(b"contract", folder, settle_seconds=0)) as url:
        yield SandboxStage(url)


STAGES: Mapping[str, Callable[[Path], AbstractAsyncContextManager[Stage]]] = {"sandbox": _sandbox}
