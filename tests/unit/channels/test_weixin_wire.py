"""A push's fields: what costs more than a long text to read is refused before it does."""

import contextlib
from collections.abc import Iterator
from time import thread_time

import pytest

from channels.channel import PayloadUnreadable
from channels.weixin.wire import BYTES_MAX, ELEMENTS_MAX, cdata, fields_of

MEGABYTE = 1 << 20
TIMES_MAX = 40
"""A text as long as a push may be is read in well under half a millisecond."""


def shapes(size: int) -> Iterator[tuple[str, bytes]]:
    """Bodies of about so many bytes that cost a reader much."""
    yield "open", b"<xml>" + b"<a>" * (size // 3)
    yield "closed", b"<xml>" + b"<a/>" * (size // 4) + b"</xml>"
    yield "fields", b"<xml>" + b"".join(b"<a%d/>" % n for n in range(size // 9)) + b"</xml>"
    yield "attributes", b"<xml " + b" ".join(b'a%d=""' % n for n in range(size // 11)) + b"></xml>"
    yield "long_name", b"<xml><" + b"a" * size + b"/></xml>"
    yield "entities", b"<xml><a>" + b"&lt;" * (size // 4) + b"</a></xml>"
    yield "references", b"<xml><a>" + b"&#97;" * (size // 5) + b"</a></xml>"
    yield "sections", b"<xml><a>" + b"<![CDATA[x]]>" * (size // 13) + b"</a></xml>"
    yield "comments", b"<xml><a>" + b"x<!---->" * (size // 8) + b"</a></xml>"
    yield "instructions", b"<xml><a>" + b"x<?a?>" * (size // 6) + b"</a></xml>"
    yield "controls", b"<xml><a>" + b"\x01" * size + b"</a></xml>"
    yield "no_characters", b"<xml><a>" + "\uffff".encode() * (size // 3) + b"</a></xml>"
    yield "no_end", b"<xml><!--" + b"-" * size
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield "laughs", f'<!DOCTYPE xml [<!ENTITY l0 "ha">{laughs}]><xml><a>{"&l9;" * (size // 4)}</a></xml>'.encode()
    yield "json_nested", b'{"a":' * (size // 5)
    yield "json_lists", b'{"a":[' + b"[]," * (size // 3) + b"0]}"
    yield "json_fields", b"{" + b",".join(b'"%d":[]' % n for n in range(size // 11)) + b"}"


def seconds_to_read(raw: bytes) -> float:
    """The least of three."""
    return min(_timed(raw) for _ in range(3))


def _timed(raw: bytes) -> float:
    began = thread_time()
    with contextlib.suppress(PayloadUnreadable):
        fields_of(raw)
    return thread_time() - began


@pytest.mark.parametrize("name", [name for name, _ in shapes(11)])
@pytest.mark.parametrize("size", [BYTES_MAX - 1_000, MEGABYTE])
def test_no_body_costs_much_more_than_the_longest_text(name: str, size: int) -> None:
    text = b"<xml><a>" + b"x" * (BYTES_MAX - 100) + b"</a></xml>"

    assert seconds_to_read(dict(shapes(size))[name]) < TIMES_MAX * seconds_to_read(text)


@pytest.mark.parametrize("raw", [b"<xml>" + b"<a>" * ELEMENTS_MAX, b"<xml>" + b"<a/>" * ELEMENTS_MAX + b"</xml>"])
def test_more_elements_than_any_push_has_are_refused(raw: bytes) -> None:
    with pytest.raises(PayloadUnreadable, match="more than 1000 elements"):
        fields_of(raw)


def test_as_many_elements_as_may_be_are_read() -> None:
    assert fields_of(b"<xml>" + b"<a><b/></a>" * 499 + b"<c>1</c></xml>") == {"a": "", "c": "1"}


def test_a_body_that_is_too_long_is_refused_unread() -> None:
    whole = b"<xml><a>" + b"x" * (BYTES_MAX - 18) + b"</a></xml>"

    assert len(fields_of(whole)["a"]) == BYTES_MAX - 18
    with pytest.raises(PayloadUnreadable, match="longer than 65536 bytes"):
        fields_of(whole + b"\n")


def test_what_xml_cannot_hold_is_left_out_both_ways() -> None:
    text = "杯\u0000子\u001f\ufffe\uffff碎\t了\n]]>"

    assert fields_of(f"<xml><a>{cdata(text)}</a></xml>".encode()) == {"a": "杯子碎\t了\n]]>"}
    assert fields_of("<xml><a>杯\u0001子\uffff</a></xml>".encode()) == {"a": "杯子"}
