"""What a payment gateway is to us: pay back over one payment, look a refund up by our number, verify its notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from refund_core.money import Money

# A notice is believed only this close to the time it bears, whatever the gateway.
NOTICE_WINDOW_SECONDS = 300


class GatewayState(StrEnum):
    """What a gateway says of a refund; succeeded and closed are its last words, the rest may still change.

    pending: accepted or in work. abnormal: stuck there until a person acts. failed: refused, no money moved.
    """

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"
    FAILED = "failed"
    ABNORMAL = "abnormal"


@dataclass(frozen=True, slots=True)
class RefundInstruction:
    """One payout to ask for; refund_no is ours, was stored before the first call and never changes on retry."""

    refund_no: str
    payment_no: str
    amount: Money
    captured: Money
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GatewayRefund:
    """A refund as the gateway knows it; code is the gateway's own word."""

    refund_no: str
    gateway_refund_id: str | None
    state: GatewayState
    amount: Money
    code: str = ""


@dataclass(frozen=True, slots=True)
class GatewayAccount:
    """A merchant's account at a gateway; the settings' names are the gateway's own."""

    merchant: str
    notify_url: str
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)


class SignatureRejected(Exception):
    """A notice that the gateway did not sign for this merchant and this moment; nothing of it was read."""


class NoticeUnreadable(Exception):
    """Signed by the gateway, but not a refund notice."""


class PaymentGateway(Protocol):
    """One merchant's account at one gateway."""

    async def refund(self, instruction: RefundInstruction) -> GatewayRefund:
        """Ask for a payout; the same instruction again is the same payout.

        Raises SendLater, SendRefused and AnswerUnknown.
        """
        ...

    async def look_up(self, instruction: RefundInstruction) -> GatewayRefund | None:
        """What the gateway knows under our number; None when it surely never heard of it.

        Raises SendLater, SendRefused and AnswerUnknown.
        """
        ...

    def verify_notice(self, headers: Mapping[str, str], raw: bytes, *, now: datetime) -> GatewayRefund:
        """Read a notice after its signature over the raw bytes held, in constant time.

        Raises SignatureRejected and NoticeUnreadable.
        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
