"""A wrong shape is told by its field and in words that need no knowledge of the program."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta

from refund_core.shape_words import wrong_shape


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Piece(msgspec.Struct, forbid_unknown_fields=True):
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    colours: list[Colour] = []


class Thing(msgspec.Struct):
    name: Annotated[str, Meta(min_length=1, max_length=5)]
    pieces: Annotated[list[Piece], Meta(min_length=1)] = msgspec.field(default_factory=lambda: [Piece()])
    at: Annotated[datetime, Meta(tz=True)] | None = None
    key: UUID | None = None
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "CNY"
    share: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    colour: Colour = Colour.RED


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"colour": "red"}, "name", "is missing"),
    ({"name": "x", "pieces": [{"size": 1}]}, "pieces[0].size", "is no field that is known here"),
    ({"name": ""}, "name", "must not be empty"),
    ({"name": "abcdef"}, "name", "must have at most 5 characters"),
    ({"name": 5}, "name", "must be text, not a whole number"),
    ({"name": None}, "name", "must be text, not null"),
    ({"name": "x", "pieces": []}, "pieces", "must not be empty"),
    ({"name": "x", "pieces": {}}, "pieces", "must be a list […], not an object {…}"),
    ({"name": "x", "pieces": [{"count": 0}]}, "pieces[0].count", "must be at least 1"),
    ({"name": "x", "pieces": [{"count": 10}]}, "pieces[0].count", "must be at most 9"),
    ({"name": "x", "pieces": [{"count": 1.5}]}, "pieces[0].count", "must be a whole number, not a number"),
    ({"name": "x", "pieces": [{"colours": ["red", "grey"]}]}, "pieces[0].colours[1]",
     "is 'grey', which is not known here; it may be red, blue"),
    ({"name": "x", "colour": "grey"}, "colour", "is 'grey', which is not known here; it may be red, blue"),
    ({"name": "x", "at": "soon"}, "at", "must be a date and time, as 2026-11-01T10:00:00+08:00"),
    ({"name": "x", "at": "2026-11-01T10:00:00"}, "at", "must say its offset, as 2026-11-01T10:00:00+08:00"),
    ({"name": "x", "at": 5}, "at", "must be a date and time or null, not a whole number"),
    ({"name": "x", "key": "k"}, "key", "must be a UUID, as 6f1c2b34-0000-4000-8000-000000000000"),
    ({"name": "x", "currency": "yuan"}, "currency", "must be three capital letters, as CNY"),
    ({"name": "x", "share": 1}, "share", "must be less than 1.0"),
    ({"name": "x", "share": 0}, "share", "must be more than 0.0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "field", "reason"), WRONG, ids=[f"{field}: {reason[:30]}" for _, field, reason in WRONG]
)
def test_a_wrong_shape_is_told_by_field_and_reason(value: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.json.decode(msgspec.json.encode(value), type=Thing)

    assert wrong_shape(error.value, Thing) == (field, reason)


def test_the_whole_has_no_field() -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.json.decode(b"[1]", type=Thing)

    assert wrong_shape(error.value, Thing) == ("", "must be an object {…}, not a list […]")
