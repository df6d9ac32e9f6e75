"""Calls to the sandbox as one merchant, each signed."""

import secrets
import time
from collections.abc import Mapping

from connectors.payments.sandbox.signature import Stamp, sign_request
from connectors.sandbox_calls import TIMEOUT_SECONDS, SandboxCalls


def merchant_calls(url: str, merchant: str, key: bytes, *, timeout_seconds: float = TIMEOUT_SECONDS) -> SandboxCalls:
    """Calls as that merchant, with its key."""

    def prove(method: str, path: str, body: bytes) -> Mapping[str, str]:
        return sign_request(key, merchant, method, path, body, Stamp(int(time.time()), secrets.token_hex(8)))

    return SandboxCalls(url.rstrip("/"), prove, timeout_seconds)
