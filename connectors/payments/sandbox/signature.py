"""Who says it: HMAC-SHA256 over method, path, time, nonce and body, with keys derived from the one sandbox secret."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.payments.gateway import SignatureRejected

WINDOW_SECONDS = 300
MERCHANT = "Sandbox-Merchant"
TIMESTAMP = "Sandbox-Timestamp"
NONCE = "Sandbox-Nonce"
SIGNATURE = "Sandbox-Signature"
ADMIN = "#admin"
_NOTICE = "NOTICE"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a request was signed (seconds since 1970) and its random word."""

    timestamp: int
    nonce: str


def merchant_key(secret: bytes, merchant: str) -> bytes:
    """The key of one merchant for its requests and for the notices it gets."""
    return hmac.digest(secret, b"merchant:" + merchant.encode(), hashlib.sha256)


def sign_request(key: bytes, merchant: str, method: str, path: str, body: bytes, stamp: Stamp) -> dict[str, str]:
    """The headers of a request; path is path and query as sent."""
    return _headers(merchant, stamp, _mac(key, merchant, method, path, stamp, body))


def sign_notice(key: bytes, merchant: str, body: bytes, stamp: Stamp) -> dict[str, str]:
    """The headers of a notice; it does not bind the address, which proxies may rewrite."""
    return _headers(merchant, stamp, _mac(key, merchant, _NOTICE, "", stamp, body))


def check_request(key: bytes, headers: Mapping[str, str], method: str, path: str, body: bytes, now: float) -> None:
    """Raise SignatureRejected unless the request was signed with this key within the window."""
    _check(key, headers, (method, path), body, now)


def check_notice(key: bytes, headers: Mapping[str, str], merchant: str, body: bytes, now: float) -> None:
    """Raise SignatureRejected unless the notice was signed for this merchant within the window."""
    if not hmac.compare_digest(headers.get(MERCHANT, "").encode(errors="surrogateescape"), merchant.encode()):
        raise SignatureRejected
    _check(key, headers, (_NOTICE, ""), body, now)


def _check(key: bytes, headers: Mapping[str, str], place: tuple[str, str], body: bytes, now: float) -> None:
    stamp = Stamp(_seconds(headers.get(TIMESTAMP, "")), headers.get(NONCE, ""))
    wanted = _mac(key, headers.get(MERCHANT, ""), *place, stamp, body)
    is_signed = hmac.compare_digest(wanted, headers.get(SIGNATURE, "").encode(errors="surrogateescape"))
    if not is_signed or abs(now - stamp.timestamp) > WINDOW_SECONDS:
        raise SignatureRejected


def _seconds(text: str) -> int:
    """The time as it was signed: one spelling only, so that nothing of what was sent may be changed."""
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0
    return seconds if str(seconds) == text else 0


def _headers(merchant: str, stamp: Stamp, signature: bytes) -> dict[str, str]:
    return {
        MERCHANT: merchant,
        TIMESTAMP: str(stamp.timestamp),
        NONCE: stamp.nonce,
        SIGNATURE: signature.decode(),
    }


def _mac(key: bytes, merchant: str, method: str, path: str, stamp: Stamp, body: bytes) -> bytes:
    head = "\n".join((merchant, method, path, str(stamp.timestamp), stamp.nonce, ""))
    return hmac.new(key, head.encode(errors="surrogateescape") + body, hashlib.sha256).hexdigest().encode()
