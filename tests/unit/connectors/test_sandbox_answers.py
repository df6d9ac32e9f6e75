"""What an answer's status says of a payout: only the gateway's own refusal is one."""

import pytest

from connectors.payments.sandbox.parse import read_answer
from refund_core.sending import AnswerUnknown, SendRefused


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 301, 204])
def test_a_timeout_or_error_on_the_way_is_unknown_and_never_a_refusal(status: int) -> None:
    with pytest.raises(AnswerUnknown):
        read_answer(status, None, b"")


@pytest.mark.parametrize("status", [400, 401, 403, 409])
def test_a_refusal_names_the_gateways_own_code(status: int) -> None:
    with pytest.raises(SendRefused) as refused:
        read_answer(status, None, b'{"code":"NOT_ENOUGH"}')

    assert refused.value.code == "NOT_ENOUGH"


@pytest.mark.parametrize("raw", [b"", b"<html>Request denied</html>", b'{"message":"no"}'])
def test_a_refusal_that_is_not_the_gateways_own_is_unknown(raw: bytes) -> None:
    with pytest.raises(AnswerUnknown):
        read_answer(403, None, raw)
