"""What a Rasa model says of a text, from its JSON (/model/parse, a tracker's latest message) to a reading; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from dialogs.nlu.second_reading import Reading
from dialogs.understanding import Intent

NAME_LENGTH_MAX = 64
VALUE_LENGTH_MAX = 200
ENTITIES_MAX = 50


class NotAReading(ValueError):
    """The answer has not the shape of a parse; its words name the place."""


def read_parse(data: object) -> Reading:
    """The reading in a parse. Raises NotAReading."""
    if not isinstance(data, Mapping):
        raise NotAReading("the whole")
    intent = data.get("intent")
    if not isinstance(intent, Mapping):
        raise NotAReading("intent")
    name, confidence = intent.get("name"), intent.get("confidence", 1.0)
    if name is not None and not isinstance(name, str):
        raise NotAReading("intent.name")
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise NotAReading("intent.confidence")
    found = data.get("entities") or ()
    if not isinstance(found, list | tuple):
        raise NotAReading("entities")
    known = Intent(name) if name in _INTENTS else None
    return Reading(known, float(confidence), tuple(_entities(found[:ENTITIES_MAX])))


_INTENTS = frozenset(intent.value for intent in Intent)


def _entities(found: list[Any] | tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    for entity in found:
        if not isinstance(entity, Mapping):
            raise NotAReading("entities[…]")
        name, value = entity.get("entity"), entity.get("value")
        if not isinstance(name, str) or len(name) > NAME_LENGTH_MAX:
            raise NotAReading("entities[…].entity")
        if isinstance(value, str) and len(value) <= VALUE_LENGTH_MAX:
            yield name, value
