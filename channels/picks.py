"""Taking several of a list by buttons, one after another, with how many of each; pure.

A button says what its choice shall be, not that it shall change: pressed twice, or told twice by the platform, it
does what it does once.
"""

import re
from collections.abc import Mapping

from dialogs.messages import Choice, Reply
from refund_core.values import value

_LINE = re.compile(r"(line:.+?)(?:\*([1-9][0-9]{0,5}))?")
_KEY = re.compile(r"@([0-9]{1,9})(?:\.([0-9]{1,4})=([0-9]{1,6})|!)")


@value(frozen=True, slots=True)
class Pick:
    """So many shall be taken of the choice at a place of what was said at seq; place None: take all that is picked."""

    seq: int
    place: int | None = None
    quantity: int = 0


def pick_key(pick: Pick) -> str:
    """What a button carries that picks."""
    return f"@{pick.seq}!" if pick.place is None else f"@{pick.seq}.{pick.place}={pick.quantity}"


def pick_of(data: str) -> Pick | None:
    """What pick_key made; None for anything else."""
    found = _KEY.fullmatch(data)
    if found is None or not data.isascii():
        return None
    seq, place, quantity = found.groups()
    return Pick(int(seq)) if place is None else Pick(int(seq), int(place), int(quantity))


def pickable(reply: Reply) -> dict[int, int]:
    """How many there are of each choice that can be picked, by its place; none where a press can say it all."""
    if reply.select is None:
        return {}
    found = {place: _pieces(choice) for place, choice in enumerate(reply.choices)}
    pieces = {place: count for place, count in found.items() if count}
    return pieces if len(pieces) > 1 or max(pieces.values(), default=0) > 1 else {}


def first_picks(reply: Reply) -> dict[int, int]:
    """What is picked when the question is asked: all pieces where there is one choice alone, otherwise nothing."""
    pieces = pickable(reply)
    return pieces if len(pieces) == 1 else {}


def taken_together(reply: Reply, picked: Mapping[int, int]) -> str:
    """The one action that takes what is picked."""
    return "+".join(
        f"{_line(reply.choices[place])}*{picked[place]}" for place in pickable(reply) if picked.get(place, 0)
    )


def _pieces(choice: Choice) -> int:
    """How many a line has; 0 for what is no line."""
    found = _LINE.fullmatch(choice.action)
    return 0 if found is None else int(found.group(2) or 1)


def _line(choice: Choice) -> str:
    found = _LINE.fullmatch(choice.action)
    return choice.action if found is None else found.group(1)
