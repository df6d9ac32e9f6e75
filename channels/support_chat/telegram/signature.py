"""Telegram signs nothing; it shows the secret that was given to it with the webhook. Pure."""

import hmac
import re
from collections.abc import Mapping

from channels.channel import BadSetting, SignatureRejected

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  # a header's name
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def checked_secret(secret: str) -> str:
    """The webhook's secret as Telegram allows it. Raises BadSetting for a missing or malformed one."""
    if not secret:
        raise BadSetting("webhook_secret is missing: without it anybody could write in a customer's name")
    if not _SECRET.fullmatch(secret):
        raise BadSetting("webhook_secret must be 1 to 256 characters of A-Z, a-z, 0-9, _ and -")
    return secret


def verify_secret(headers: Mapping[str, str], secret: str) -> None:
    """Raises SignatureRejected unless the header shows the secret; compared in constant time.

    An account without a secret (it polls) takes no request at all.
    """
    shown = headers.get(SECRET_HEADER, "")
    is_right = hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), secret.encode())
    if not is_right or not secret:
        raise SignatureRejected("the secret token is missing or wrong")
