"""WeChat's two ways of writing a push, XML and JSON, as a flat record of fields; pure.

wechatpy's own reader knows no JSON, turns message ids into numbers and stops at a control character.
"""

import re
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat  # a document type, and with it every entity, is refused below

import msgspec

from channels.channel import PayloadUnreadable
from refund_core.shape_words import UNREADABLE

FIELDS_MAX = 200
"""What stands deeper than the fields of the push itself is not read; there is no use for it."""
_UNWRITABLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]")


def is_json(raw: bytes) -> bool:
    """True for a body in JSON; it is then answered in JSON."""
    return raw.lstrip()[:1] == b"{"


def fields_of(raw: bytes) -> Mapping[str, Any]:
    """The fields of a push by name. Raises PayloadUnreadable."""
    return _fields_of_json(raw) if is_json(raw) else _fields_of_xml(raw)


def cdata(text: str) -> str:
    """The text as character data in XML; it cannot end it, and holds nothing that XML refuses."""
    return f"<![CDATA[{_UNWRITABLE.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _fields_of_json(raw: bytes) -> Mapping[str, Any]:
    try:
        return _OBJECTS.decode(raw)
    except UNREADABLE:
        raise PayloadUnreadable("body: not a JSON object") from None


_OBJECTS = msgspec.json.Decoder(dict[str, Any])


def _fields_of_xml(raw: bytes) -> Mapping[str, Any]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise PayloadUnreadable("body: not UTF-8") from None
    reader = _Reader()
    try:
        reader.parser.Parse(_UNWRITABLE.sub("", text).encode(), True)
    except expat.ExpatError as error:
        raise PayloadUnreadable(f"body: not XML ({expat.errors.messages[error.code]}, line {error.lineno})") from None
    return reader.fields


class _Reader:
    """Keeps the text of each element directly under <xml>; of a repeated one the first counts."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._depth = 0
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
        if self._depth == 2:
            self._name, self._text = name, []
            if len(self.fields) >= FIELDS_MAX:
                raise PayloadUnreadable(f"body: more than {FIELDS_MAX} fields")

    def _data(self, data: str) -> None:
        if self._depth == 2:
            self._text.append(data)

    def _end(self, _name: str) -> None:
        if self._depth == 2:
            self.fields.setdefault(self._name, "".join(self._text))
        self._depth -= 1


def _refuse_doctype(*_: object) -> None:
    raise PayloadUnreadable("body: a document type is not allowed")
