"""Whatever is pushed, the answer is a message or one of two refusals; by hand with many more examples.

WEIXIN_FUZZ_EXAMPLES=1000000 python -m pytest tests/unit/channels/test_weixin_fuzz.py --timeout 0
"""

import contextlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.channel import Arrival, PayloadUnreadable, SignatureRejected, WebhookRequest
from channels.mini_program.parse import parse_push as parse_mini_program
from channels.wechat.parse import parse_push as parse_wechat
from channels.weixin.signature import answer_challenge, verify_push
from tests.unit.channels.weixin_pushes import CAPTURES, NOW, PLAIN, SAFE, safe_push, sealed

Parse = Callable[..., tuple[Arrival, ...]]
FUZZED = settings(
    max_examples=int(os.environ.get("WEIXIN_FUZZ_EXAMPLES", "300")),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CAPTURED = [path.read_bytes() for path in sorted(CAPTURES.glob("wechat/*.xml"))] + [
    path.read_bytes() for path in sorted(CAPTURES.glob("mini_program/*.*")) if path.suffix != ".md"
]
PIECES = [
    b"<xml>", b"</xml>", b"<![CDATA[", b"]]>", b"<!DOCTYPE x>", b"&#0;", b"&amp;", b"\x00", b"\xff", b"{", b"}",
    b'"', b"[", b"1e999", b"-1", b"99999999999999999999", b"null", b"\\ud800", b"<MsgType>event</MsgType>", b"<Event>",
    b"\xe2\x80\xae",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A captured push, cut, repeated and with something put in."""
    raw = draw(st.sampled_from(CAPTURED))
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted((draw(st.integers(0, len(raw))), draw(st.integers(0, len(raw)))))
        put = draw(st.sampled_from(PIECES) | st.binary(max_size=8) | st.just(raw[start:end]))
        raw = raw[:start] + put + raw[end if draw(st.booleans()) else start :]
    return raw


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda it: st.lists(it, max_size=3),
    max_leaves=5,
)
FIELDS = st.dictionaries(
    st.sampled_from([
        "MsgType", "FromUserName", "ToUserName", "CreateTime", "MsgId", "Event", "EventKey", "Content", "bizmsgmenuid",
        "MediaId", "SessionFrom", "PagePath", "Title", "Label", "Recognition", "UnionId",
    ]),
    ANY_JSON | st.sampled_from(["text", "image", "event", "miniprogrampage", "user_enter_tempsession", "1764064800"]),
)  # fmt: skip


@pytest.mark.parametrize("parse", [parse_wechat, parse_mini_program])
@FUZZED
@given(raw=mutated() | st.binary(max_size=200))
def test_a_broken_push_is_read_or_refused(parse: Parse, raw: bytes) -> None:
    _parse(parse, raw)


@pytest.mark.parametrize("parse", [parse_wechat, parse_mini_program])
@FUZZED
@given(fields=FIELDS)
def test_fields_of_any_kind_are_read_or_refused(parse: Parse, fields: dict[str, object]) -> None:
    _parse(parse, json.dumps(fields).encode())


@FUZZED
@given(
    raw=mutated(),
    query=st.dictionaries(
        st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "echostr", "encrypt_type"]),
        st.text(max_size=20) | st.sampled_from(["1764064800", "9" * 40, "٣"]),
    ),
    method=st.sampled_from(["GET", "POST"]),
)
def test_nothing_unsigned_is_let_in(raw: bytes, query: dict[str, str], method: str) -> None:
    request = WebhookRequest(method, query, {}, raw)
    for keys in (PLAIN, SAFE):
        with pytest.raises(SignatureRejected):
            verify_push(request, keys, now=NOW)
    with contextlib.suppress(SignatureRejected):
        assert answer_challenge(request, PLAIN, now=NOW) is None


@FUZZED
@given(plain=mutated(), padding=st.none() | st.integers(0, 255), cut=st.integers(0, 40))
def test_whatever_was_sealed_is_read_or_refused(plain: bytes, padding: int | None, cut: int) -> None:
    encrypted = sealed(plain, padding=padding)
    try:
        read = verify_push(safe_push(encrypted[: len(encrypted) - cut]), SAFE, now=NOW)
    except SignatureRejected:
        return
    _parse(parse_wechat, read)


def _parse(parse: Parse, raw: bytes) -> None:
    try:
        arrivals = parse(raw, now=NOW)
    except PayloadUnreadable:
        return
    for arrival in arrivals:
        assert 0 < len(arrival.user) <= 128
        assert arrival.message is None or (arrival.message.message_id and arrival.message.at <= datetime.now(UTC))
        assert arrival.message is None or "\x00" not in (arrival.message.text or "")
