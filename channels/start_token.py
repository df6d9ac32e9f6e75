"""Start tokens: short enough for a deep link (64 characters), signed by the merchant's server with its chat secret.

The bytes are version 1, the end of validity (seconds since 1970, 4 bytes), the length of the customer's external_id,
the external_id, the order number (may be empty) and the first 12 bytes of an HMAC-SHA256 over `refundbot-start\\0` and
all of that; written in base64url without padding. External id and order number have 30 bytes together.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime

TOKEN_LENGTH_MAX = 64
SECONDS_MAX = 3_600
_VERSION = 1
_MAC_BYTES = 12
_HEAD_BYTES = 6
_PURPOSE = b"refundbot-start\x00"


class StartRefused(Exception):
    """A token that this merchant did not sign, or that is over; code is malformed, wrong_signature or expired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Start:
    """Whom the merchant vouches for, and the order it is about; None where none is named."""

    customer: str
    order_no: str | None


def sign_start(start: Start, secret: str, *, expires_at: datetime) -> str:
    """The token. Raises ValueError where external id and order number are too long for a link."""
    customer, order_no = start.customer.encode(), (start.order_no or "").encode()
    body = bytes((_VERSION,)) + int(expires_at.timestamp()).to_bytes(4, "big") + bytes((len(customer),))
    token = base64.urlsafe_b64encode(_sealed(body + customer + order_no, secret)).rstrip(b"=").decode()
    if not customer or len(token) > TOKEN_LENGTH_MAX:
        raise ValueError("customer and order number must have 1 to 30 bytes together")
    return token


def read_start(token: str, secret: str, *, now: datetime) -> Start:
    """What a token says. Raises StartRefused."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise StartRefused("malformed") from None
    body = raw[:-_MAC_BYTES]
    if len(token) > TOKEN_LENGTH_MAX or len(body) <= _HEAD_BYTES:
        raise StartRefused("malformed")
    if not hmac.compare_digest(raw, _sealed(body, secret)):
        raise StartRefused("wrong_signature")
    seconds, length = int.from_bytes(body[1:5], "big"), body[5]
    if body[0] != _VERSION or not 0 < length <= len(body) - _HEAD_BYTES:
        raise StartRefused("malformed")
    if not 0 < seconds - now.timestamp() <= SECONDS_MAX:
        raise StartRefused("expired")
    try:
        customer = body[_HEAD_BYTES : _HEAD_BYTES + length].decode()
        order_no = body[_HEAD_BYTES + length :].decode()
    except UnicodeDecodeError:
        raise StartRefused("malformed") from None
    return Start(customer, order_no or None)


def _sealed(body: bytes, secret: str) -> bytes:
    return body + hmac.digest(secret.encode(), _PURPOSE + body, "sha256")[:_MAC_BYTES]
