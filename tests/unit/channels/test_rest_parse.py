"""What front ends made for Rasa's REST channel send, in the dialog's words."""

from datetime import UTC, datetime

import pytest

from channels.channel import Arrival, PayloadUnreadable
from channels.rest.parse import TEXT_MAX, parse_call
from tests.unit.channels.weixin_pushes import captured

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
TEXT = {"text": None, "action": None, "locale": None}


def read(name: str) -> Arrival:
    return parse_call(captured(f"rest/{name}.json"), now=NOW)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("text", {"text": "杯子碎了，想退款"}),
        ("button", {"action": "order:20261101-0001"}),
        ("payload_of_another_bot", {"text": '/choose_order{"order": "20261101-0001"}'}),
        ("named_message", {"text": "where is my refund?", "locale": "en"}),
        ("signed_visitor", {"action": "start:refund", "locale": "zh-CN"}),
        ("widget_session", {"text": "hi"}),
    ],
)
def test_a_call_is_words_or_the_action_of_a_button(name: str, said: dict[str, str]) -> None:
    message = read(name).message

    assert message is not None
    assert {"text": message.text, "action": message.action, "locale": message.locale} == TEXT | said


def test_who_speaks_and_what_the_shop_signed_come_along() -> None:
    arrival = read("signed_visitor")

    assert (arrival.user, arrival.handle, arrival.token) == (
        "visitor-81f3", "visitor-81f3", "AWklmnoDYy0xMjAyNjExMDEtMDAwMQ",
    )  # fmt: skip
    assert read("text").token is None


def test_a_named_message_keeps_its_name_and_another_one_has_a_name_of_its_own() -> None:
    named, first, later = (
        parse_call(captured(f"rest/{name}.json"), now=now).message
        for name, now in (("named_message", NOW), ("text", NOW), ("text", NOW.replace(second=1)))
    )

    assert named is not None
    assert first is not None
    assert later is not None
    assert named.message_id == "6f1d2c64-95b0-4a1e-9a53-2f4e0f7b1c11"
    assert first.message_id != later.message_id


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"sender":"a"}',
        b'{"message":"x"}',
        b'{"sender":"","message":"x"}',
        b'{"sender":"a","message":""}',
        b'{"sender":"a\\n","message":"x"}',
        b'{"sender":"a","message":5}',
        b'{"sender":"a","message":"x","metadata":[]}',
        b'{"sender":"a","message":"x","metadata":{"locale":"de"}}',
        b'{"sender":"a","message":"x","message_id":""}',
        b'{"sender":"a","message":"' + b"x" * (TEXT_MAX + 1) + b'"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_call_is_refused(raw: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        parse_call(raw, now=NOW)
