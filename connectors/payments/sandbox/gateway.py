"""The sandbox as a payment gateway: joins calls, signature and parse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from connectors.payments.gateway import GatewayAccount, GatewayRefund, PaymentGateway, RefundInstruction
from connectors.payments.sandbox.calls import merchant_calls
from connectors.payments.sandbox.parse import is_unheard_of, read_answer, read_notice, request_body
from connectors.payments.sandbox.signature import check_notice, merchant_key
from connectors.sandbox_calls import TIMEOUT_SECONDS, SandboxCalls

REFUNDS = "/v1/refunds"


@dataclass(frozen=True, slots=True)
class SandboxGateway:
    """One merchant's account at the sandbox."""

    merchant: str
    notify_url: str
    calls: SandboxCalls
    key: bytes = field(repr=False)

    async def refund(self, instruction: RefundInstruction) -> GatewayRefund:
        """Ask for a payout; the same instruction again is the same payout."""
        answer = await self.calls.call("POST", REFUNDS, request_body(instruction, self.notify_url))
        return read_answer(answer.status, answer.retry_after, answer.raw)

    async def look_up(self, instruction: RefundInstruction) -> GatewayRefund | None:
        """What the sandbox knows under our number."""
        answer = await self.calls.call("GET", f"{REFUNDS}/{quote(instruction.refund_no, safe='')}")
        if is_unheard_of(answer.status, answer.raw):
            return None
        return read_answer(answer.status, answer.retry_after, answer.raw)

    def verify_notice(self, headers: Mapping[str, str], raw: bytes, *, now: datetime) -> GatewayRefund:
        """Read a notice after its signature held."""
        check_notice(self.key, headers, self.merchant, raw, now.timestamp())
        return read_notice(raw)

    async def close(self) -> None:
        """Close its connections."""
        await self.calls.close()


def open_gateway(account: GatewayAccount) -> PaymentGateway:
    """The account's gateway; settings: url, secret (hexadecimal), and timeout_seconds if other than usual."""
    key = merchant_key(bytes.fromhex(account.settings["secret"]), account.merchant)
    timeout = float(account.settings.get("timeout_seconds", TIMEOUT_SECONDS))
    calls = merchant_calls(account.settings["url"], account.merchant, key, timeout_seconds=timeout)
    return SandboxGateway(account.merchant, account.notify_url, calls, key)
