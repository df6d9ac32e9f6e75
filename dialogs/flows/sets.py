"""Goods that were sold as a set: a piece with a fault can be claimed alone, otherwise the whole set goes back."""

from dialogs.conversation import Slots
from dialogs.flows.turn import Question, Turn, ask
from dialogs.flows.words import items_text, short
from dialogs.messages import Choice, Select
from dialogs.step import Step
from refund_core.allocation import allocate_claim
from refund_core.claims import ClaimLine
from refund_core.errors import ClaimRefused
from refund_core.orders import OrderFacts
from refund_core.refundable import lines_left

LINES_SHOWN_MAX = 50
Lines = tuple[tuple[str, int], ...]
PIECE_OF_SET = "piece_of_set"
"""The wish of a case that is about a piece for which the order holds no price."""


def breaks_set(facts: OrderFacts, lines: Lines) -> bool:
    """True where some of these lines are only a part of a set."""
    if not any(line.bundle_no is not None for line in facts.order.lines):
        return False
    try:
        allocate_claim(facts, [ClaimLine(line_no, quantity) for line_no, quantity in lines])
    except ClaimRefused as refused:
        return refused.code == "bundle_broken"
    return False


def whole_sets(facts: OrderFacts, lines: Lines) -> Lines:
    """The lines with the whole of each set that they are a part of, as far as it is left."""
    numbers = {line.line_no: line.bundle_no for line in facts.order.lines}
    touched = {numbers[line_no] for line_no, _ in lines if numbers.get(line_no) is not None}
    left = [(it.line_no, it.quantity) for it in lines_left(facts) if it.quantity > 0 and it.open_case_no is None]
    sets = [it for it in left if numbers[it[0]] in touched]
    return (*(it for it in lines if numbers.get(it[0]) not in touched), *sets)


def whole_choice(turn: Turn, facts: OrderFacts, lines: Lines) -> Choice:
    """The whole set in place of a piece."""
    whole = whole_sets(facts, lines)
    return turn.choice("whole_set", "+".join(f"line:{line_no}*{quantity}" for line_no, quantity in whole))


def ask_whole_set(turn: Turn, facts: OrderFacts, slots: Slots) -> Step:
    """A piece is wanted for a reason that does not stand for it alone: the whole set, or other goods of the order."""
    left = [it for it in lines_left(facts) if it.quantity > 0 and it.open_case_no is None][:LINES_SHOWN_MAX]
    titles = {line.line_no: short(line.title) for line in facts.order.lines}
    single = [
        Choice(
            turn.say("choice.line", title=titles[it.line_no], quantity=it.quantity), f"line:{it.line_no}*{it.quantity}"
        )
        for it in left
    ]
    choices = (*single, whole_choice(turn, facts, slots.lines), turn.choice("back", "back"), turn.human())
    text = turn.say("lines.bundle", title=piece_title(turn, facts, slots.lines))
    return ask(turn, "refund", Question("lines", text, choices, Select(1, len(single))), slots=slots)


def piece_title(turn: Turn, facts: OrderFacts, lines: Lines) -> str:
    """What the piece is called."""
    pieces = [it for it in lines if (line := facts.order.line(it[0])) is not None and line.bundle_no is not None]
    first = facts.order.line(pieces[0][0]) if len(pieces) == 1 else None
    return short(first.title) if first is not None else items_text(turn, facts.order, pieces)
