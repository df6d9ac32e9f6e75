"""What each setting is called, what it takes and what it is without being set: for errors at start and for the docs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import inspect


@dataclass(frozen=True, slots=True)
class SettingKind:
    """One setting: its environment variable, its place, what is allowed and its default."""

    name: str
    path: tuple[str, ...]
    allowed: str
    default: str


def describe(settings: type[msgspec.Struct], prefix: str, path: tuple[str, ...] = ()) -> Iterator[SettingKind]:
    """Every setting of the struct and of those inside it, groups first."""
    info = inspect.type_info(settings)
    assert isinstance(info, inspect.StructType)  # noqa: S101 - for the type checker
    for field in info.fields:
        place = (*path, field.name)
        name = prefix + "__".join(place).upper()
        if isinstance(field.type, inspect.StructType):
            yield SettingKind(name, place, f"a group of settings ({name}__…)", "")
            yield from describe(field.type.cls, prefix, place)
        else:
            yield SettingKind(name, place, _allowed(field.type), _default(field.default))


def _allowed(kind: Any) -> str:
    match kind:
        case inspect.IntType():
            return f"a whole number from {kind.ge} to {kind.le}"
        case inspect.FloatType():
            least = f"more than {kind.gt:g}" if kind.gt is not None else f"at least {kind.ge:g}"
            return f"a number, {least} and up to {kind.le:g}"
        case inspect.BoolType():
            return "true or false"
        case inspect.Metadata(extra_json_schema={"examples": [example, *_]}):
            return f"text like {example}"
        case inspect.StrType(pattern=str(pattern)):
            return "one of " + pattern.strip("^$()").replace("|", ", ")
        case inspect.UnionType():
            return " or ".join(_allowed(part) for part in kind.types if not isinstance(part, inspect.NoneType))
        case inspect.CustomType():
            return "a path"
        case _:
            return "text"


def _default(value: Any) -> str:
    if value is None or value is msgspec.NODEFAULT:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
