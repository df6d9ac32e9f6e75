"""A Rasa tracker, to the call that an action makes of it."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from dialogs.actions import parse_action
from dialogs.messages import Locale
from dialogs.nlu.rasa_parse import NotAReading, read_parse
from dialogs.nlu.second_reading import Reading
from dialogs.rasa.names import ASKING, CHOICE, SAID, SEQ, SESSION
from dialogs.rasa.talk import COMMAND, Call
from dialogs.understanding import Intent

TEXT_LENGTH_MAX = 4_000
_LOCALES: Mapping[str, Locale] = {"zh-CN": "zh-CN", "en": "en"}


def call_of(tracker: Tracker, wish: Intent | None = None) -> Call:
    """The consumer's last message with what was kept of earlier calls."""
    latest = tracker.latest_message or {}
    uttered: Mapping[str, Any] = next((it for it in reversed(tracker.events) if it.get("event") == "user"), {})
    told = _metadata(latest, uttered)
    slots = tracker.slots
    return Call(
        sender=tracker.sender_id,
        message_id=_text(told.get("client_id")) or _message_id(tracker, latest, uttered),
        text=(_text(latest.get("text")) or "")[:TEXT_LENGTH_MAX],
        choice=_choice(latest),
        reading=_reading(latest),
        wish=wish,
        identity=_text(told.get("identity")),
        locale=_LOCALES.get(str(told.get("locale"))),
        session=_text(slots.get(SESSION)),
        said=_text(slots.get(SAID)),
        seq=_seq(slots.get(SEQ)),
        asking=_text(slots.get(ASKING)),
    )


def _metadata(latest: Mapping[str, Any], uttered: Mapping[str, Any]) -> Mapping[str, Any]:
    """What came with this very message: anybody may write under a sender's name, so each proves anew who it is from."""
    metadata = latest.get("metadata") or uttered.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}


def _message_id(tracker: Tracker, latest: Mapping[str, Any], uttered: Mapping[str, Any]) -> str:
    """Rasa's id of the message; without one its place among the consumer's messages stands for it."""
    named = _text(latest.get("message_id")) or _text(uttered.get("message_id"))
    place = sum(event.get("event") == "user" for event in tracker.events)
    return named or f"message {place}"


def _choice(latest: Mapping[str, Any]) -> str | None:
    """The action that a button brought, if it is one of ours; never what a model found in words."""
    if not str(latest.get("text")).strip().startswith(COMMAND):
        return None
    for entity in latest.get("entities") or ():
        if isinstance(entity, Mapping) and entity.get("entity") == CHOICE:
            value = entity.get("value")
            return value if isinstance(value, str) and parse_action(value) is not None else None
    return None


def _reading(latest: Mapping[str, Any]) -> Reading | None:
    try:
        return read_parse(latest)
    except NotAReading:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _seq(value: object) -> int | None:
    """Rasa keeps every number of a slot as it likes; whole ones come back as whole ones."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**31:
        return None
    return int(value)
