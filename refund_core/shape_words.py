"""What is wrong with the shape of something that came in: the field and plain words, for whoever sent it. Pure."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import inspect

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""All that a msgspec decoder raises for bytes of a stranger; broken UTF-8 and deep nesting have no error of its own."""
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(.*)`$")
_STEP = re.compile(r"[^.\[\]]+|\[[^\]]*\]")
_NAMES = {
    "int": "a whole number", "float": "a number", "str": "text", "bool": "true or false", "null": "null",
    "object": "an object {…}", "array": "a list […]", "datetime": "a date and time", "date": "a date", "uuid": "a UUID",
}  # fmt: skip
_WRITTEN = {
    r"^[A-Z]{3}$": "three capital letters, as CNY",
    r"^[^\x00-\x1f\x7f]+$": "text without control characters",
}
_ENUM_SHOWN_MAX = 20


def wrong_shape(error: msgspec.ValidationError, kind: Any) -> tuple[str, str]:
    """The field that is wrong ("" for the whole) and why; kind is the type that was asked for."""
    message = str(error)
    found = _PLACE.search(message)
    field, text = (found[1] if found else ""), _PLACE.sub("", message)
    for pattern, words in _RULES:
        if match := re.fullmatch(pattern, text):
            return words(field, match.groups(), kind)
    return field, text


Words = Callable[[str, tuple[str, ...], Any], tuple[str, str]]


def _missing(field: str, found: tuple[str, ...], _kind: Any) -> tuple[str, str]:
    return f"{field}.{found[0]}".lstrip("."), "is missing"


def _unknown(field: str, found: tuple[str, ...], _kind: Any) -> tuple[str, str]:
    return f"{field}.{found[0]}".lstrip("."), "is no field that is known here"


def _other_kind(field: str, found: tuple[str, ...], _kind: Any) -> tuple[str, str]:
    wanted = " or ".join(_NAMES.get(name, name) for name in found[0].split(" | "))
    return field, f"must be {wanted}, not {_NAMES.get(found[1], found[1])}"


def _enum(field: str, found: tuple[str, ...], kind: Any) -> tuple[str, str]:
    values = _values_at(kind, re.sub(r"\[\d+\]", "[…]", field))
    allowed = f"; it may be {', '.join(values)}" if values else ""
    return field, f"is {found[0]}, which is not known here{allowed}"


def _bound(words: str) -> Words:
    return lambda field, found, _: (field, f"must be {words} {found[0]}")


def _length(field: str, found: tuple[str, ...], _kind: Any) -> tuple[str, str]:
    name, sign, count = found
    what = "characters" if name == "str" else "entries"
    if (sign, count) == (">=", "1"):
        return field, "must not be empty"
    return field, f"must have at {'least' if sign == '>=' else 'most'} {count} {what}"


def _pattern(field: str, found: tuple[str, ...], _kind: Any) -> tuple[str, str]:
    pattern = found[0].replace("\\\\", "\\")
    return field, f"must be {_WRITTEN.get(pattern, f'written like the pattern {pattern}')}"


def _fixed(words: str) -> Words:
    return lambda field, _found, _kind: (field, words)


_RULES: tuple[tuple[str, Words], ...] = (
    (r"Object missing required field `(.+)`", _missing),
    (r"Object contains unknown field `(.+)`", _unknown),
    (r"Expected `(str|array|object|bytes)` of length (>=|<=) (\d+)", _length),
    (r"Expected `str` matching regex '(.*)'", _pattern),
    (r"Expected `datetime` with a timezone component", _fixed("must say its offset, as 2026-11-01T10:00:00+08:00")),
    (r"Expected `(?:int|float)` >= (.+)", _bound("at least")),
    (r"Expected `(?:int|float)` <= (.+)", _bound("at most")),
    (r"Expected `(?:int|float)` > (.+)", _bound("more than")),
    (r"Expected `(?:int|float)` < (.+)", _bound("less than")),
    (r"Expected `([^`]+)`, got `([^`]+)`", _other_kind),
    (r"Invalid enum value (.+)", _enum),
    (r"Invalid RFC3339 encoded datetime", _fixed("must be a date and time, as 2026-11-01T10:00:00+08:00")),
    (r"Invalid RFC3339 encoded date", _fixed("must be a date, as 2026-11-01")),
    (r"Invalid UUID", _fixed("must be a UUID, as 6f1c2b34-0000-4000-8000-000000000000")),
)


@lru_cache(maxsize=256)
def _values_at(kind: Any, path: str) -> tuple[str, ...]:
    """What an enumeration at that place may be; nothing where the place is not plain."""
    info: Any = inspect.type_info(kind)
    for step in _STEP.findall(path):
        info = _inside(_plain(info), step)
        if info is None:
            return ()
    info = _plain(info)
    if isinstance(info, inspect.EnumType):
        return tuple(str(member.value) for member in info.cls)[:_ENUM_SHOWN_MAX]
    return tuple(str(value) for value in info.values)[:_ENUM_SHOWN_MAX] if isinstance(info, inspect.LiteralType) else ()


def _plain(info: Any) -> Any:
    while isinstance(info, inspect.Metadata):
        info = info.type
    if isinstance(info, inspect.UnionType):
        return _plain(next(part for part in info.types if not isinstance(part, inspect.NoneType)))
    return info


def _inside(info: Any, step: str) -> Any:
    if step.startswith("["):
        return getattr(info, "item_type", getattr(info, "value_type", None))
    if not isinstance(info, inspect.StructType):
        return None
    return next((field.type for field in info.fields if field.encode_name == step), None)
