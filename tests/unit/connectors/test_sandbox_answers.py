"""What an answer's status says of a payout: only the gateway's own refusal is one."""

import pytest

from connectors.payments.gateway import NoticeUnreadable, SignatureRejected
from connectors.payments.sandbox.parse import read_answer, read_notice
from connectors.payments.sandbox.signature import Stamp, check_notice, sign_notice
from connectors.sms.sandbox.wire import read_taken
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

BROKEN = [b'{"refund_no":"\xe5^"}', b'{"message_id":"\xff"}', b'{"code":"\xff"}', b"[" * 100_000]


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


@pytest.mark.parametrize("raw", BROKEN)
@pytest.mark.parametrize("status", [200, 403])
def test_an_answer_that_is_no_text_or_nested_without_end_is_unknown(status: int, raw: bytes) -> None:
    for read in (read_answer, read_taken):
        with pytest.raises(AnswerUnknown):
            read(status, None, raw)


@pytest.mark.parametrize("raw", BROKEN)
def test_a_notice_that_is_no_text_or_nested_without_end_is_unreadable(raw: bytes) -> None:
    with pytest.raises(NoticeUnreadable):
        read_notice(raw)


@pytest.mark.parametrize("name", ["Sandbox-Merchant", "Sandbox-Signature", "Sandbox-Timestamp", "Sandbox-Nonce"])
def test_a_notice_whose_header_holds_a_broken_byte_is_not_signed(name: str) -> None:
    headers = sign_notice(b"key", "shop", b"{}", Stamp(1_764_064_800, "n"))
    headers[name] += b"\xff".decode(errors="surrogateescape")

    with pytest.raises(SignatureRejected):
        check_notice(b"key", headers, "shop", b"{}", 1_764_064_800)


def test_the_time_of_a_notice_has_one_spelling() -> None:
    headers = sign_notice(b"key", "shop", b"{}", Stamp(1_764_064_800, "n"))
    headers["Sandbox-Timestamp"] = "0" + headers["Sandbox-Timestamp"]

    with pytest.raises(SignatureRejected):
        check_notice(b"key", headers, "shop", b"{}", 1_764_064_800)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0.5", 0.5), ("99999", 3_600), (None, 5), ("nan", 5), ("-1", 5), ("inf", 5), ("٣", 5), ("9" * 400, 5)],
)
def test_retry_after_is_a_number_of_seconds_up_to_an_hour(header: str | None, seconds: float) -> None:
    with pytest.raises(SendLater) as later:
        read_answer(429, header, b"")

    assert later.value.after_seconds == seconds
