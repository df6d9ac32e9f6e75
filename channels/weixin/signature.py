"""Whether WeChat sent this, for this account and now; pure, time is an argument."""

from datetime import datetime

from channels.channel import PayloadUnreadable, SignatureRejected, WebhookAnswer, WebhookRequest
from channels.weixin.crypto import PushKeys, decrypt, is_signed
from channels.weixin.wire import fields_of

WINDOW_SECONDS = 300
NONCE_LENGTH_MAX = 128
ECHO_LENGTH_MAX = 512
_TIMESTAMP_LENGTH_MAX = 12


def verify_push(request: WebhookRequest, keys: PushKeys, *, now: datetime) -> bytes:
    """The push, decrypted where the account has a key. Raises SignatureRejected before anything of it is read.

    With a key only the signature over the encrypted text counts, never the plain one, which does not cover the body.
    """
    timestamp, nonce = _stamp(request, now)
    if keys.aes_key is None:
        _check(request.query.get("signature"), keys.token, timestamp, nonce)
        return request.raw
    signature = request.query.get("msg_signature")
    if not signature:
        raise SignatureRejected("msg_signature: missing")
    encrypted = _encrypted(request.raw)
    _check(signature, keys.token, timestamp, nonce, encrypted)
    return decrypt(encrypted, keys)


def answer_challenge(request: WebhookRequest, keys: PushKeys, *, now: datetime) -> WebhookAnswer | None:
    """The echo that proves to WeChat that the address is ours, None for what asks for none."""
    echo = request.query.get("echostr")
    if request.method != "GET" or echo is None:
        return None
    _check(request.query.get("signature"), keys.token, *_stamp(request, now))
    if not 0 < len(echo) <= ECHO_LENGTH_MAX or not echo.isprintable():
        raise SignatureRejected("echostr: not a text of 1 to 512 characters")
    return WebhookAnswer(echo.encode())


def _stamp(request: WebhookRequest, now: datetime) -> tuple[str, str]:
    timestamp, nonce = request.query.get("timestamp", ""), request.query.get("nonce", "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _TIMESTAMP_LENGTH_MAX):
        raise SignatureRejected("timestamp: missing or not a number")
    if not 0 < len(nonce) <= NONCE_LENGTH_MAX:
        raise SignatureRejected("nonce: missing or too long")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise SignatureRejected("timestamp: too far from now")
    return timestamp, nonce


def _check(signature: str | None, *parts: str) -> None:
    try:
        held = is_signed(signature, *parts)
    except UnicodeEncodeError:
        held = False
    if not held:
        raise SignatureRejected("signature: missing or wrong")


def _encrypted(raw: bytes) -> str:
    try:
        encrypted = fields_of(raw).get("Encrypt")
    except PayloadUnreadable as error:
        raise SignatureRejected(f"body: no encrypted message ({error})") from None
    if not isinstance(encrypted, str) or not encrypted:
        raise SignatureRejected("Encrypt: missing")
    return encrypted
