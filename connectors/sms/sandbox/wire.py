"""What the SMS sandbox is asked and answers, who may ask, and what an answer means; pure."""

import hashlib
import hmac

import msgspec

from connectors.sandbox_answers import RETRY_AFTER_SECONDS, code_of
from connectors.sms.sender import Receipt
from refund_core.sending import AnswerUnknown, SendLater, SendRefused, wait_seconds
from refund_core.shape_words import UNREADABLE

MERCHANT = "Sandbox-Merchant"
ADMIN = "#admin"


class SmsRequest(msgspec.Struct, frozen=True):
    """One text to send."""

    key: str
    phone: str
    signature: str
    template: str
    locale: str
    text: str


class SmsTaken(msgspec.Struct, frozen=True):
    """It was taken."""

    message_id: str


class SmsSent(msgspec.Struct, frozen=True):
    """One text in the sandbox's outbox; at is seconds since 1970."""

    message_id: str
    key: str
    phone: str
    template: str
    locale: str
    text: str
    at: float


def account_key(secret: bytes, merchant: str) -> str:
    """The key that a merchant's calls bear."""
    return hmac.digest(secret, b"sms:" + merchant.encode(), hashlib.sha256).hex()


def call_headers(merchant: str, key: str) -> dict[str, str]:
    """The headers of a call."""
    return {MERCHANT: merchant, "Authorization": f"Bearer {key}"}


def is_allowed(secret: bytes, merchant: str, authorization: str) -> bool:
    """True for the merchant's own key, compared in constant time."""
    wanted = f"Bearer {account_key(secret, merchant)}"
    return hmac.compare_digest(wanted.encode(), authorization.encode(errors="surrogateescape"))


def read_taken(status: int, retry_after: str | None, raw: bytes) -> Receipt:
    """An answer's receipt; raises SendLater, SendRefused or AnswerUnknown for every other answer.

    Only the sandbox itself refuses, with its own code: what a proxy on the way says leaves open what became of it.
    """
    if status == 429:
        raise SendLater(wait_seconds(retry_after, RETRY_AFTER_SECONDS), "RATE_LIMITED")
    if status == 200:
        return _receipt(raw)
    code = code_of(raw)
    if 400 <= status < 500 and status != 408 and code:
        raise SendRefused(code)
    raise AnswerUnknown(code or f"HTTP_{status}")


def _receipt(raw: bytes) -> Receipt:
    try:
        return Receipt(msgspec.json.decode(raw, type=SmsTaken).message_id)
    except UNREADABLE:
        raise AnswerUnknown("UNREADABLE") from None
