"""Calls to the SMS sandbox as one merchant."""

from connectors.sandbox_calls import TIMEOUT_SECONDS, SandboxCalls
from connectors.sms.sandbox.wire import call_headers


def merchant_calls(url: str, merchant: str, key: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> SandboxCalls:
    """Calls as that merchant, with its key."""
    headers = call_headers(merchant, key)
    return SandboxCalls(url.rstrip("/"), lambda _method, _path, _body: headers, timeout_seconds)
