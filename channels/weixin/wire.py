"""WeChat's two ways of writing a push, XML and JSON, as a flat record of fields; pure.

wechatpy's own reader knows no JSON, turns message ids into numbers and stops at a control character.
"""

from collections.abc import Mapping
from typing import Any
from xml.parsers import expat  # a document type, and with it every entity, is refused below

import msgspec

from channels.channel import PayloadUnreadable
from refund_core.shape_words import UNREADABLE

BYTES_MAX = 65_536
ELEMENTS_MAX = 1_000
"""Both are several times what WeChat sends. What stands deeper than a push's own fields counts, but is not read."""
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
_NOT_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


def is_json(raw: bytes) -> bool:
    """True for a body in JSON; it is then answered in JSON."""
    return raw.lstrip()[:1] == b"{"


def fields_of(raw: bytes) -> Mapping[str, Any]:
    """The fields of a push by name. Raises PayloadUnreadable."""
    if len(raw) > BYTES_MAX:
        raise PayloadUnreadable(f"body: longer than {BYTES_MAX} bytes")
    return _fields_of_json(raw) if is_json(raw) else _fields_of_xml(raw)


def cdata(text: str) -> str:
    """The text as character data in XML; it cannot end it, and holds nothing that XML refuses."""
    return f"<![CDATA[{_writable(text.encode()).decode().replace(']]>', ']]]]><![CDATA[>')}]]>"


def _writable(raw: bytes) -> bytes:
    """UTF-8 without the characters that XML cannot hold."""
    kept = raw.translate(None, _CONTROLS)
    for character in _NOT_CHARACTERS:
        kept = kept.replace(character, b"")
    return kept


def _fields_of_json(raw: bytes) -> Mapping[str, Any]:
    try:
        return _OBJECTS.decode(raw)
    except UNREADABLE:
        raise PayloadUnreadable("body: not a JSON object") from None


_OBJECTS = msgspec.json.Decoder(dict[str, Any])


def _fields_of_xml(raw: bytes) -> Mapping[str, Any]:
    try:
        raw.decode()
    except UnicodeDecodeError:
        raise PayloadUnreadable("body: not UTF-8") from None
    reader = _Reader()
    try:
        reader.parser.Parse(_writable(raw), True)
    except expat.ExpatError as error:
        raise PayloadUnreadable(f"body: not XML ({expat.errors.messages[error.code]}, line {error.lineno})") from None
    return reader.fields


class _Reader:
    """Keeps the text of each element directly under <xml>; of a repeated one the first counts."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._depth = self._elements = 0
        self._name = ""
        self._text: list[str] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if self._depth == 0 and name != "xml":
            raise PayloadUnreadable("body: the root is not <xml>")
        self._depth += 1
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            raise PayloadUnreadable(f"body: more than {ELEMENTS_MAX} elements")
        if self._depth == 2:
            self._name, self._text = name, []

    def _data(self, data: str) -> None:
        if self._depth == 2:
            self._text.append(data)

    def _end(self, _name: str) -> None:
        if self._depth == 2:
            self.fields.setdefault(self._name, "".join(self._text))
        self._depth -= 1


def _refuse_doctype(*_: object) -> None:
    raise PayloadUnreadable("body: a document type is not allowed")
