"""Orders that merchants push, notices and answers of gateways and senders."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from types import MappingProxyType

from connectors.orders.pushed.parse import parse_order
from connectors.payments.gateway import NoticeUnreadable, SignatureRejected
from connectors.payments.sandbox.parse import read_answer, read_notice
from connectors.payments.sandbox.signature import Stamp, check_notice, merchant_key, sign_notice
from connectors.sms.sandbox.wire import read_taken
from refund_core.incoming import Rejected
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from tests.fuzz.mutations import damaged_text
from tests.unit.connectors.orders import ORDER

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
KEY = merchant_key(b"s" * 32, "shop")
STAMP = Stamp(int(NOW.timestamp()), "n-1")
ANSWER = {
    "refund_no": "R1", "payment_no": "P1", "gateway_refund_id": "g-1", "amount": 5900, "currency": "CNY",
    "state": "SUCCESS", "settled_at": 1764064800.5,
}  # fmt: skip
STATUSES = (200, 200, 200, 400, 404, 408, 409, 429, 500, 502)
SECONDS_MAX = 3_600


def an_order(_: Random, raw: bytes) -> bool:
    """An order as a merchant pushes it: whole and possible to store, or refused with a reason."""
    parsed = parse_order(raw)
    if isinstance(parsed, Rejected):
        assert parsed.reason
        return False
    order = parsed.order
    assert 0 < len(order.order_no) <= 128
    assert order.lines
    assert all(line.quantity > 0 and 0 <= line.discount <= line.quantity * line.unit_price for line in order.lines)
    assert all(payment.amount >= 0 for payment in order.payments)
    written = repr(parsed)
    assert "\\x00" not in written
    written.encode()
    return True


def a_notice(chance: Random, raw: bytes) -> bool:
    """A gateway's notice: read when it is signed, and refused when anything of it was changed."""
    headers = sign_notice(KEY, "shop", raw, STAMP)
    if is_changed := chance.random() < 0.3:
        name = chance.choice(sorted(headers))
        changed = damaged_text(chance, headers[name])
        is_changed = changed != headers[name]
        headers[name] = changed
    try:
        check_notice(KEY, headers, "shop", raw, NOW.timestamp())
    except SignatureRejected:
        return False
    assert not is_changed
    try:
        refund = read_notice(raw)
    except NoticeUnreadable:
        return False
    (refund.refund_no + (refund.gateway_refund_id or "")).encode()
    return True


def an_answer(chance: Random, raw: bytes) -> bool:
    """What comes back from a gateway or a sender, or from a proxy on the way."""
    status, wait = chance.choice(STATUSES), chance.choice((None, "5", "nan", "-1", "inf", "x", "9" * 400, "1e999"))
    read = chance.choice((read_answer, read_taken))
    try:
        read(status, wait, raw)
    except SendLater as later:
        assert 0 <= later.after_seconds <= SECONDS_MAX  # noqa: PT017 - both ends are right
        return False
    except (SendRefused, AnswerUnknown):
        return False
    return status == 200


WHOLE_ORDER = json.dumps(ORDER).encode()
Checks = Mapping[str, tuple[Sequence[bytes], Callable[[Random, bytes], bool]]]
TARGETS: Checks = MappingProxyType(
    {
        "order": ((WHOLE_ORDER, json.dumps([ORDER, ORDER]).encode()), an_order),
        "payment_notice": ((json.dumps(ANSWER).encode(),), a_notice),
        "answer": ((json.dumps(ANSWER).encode(), b'{"code":"REFUND_NOT_FOUND"}', b'{"message_id":"m-1"}'), an_answer),
    }
)
