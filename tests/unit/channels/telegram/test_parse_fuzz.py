"""Whatever comes in, the parser gives arrivals or says that it cannot read it."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channels.channel import PayloadUnreadable
from channels.support_chat.telegram.parse import parse_payload
from tests.unit.channels.telegram.captures import NAMES, captured, update

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
EDGES = st.sampled_from([0, -1, 2**31, 2**53, 2**63, 2**64, -(2**63), 10**30, 1e308, "private", "kicked", "-5"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | EDGES
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner))


def survives(payload: bytes) -> None:
    try:
        arrivals = parse_payload(payload, now=NOW)
    except PayloadUnreadable:
        return
    for arrival in arrivals:
        assert arrival.user.isdecimal()
        assert arrival.message is None or arrival.message.at <= NOW
        assert arrival.message is None or "\x00" not in (arrival.message.text or "")


@given(st.binary(max_size=300))
def test_any_bytes(payload: bytes) -> None:
    survives(payload)


@given(st.sampled_from(NAMES), st.data())
def test_any_update_with_one_byte_changed(name: str, data: st.DataObject) -> None:
    raw = bytearray(captured(name))
    place = data.draw(st.integers(min_value=0, max_value=len(raw) - 1))
    raw[place] = data.draw(st.integers(min_value=0, max_value=255))

    survives(bytes(raw))


@given(st.sampled_from(NAMES), st.data())
def test_any_update_with_one_value_replaced(name: str, data: st.DataObject) -> None:
    whole = update(name)
    holder, key = data.draw(st.sampled_from(list(_places(whole))))
    holder[key] = data.draw(VALUES)

    survives(json.dumps(whole).encode())


@given(st.sampled_from(NAMES), st.data())
def test_any_update_with_one_value_missing(name: str, data: st.DataObject) -> None:
    whole = update(name)
    holder, key = data.draw(st.sampled_from(list(_places(whole))))
    del holder[key]

    survives(json.dumps(whole).encode())


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in the document that holds a value."""
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [(value, key) for key, _ in pairs] + [place for _, inner in pairs for place in _places(inner)]
