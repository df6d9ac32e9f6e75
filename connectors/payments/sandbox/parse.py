"""The sandbox's bytes and our words, both ways; pure."""

import msgspec

from connectors.payments.gateway import (
    GatewayRefund,
    GatewayState,
    NoticeUnreadable,
    RefundInstruction,
)
from connectors.sandbox_answers import RETRY_AFTER_SECONDS, code_of
from refund_core.money import Money
from refund_core.sending import AnswerUnknown, SendLater, SendRefused, wait_seconds
from refund_core.shape_words import UNREADABLE

REFUND_NOT_FOUND = "REFUND_NOT_FOUND"
_WORDS = {
    "PROCESSING": GatewayState.PENDING,
    "SUCCESS": GatewayState.SUCCEEDED,
    "CLOSED": GatewayState.CLOSED,
    "ABNORMAL": GatewayState.ABNORMAL,
}


class RefundRequest(msgspec.Struct, frozen=True):
    """What the sandbox is asked; captured is the whole payment's amount."""

    refund_no: str
    payment_no: str
    amount: int
    captured: int
    currency: str
    notify_url: str
    reason: str = ""


class RefundAnswer(msgspec.Struct, frozen=True):
    """A refund as the sandbox tells it, in answers, notices and its bill."""

    refund_no: str
    payment_no: str
    gateway_refund_id: str
    amount: int
    currency: str
    state: str
    settled_at: float | None = None


def request_body(instruction: RefundInstruction, notify_url: str) -> bytes:
    """The request for a payout."""
    return msgspec.json.encode(
        RefundRequest(
            refund_no=instruction.refund_no,
            payment_no=instruction.payment_no,
            amount=instruction.amount.minor,
            captured=instruction.captured.minor,
            currency=instruction.amount.currency,
            notify_url=notify_url,
            reason=instruction.reason,
        )
    )


def read_answer(status: int, retry_after: str | None, raw: bytes) -> GatewayRefund:
    """An answer's refund; raises SendLater, SendRefused or AnswerUnknown for every other answer.

    Only the gateway refuses, with its own code: what a proxy on the way says (or 408) leaves open what became of it.
    """
    if status == 429:
        raise SendLater(wait_seconds(retry_after, RETRY_AFTER_SECONDS), "RATE_LIMITED")
    code = code_of(raw) if status != 200 else ""
    if 400 <= status < 500 and status != 408 and code:
        raise SendRefused(code)
    if status != 200:
        raise AnswerUnknown(code or f"HTTP_{status}")
    try:
        return to_refund(msgspec.json.decode(raw, type=RefundAnswer))
    except (*UNREADABLE, KeyError):
        raise AnswerUnknown("UNREADABLE") from None


def is_unheard_of(status: int, raw: bytes) -> bool:
    """True when the sandbox itself says that it has no such refund; another 404 (a wrong address) says nothing."""
    return status == 404 and code_of(raw) == REFUND_NOT_FOUND


def read_notice(raw: bytes) -> GatewayRefund:
    """A notice's refund, its signature already checked; raises NoticeUnreadable."""
    try:
        return to_refund(msgspec.json.decode(raw, type=RefundAnswer))
    except (*UNREADABLE, KeyError):
        raise NoticeUnreadable from None


def to_refund(answer: RefundAnswer) -> GatewayRefund:
    """The sandbox's words as ours; KeyError for a state that it does not have."""
    return GatewayRefund(
        refund_no=answer.refund_no,
        gateway_refund_id=answer.gateway_refund_id,
        state=_WORDS[answer.state],
        amount=Money(answer.amount, answer.currency),
        code=answer.state,
    )
