"""Choices as rows of inline buttons; pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from channels.channel import button_key
from channels.split import cut_text
from dialogs.messages import Choice

BUTTONS_MAX = 100
CALLBACK_BYTES_MAX = 64
LABEL_LENGTH_MAX = 64
# Telegram refuses a longer keyboard without saying where the limit is; about 10 kB have been seen to be too long.
KEYBOARD_BYTES_MAX = 8_000
_PAIRED_WIDTH_MAX = 14


@dataclass(frozen=True, slots=True)
class Button:
    """A choice with its place: seq of its message in the conversation, and its own place in that message."""

    choice: Choice
    seq: int
    place: int
    number: int | None = None


def keyboards(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """The buttons as one keyboard, or as many as they need; none for no buttons."""
    boards: list[list[dict[str, str]]] = []
    bytes_left = 0
    for button in _without_repeats(buttons):
        shown = _inline_button(button)
        size = len(msgspec.json.encode(shown)) + 4
        if not boards or size > bytes_left or len(boards[-1]) == BUTTONS_MAX:
            boards.append([])
            bytes_left = KEYBOARD_BYTES_MAX
        boards[-1].append(shown)
        bytes_left -= size
    return [{"inline_keyboard": _rows(board)} for board in boards]


def button_rows(buttons: Sequence[Button]) -> list[list[dict[str, str]]]:
    """A few buttons in their rows, for a keyboard that has others too."""
    return _rows([_inline_button(button) for button in buttons])


def _without_repeats(buttons: Sequence[Button]) -> list[Button]:
    """Of buttons that do the same the last one stays, where a reader looks for it; so of several ways to decline."""
    last = {_purpose(button.choice): place for place, button in enumerate(buttons)}
    return [button for place, button in enumerate(buttons) if last[_purpose(button.choice)] == place]


def _purpose(choice: Choice) -> str:
    return f"decline {choice.label}" if choice.action.endswith(":decline") else choice.action


def _inline_button(button: Button) -> dict[str, str]:
    action = button.choice.action
    is_short = len(action.encode()) <= CALLBACK_BYTES_MAX and not action.startswith("@")
    label = button.choice.label if button.number is None else f"{button.number}. {button.choice.label}"
    return {
        "text": cut_text(label, LABEL_LENGTH_MAX, unit="utf16"),
        "callback_data": action if is_short else button_key(button.seq, button.place),
    }


def _rows(board: Sequence[dict[str, str]]) -> list[list[dict[str, str]]]:
    """One button a row; two short ones that follow one another share one, unless they are of a numbered list."""
    rows: list[list[dict[str, str]]] = []
    for shown in board:
        if rows and len(rows[-1]) == 1 and _is_short(shown["text"]) and _is_short(rows[-1][0]["text"]):
            rows[-1].append(shown)
        else:
            rows.append([shown])
    return rows


def _is_short(text: str) -> bool:
    return not text[:1].isdecimal() and _width(text) <= _PAIRED_WIDTH_MAX


def _width(text: str) -> int:
    return sum([2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text])
