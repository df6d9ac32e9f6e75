"""Whatever bytes the Bot API, or something before it, answers: a result, or an error that says what to do next."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import SendMessage
from aiogram.types import Message

from channels.channel import Unreachable
from channels.support_chat.telegram.answers import read_answer
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

SENT = {
    "message_id": 7, "date": 1764133200, "chat": {"id": 5238471906, "type": "private", "first_name": "Lin"},
    "text": "您好",
}  # fmt: skip


def outcome(status: int, answer: Any) -> Message | Exception:
    """What becomes of a call that was answered so."""
    raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    try:
        return read_answer(SendMessage(chat_id=5238471906, text="您好"), Bot("1:a"), status, raw)
    except (SendLater, SendRefused, AnswerUnknown, Unreachable) as error:
        return error


def test_a_result_is_a_message() -> None:
    sent = outcome(200, {"ok": True, "result": SENT})

    assert isinstance(sent, Message)
    assert (sent.message_id, sent.text) == (7, "您好")


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (200, SendRefused, "http"),
        (400, SendRefused, "http"),
        (401, SendRefused, "http"),
        (403, Unreachable, "http"),
        (408, AnswerUnknown, "server_error"),
        (413, SendRefused, "too_large"),
        (500, AnswerUnknown, "server_error"),
    ],
)
def test_an_error_without_a_description_is_told_by_its_status(status: int, kind: type[Exception], said: str) -> None:
    error = outcome(status, {"ok": False})

    assert type(error) is kind
    assert getattr(error, "code", str(error)) == said


@pytest.mark.parametrize(("asked", "seconds"), [(7, 7), (3_601, 3_600), (10**15, 3_600), (0, 5), (-5, 5), (None, 5)])
def test_too_many_requests_waits_as_long_as_told_and_an_hour_at_most(asked: int | None, seconds: float) -> None:
    parameters = {} if asked is None else {"parameters": {"retry_after": asked}}

    error = outcome(429, {"ok": False, "error_code": 429, "description": "Too Many Requests"} | parameters)

    assert isinstance(error, SendLater)
    assert (error.after_seconds, error.code) == (seconds, "too_many_requests")


def unreadable() -> Iterator[bytes]:
    whole = json.dumps({"ok": True, "result": SENT}, ensure_ascii=False).encode()
    yield from (b"", b"null", b"[]", b"{}", b"<html>502</html>", b"\xff\xfe" + whole, whole[:-9], b"[" * 100_000)
    yield whole.replace("您".encode(), b"\xff")
    yield whole.replace(b"1764133200", b"1" * 30)
    yield whole.replace(b'"message_id": 7', b'"message_id": "x"')


@pytest.mark.parametrize("raw", list(unreadable()))
@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (200, AnswerUnknown, "no_json"),
        (403, SendRefused, "http_403"),
        (429, SendLater, "too_many_requests"),
        (502, AnswerUnknown, "no_json"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_status(
    raw: bytes, status: int, kind: type[SendLater | SendRefused | AnswerUnknown], code: str
) -> None:
    error = outcome(status, raw)

    assert isinstance(error, kind)
    assert error.code == code


def test_a_reason_is_one_word_of_letters_and_never_what_a_customer_said() -> None:
    error = outcome(400, {"ok": False, "description": "Bad Request: can't parse «张三 13800138000»\u0000" + "x" * 999})

    assert isinstance(error, SendRefused)
    assert error.code.startswith("bad_request_can_t_parse")
    assert len(error.code) == 60
