"""How many pieces of one line join the lines that are chosen already: each button holds them all together."""

from dialogs.actions import parse_action
from dialogs.commands import SetLines
from dialogs.conversation import Conversation, Slots
from dialogs.flows.turn import Question, Turn, ask
from dialogs.flows.words import short
from dialogs.messages import Choice
from dialogs.step import Step
from refund_core.orders import OrderFacts
from refund_core.refundable import LineLeft
from refund_core.values import value

Lines = tuple[tuple[str, int], ...]
COUNTS_SHOWN_MAX = 6


@value(frozen=True, slots=True)
class Joining:
    """The line of which it is open how many are meant, and what is chosen beside it."""

    line_no: str
    beside: Lines

    def counted(self, count: int) -> SetLines:
        """All of them, with so many pieces of the open line."""
        return SetLines(((self.line_no, count), *self.beside))


def ask_how_many(turn: Turn, facts: OrderFacts, line: LineLeft, beside: Lines, *, slots: Slots) -> Step:
    """How many of this line, beside those lines."""
    found = facts.order.line(line.line_no)
    title = "" if found is None else short(found.title)
    rest = "".join(f"+line:{line_no}*{quantity}" for line_no, quantity in beside)
    counts = range(1, min(line.quantity, COUNTS_SHOWN_MAX) + 1)
    pieces = [
        Choice(turn.say("choice.line", title=title, quantity=it), f"line:{line.line_no}*{it}{rest}") for it in counts
    ]
    text = turn.say("lines.how_many", title=title, left=line.quantity)
    choices = (*pieces, turn.choice("back", "back"), turn.human())
    return ask(turn, "refund", Question("lines", text, choices), slots=slots)


def joining(conversation: Conversation) -> Joining | None:
    """What is open where how many join the chosen lines is asked; None at any other question."""
    asked = conversation.asked
    first = parse_action(asked.choices[0].action) if asked is not None and asked.choices else None
    if not isinstance(first, SetLines) or len(first.lines) < 2:
        return None
    (line_no, _), *beside = first.lines
    return Joining(line_no, tuple([(it, quantity or 1) for it, quantity in beside]))
