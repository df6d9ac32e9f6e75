"""A list of which several may be taken, as buttons to tick, with a stepper below each line that is taken; pure.

Which line stands below which message does not depend on what is ticked, so one message can be shown anew alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from channels.channel import Payload, Spoken
from channels.picks import Pick, pick_key, pickable
from channels.split import cut_text
from channels.support_chat.telegram.edits import read_edit
from channels.support_chat.telegram.keyboard import (
    BUTTONS_MAX,
    KEYBOARD_BYTES_MAX,
    LABEL_LENGTH_MAX,
    Button,
    button_rows,
)
from dialogs.messages import Locale
from dialogs.texts.catalogue import say

_TICKED, _UNTICKED = "✅", "⬜"
_Rows = list[list[dict[str, str]]]


def tick_boards(one: Spoken, picked: Mapping[int, int], locale: Locale) -> list[dict[str, Any]]:
    """The keyboards of a list, most often one; the last has the button that takes what is ticked, and all others."""
    return [{"inline_keyboard": rows} for rows, _ in _boards(one, picked, locale)]


def shown_anew(
    one: Spoken, picked: Mapping[int, int], locale: Locale, *, place: int, edits: str | None
) -> Payload | None:
    """The call that shows what is ticked now below our message `edits`, which has the line at that place."""
    edit = read_edit(edits)
    boards = [rows for rows, places in _boards(one, picked, locale) if place in places]
    if edit is None or not boards:
        return None
    keyboard = {"inline_keyboard": boards[0]}
    return Payload("editMessageReplyMarkup", {"message_id": edit.message_id, "reply_markup": keyboard})


def _boards(one: Spoken, picked: Mapping[int, int], locale: Locale) -> list[tuple[_Rows, set[int]]]:
    pieces = pickable(one.reply)
    below = _below(one, picked, locale)
    boards: list[tuple[_Rows, set[int]]] = [([], set())]
    count, size = _size(below)
    for number, (place, most) in enumerate(pieces.items(), 1):
        shown = number if len(pieces) > 1 else None
        more_count, more_size = _size(_line(one, place, most, number=shown, quantity=most))
        if boards[-1][0] and (count + more_count > BUTTONS_MAX or size + more_size > KEYBOARD_BYTES_MAX):
            boards.append(([], set()))
            count, size = _size(below)
        boards[-1][0].extend(_line(one, place, most, number=shown, quantity=picked.get(place, 0)))
        boards[-1][1].add(place)
        count, size = count + more_count, size + more_size
    boards[-1][0].extend(below)
    return boards


def _line(one: Spoken, place: int, most: int, *, number: int | None, quantity: int) -> _Rows:
    """The line with its tick, and how many of it where that can be said."""
    label = one.reply.choices[place].label if number is None else f"{number}. {one.reply.choices[place].label}"
    tick = _TICKED if quantity else _UNTICKED
    rows = [[_button(f"{tick} {label}", Pick(one.seq, place, 0 if quantity else most))]]
    if quantity and most > 1:
        rows.append(
            [
                _button("−", Pick(one.seq, place, quantity - 1)),  # a minus for people to see
                _button(f"{quantity} / {most}", Pick(one.seq, place, quantity)),
                _button("+", Pick(one.seq, place, min(most, quantity + 1))),
            ]
        )
    return rows


def _below(one: Spoken, picked: Mapping[int, int], locale: Locale) -> _Rows:
    pieces = pickable(one.reply)
    count = sum(bool(picked.get(place, 0)) for place in pieces)
    others = [Button(choice, one.seq, place) for place, choice in enumerate(one.reply.choices) if place not in pieces]
    done = _button(say("picks.done", locale, count=count), Pick(one.seq))
    return [[done], *button_rows(others)]


def _button(label: str, pick: Pick) -> dict[str, str]:
    return {"text": cut_text(label, LABEL_LENGTH_MAX, unit="utf16"), "callback_data": pick_key(pick)}


def _size(rows: Sequence[Sequence[dict[str, str]]]) -> tuple[int, int]:
    """How many buttons, and about how many bytes."""
    buttons = [button for row in rows for button in row]
    return len(buttons), sum(len(msgspec.json.encode(button)) + 4 for button in buttons)
