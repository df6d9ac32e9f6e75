"""Who is speaking: the merchant's signed identity (a JWT) and our own session token; pure, time is an argument."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeGuard
from uuid import UUID

import jwt
import msgspec
from jwt.exceptions import InvalidSubjectError

from dialogs.messages import Locale

TOKEN_LENGTH_MAX = 4_096
SESSIONS_REMEMBERED_MAX = 4_096
CUSTOMER_LENGTH_MAX = 200
_DIGEST_BYTES = 32
_FUTURE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Identity:
    """A consumer as the merchant's own server vouches for them."""

    customer: str
    order_no: str | None = None
    locale: Locale | None = None


class Session(msgspec.Struct, frozen=True, array_like=True):
    """What a session token says; it is not stored anywhere, the signature alone makes it true."""

    merchant_id: UUID
    slug: str
    conversation_id: UUID
    expires: int
    customer: str | None = None
    order_no: str | None = None
    locale: Locale | None = None


class IdentityRefused(Exception):
    """An identity that proves nothing.

    code: malformed, wrong_algorithm, wrong_signature, expired, expires_too_late, not_yet_valid, no_expiry, no_subject,
    bad_claim.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SessionRefused(Exception):
    """A session token that proves nothing; code: malformed, wrong_signature, expired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_identity(token: str, secret: str, *, now: datetime, seconds_max: int) -> Identity:
    """The identity in a JWT. HS256 alone is taken, whatever the token's header asks for. Raises IdentityRefused."""
    if len(token) > TOKEN_LENGTH_MAX:
        raise IdentityRefused("malformed")
    claims = _verified_claims(token, secret)
    _check_times(claims, now.timestamp(), seconds_max)
    customer = claims.get("sub")
    if not isinstance(customer, str) or not 0 < len(customer) <= CUSTOMER_LENGTH_MAX or not customer.isprintable():
        raise IdentityRefused("no_subject")
    order_no, locale = claims.get("order_no"), claims.get("locale")
    if order_no is not None and not (isinstance(order_no, str) and 0 < len(order_no) <= 128 and order_no.isprintable()):
        raise IdentityRefused("bad_claim")
    return Identity(customer, order_no, locale if locale in {"zh-CN", "en"} else None)


def sign_identity(
    customer: str,
    secret: str,
    *,
    now: datetime,
    seconds: int = 600,
    order_no: str | None = None,
    locale: str | None = None,
) -> str:
    """An identity as a merchant's server makes it; for the terminal chat and the demo shop."""
    claims = {"sub": customer, "exp": int(now.timestamp()) + seconds, "order_no": order_no, "locale": locale}
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, secret, algorithm="HS256")


def issue_session(session: Session, key: bytes) -> str:
    """The token of a session."""
    raw = msgspec.msgpack.encode(session)
    return base64.urlsafe_b64encode(hmac.digest(key, raw, hashlib.sha256) + raw).rstrip(b"=").decode()


def read_session(token: str, key: bytes, *, now_seconds: float) -> Session:
    """The session of a token. Raises SessionRefused."""
    session = _signed_session(token, key)
    if session.expires <= now_seconds:
        raise SessionRefused("expired")
    return session


@lru_cache(maxsize=SESSIONS_REMEMBERED_MAX)
def _signed_session(token: str, key: bytes) -> Session:
    """What the token says, whenever it was issued; each message of a chat brings the same one."""
    try:
        signed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SessionRefused("malformed") from None
    raw = signed[_DIGEST_BYTES:]
    if not hmac.compare_digest(hmac.digest(key, raw, hashlib.sha256), signed[:_DIGEST_BYTES]):
        raise SessionRefused("wrong_signature")
    return _SESSIONS.decode(raw)


_SESSIONS = msgspec.msgpack.Decoder(Session)


def _verified_claims(token: str, secret: str) -> dict[str, Any]:
    options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        return jwt.decode(token, secret, algorithms=["HS256"], options=options)
    except jwt.InvalidAlgorithmError:
        raise IdentityRefused("wrong_algorithm") from None
    except jwt.InvalidSignatureError:
        raise IdentityRefused("wrong_signature") from None
    except InvalidSubjectError:
        raise IdentityRefused("no_subject") from None
    except jwt.PyJWTError:
        raise IdentityRefused("malformed") from None


def _check_times(claims: dict[str, Any], now: float, seconds_max: int) -> None:
    expires, starts = claims.get("exp"), claims.get("nbf", 0)
    if not _is_number(expires):
        raise IdentityRefused("no_expiry")
    if expires <= now:
        raise IdentityRefused("expired")
    if expires > now + seconds_max + _FUTURE_SECONDS:
        raise IdentityRefused("expires_too_late")
    if not _is_number(starts) or starts > now + _FUTURE_SECONDS:
        raise IdentityRefused("not_yet_valid")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
