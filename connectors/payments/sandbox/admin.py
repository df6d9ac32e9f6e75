"""What else a running sandbox can be asked: to do wrong, and for its bill. For tests, demos and the books."""

from collections.abc import Sequence

import msgspec

from connectors.payments.sandbox.calls import merchant_calls
from connectors.payments.sandbox.faults import Fault
from connectors.payments.sandbox.ledger import Movement
from connectors.payments.sandbox.parse import RefundAnswer
from connectors.payments.sandbox.signature import ADMIN, merchant_key

_BILL_PAGE = 500


async def set_faults(url: str, secret: bytes, faults: Sequence[Fault]) -> None:
    """From now on just these faults."""
    await _call(url, secret, ADMIN, "PUT", "/admin/faults", msgspec.json.encode(list(faults)))


async def read_bill(url: str, secret: bytes, merchant: str) -> list[RefundAnswer]:
    """Every refund that the sandbox knows for the merchant."""
    bill: list[RefundAnswer] = []
    while True:
        after = bill[-1].refund_no if bill else ""
        page = msgspec.json.decode(
            await _call(url, secret, merchant, "GET", f"/v1/bill?after={after}"), type=list[RefundAnswer]
        )
        bill += page
        if len(page) < _BILL_PAGE:
            return bill


async def read_movements(url: str, secret: bytes, merchant: str) -> list[Movement]:
    """All money that went back."""
    raw = await _call(url, secret, merchant, "GET", "/v1/movements")
    return msgspec.json.decode(raw, type=list[Movement])


async def _call(url: str, secret: bytes, merchant: str, method: str, path: str, body: bytes = b"") -> bytes:
    client = merchant_calls(url, merchant, merchant_key(secret, merchant))
    try:
        answer = await client.call(method, path, body)
    finally:
        await client.close()
    if answer.status != 200:
        raise RuntimeError(f"the sandbox answered {answer.status}")
    return answer.raw
