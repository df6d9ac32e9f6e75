"""Broken inputs, made of whole ones: bytes cut, doubled and put in, JSON values replaced, taken out and nested."""

import copy
import json
from collections.abc import Sequence
from random import Random
from typing import Any

PIECES: tuple[bytes, ...] = (
    b"<xml>", b"</xml>", b"<![CDATA[", b"]]>", b"<!DOCTYPE x [<!ENTITY e 'e'>]>", b"&e;", b"&#0;", b"&amp;",
    b"<MsgType>event</MsgType>", b"<Event>", b"{", b"}", b"[", b"]", b'"', b"\\", b",", b"=", b"..", b"1e999", b"-1",
    b"NaN", b"null", b"99999999999999999999", b"\\ud800", b"\\u0000", b"\x00", b"\xff", b"\xed\xa0\x80",
    b"\xe2\x80\xae", b"\xef\xbb\xbf", "１２".encode(), "٣".encode(), "😀".encode(), b"." * 300, b"{" * 300,
    b"[" * 3_000,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**53, 2**63, 2**64, -(2**63), 10**30, 1.5, 1e308, float("nan"), float("inf"),
    "", " ", "\x00", "-5", "a\nb", "private", "text", "event", "image", "zh-CN", "en", "x" * 200, "退" * 5_000,
    "\u202e", "1764064800", "2026-11-25T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", [], {},
    [[]], {"": None}, [None] * 50, {"a": {"b": {"c": []}}},
)  # fmt: skip


def broken(chance: Random, whole: Sequence[bytes]) -> bytes:
    """One input: most often a whole one a little changed, sometimes nothing but noise."""
    kind = chance.random()
    if kind < 0.05:
        return chance.randbytes(chance.randrange(200))
    raw = chance.choice(whole)
    if kind < 0.5 and raw[:1] in b"{[":
        raw = _other_values(chance, raw)
        return raw if kind < 0.4 else damaged(chance, raw)
    return damaged(chance, raw)


def damaged(chance: Random, raw: bytes) -> bytes:
    """One to three pieces cut out, doubled, replaced or put in."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        start, end = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
        if chance.random() < 0.85:
            end = min(end, start + chance.randrange(8))
        put = chance.choice((b"", raw[start:end] * 2, chance.choice(PIECES), chance.randbytes(chance.randrange(1, 9))))
        raw = raw[:start] + put + raw[end:]
    return raw


def damaged_text(chance: Random, text: str) -> str:
    """The same for a text; what is no UTF-8 afterwards becomes a sign of its own."""
    return damaged(chance, text.encode()).decode(errors=chance.choice(("replace", "ignore", "surrogateescape")))


def _other_values(chance: Random, raw: bytes) -> bytes:
    """The same document with one to three values replaced, taken out or nested; bytes that are no JSON stay."""
    try:
        document = json.loads(raw)
    except ValueError:
        return raw
    for _ in range(chance.choice((1, 1, 2, 3))):
        places = _places(document)
        if not places:
            break
        holder, key = chance.choice(places)
        deed = chance.random()
        if deed < 0.15:
            del holder[key]
        elif deed < 0.25:
            holder[key] = [holder[key]] if chance.random() < 0.5 else {"value": holder[key]}
        elif deed < 0.35:
            holder[key] = copy.deepcopy(chance.choice(places)[0])
        else:
            holder[key] = copy.deepcopy(chance.choice(VALUES))
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode(errors="surrogatepass")


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in the document that holds a value."""
    found: list[tuple[Any, Any]] = []
    inside = [value]
    while inside:
        holder = inside.pop()
        keys = holder if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        found.extend((holder, key) for key in keys)
        inside.extend(holder[key] for key in keys)
        if len(found) > 2_000:
            break
    return found
