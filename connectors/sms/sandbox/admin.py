"""What else a running SMS sandbox can be asked: what it sent, and to do wrong. For tests and demos."""

from collections.abc import Sequence

import msgspec

from connectors.sms.sandbox.calls import merchant_calls
from connectors.sms.sandbox.faults import SmsFault
from connectors.sms.sandbox.sender import MESSAGES
from connectors.sms.sandbox.wire import ADMIN, SmsSent, account_key

_FAULTS = "/sms/admin/faults"


async def read_sms(url: str, secret: bytes, merchant: str) -> list[SmsSent]:
    """The merchant's newest texts, the newest first."""
    return msgspec.json.decode(await _call(url, secret, merchant, "GET", MESSAGES), type=list[SmsSent])


async def set_sms_faults(url: str, secret: bytes, faults: Sequence[SmsFault]) -> None:
    """From now on just these faults."""
    await _call(url, secret, ADMIN, "PUT", _FAULTS, msgspec.json.encode(list(faults)))


async def _call(url: str, secret: bytes, merchant: str, method: str, path: str, body: bytes = b"") -> bytes:
    client = merchant_calls(url, merchant, account_key(secret, merchant))
    try:
        answer = await client.call(method, path, body)
    finally:
        await client.close()
    if answer.status != 200:
        raise RuntimeError(f"the SMS sandbox answered {answer.status}")
    return answer.raw
