"""Asking for a refund, second part: which goods of the order, and how many."""

from dialogs.commands import SetLines, SetQuantity
from dialogs.conversation import Slots
from dialogs.flows.buttons import is_shown
from dialogs.flows.goods import in_order, meant_lines
from dialogs.flows.how_many import joining
from dialogs.flows.reason import ask_reason
from dialogs.flows.small_talk import miss
from dialogs.flows.told import told_reason
from dialogs.flows.turn import Question, Turn, again, ask
from dialogs.flows.words import of_wish, order_card, refusal_text, short
from dialogs.messages import Choice, Select
from dialogs.step import Step
from refund_core.allocation import allocate_claim
from refund_core.claims import ClaimLine
from refund_core.errors import ClaimRefused
from refund_core.orders import OrderFacts
from refund_core.refundable import LineLeft, left_of, line_left, lines_left, uses_by_line
from refund_core.replacing import replace

LINES_SHOWN_MAX = 50
Chosen = tuple[tuple[str, int], ...]


def ask_lines(turn: Turn, facts: OrderFacts, slots: Slots, open_lines: tuple[LineLeft, ...]) -> Step:
    """Which of the lines that are open to a claim; not asked where only one piece of one line can be meant."""
    if len(open_lines) == 1 and open_lines[0].quantity == 1:
        return ask_reason(turn, facts, replace(slots, lines=((open_lines[0].line_no, 1),), goods=None))
    if slots.lines and _problem(turn, facts, slots.lines) is None:
        return ask_reason(turn, facts, replace(slots, goods=None))
    if slots.goods is not None:
        named = _by_words(turn, facts, slots, open_lines)
        if named is not None:
            return named
    shown = open_lines[:LINES_SHOWN_MAX]
    text = turn.say(of_wish("lines.ask", slots))
    slots = replace(slots, lines=(), goods=None)
    if len(shown) < len(open_lines):
        text = f"{text}\n{turn.say('lines.many', shown=len(shown), count=len(open_lines))}"
    question = Question(
        "lines",
        text,
        (*_line_choices(turn, facts, shown), turn.choice("back", "back"), turn.human()),
        Select(1, len(shown)),
        order_card(turn, facts.order),
    )
    return ask(turn, "refund", question, slots=slots)


def _by_words(turn: Turn, facts: OrderFacts, slots: Slots, open_lines: tuple[LineLeft, ...]) -> Step | None:
    """On with the goods that the words name; where they leave open which or how many, just that is asked."""
    words, slots = (slots.goods or "").casefold(), replace(slots, goods=None)
    found, chosen = meant_lines(words, facts, open_lines)
    if chosen and _problem(turn, facts, chosen) is None:
        return ask_reason(turn, facts, replace(slots, lines=chosen))
    if len(found) == 1 and len(open_lines) > 1:
        title = _title(facts, ((found[0].line_no, 1),), "")
        text = turn.say("lines.how_many", title=title, left=found[0].quantity)
        return _ask_of(turn, facts, found, text, slots=slots)
    if found and len(found) < len(open_lines):
        return ask_among(turn, facts, found, slots=slots)
    return None


def choose_lines(turn: Turn, said: SetLines) -> Step:
    """Lines were chosen: check them against what is left, then ask why."""
    facts = turn.facts.order
    if facts is None:
        return again(turn, "order.not_found")
    open_count = joining(turn.conversation) if said.is_all else None
    if open_count is not None:
        said = open_count.counted(_left(facts, open_count.line_no))
    chosen = _all_shown(turn, facts) if said.is_all else _with_quantities(facts, said.lines)
    problem = _problem(turn, facts, chosen)
    if problem is not None:
        return _ask_again(turn, facts, problem)
    return ask_reason(turn, facts, replace(turn.slots, lines=chosen))


def _all_shown(turn: Turn, facts: OrderFacts) -> Chosen:
    """Everything that can be claimed; where only some lines were asked about, all of those."""
    shown = None if is_shown(turn.conversation, "lines:all") else lines_shown(turn) or None
    return tuple([(left.line_no, left.quantity) for left in claimable(facts) if shown is None or left.line_no in shown])


def find_lines(turn: Turn, words: str) -> Step:
    """Words instead of a choice: the lines whose goods they name, else the same question."""
    facts = turn.facts.order
    if facts is None:
        return miss(turn)
    open_count = joining(turn.conversation)
    if open_count is not None:
        found, chosen = meant_lines(words, facts, [it for it in claimable(facts) if it.line_no == open_count.line_no])
        if found or chosen:
            return choose_lines(turn, open_count.counted(chosen[0][1])) if chosen else again(turn)
    named = _by_words(turn, facts, replace(turn.slots, goods=words), claimable(facts))
    if named is not None:
        return named
    return miss(turn) if told_reason(turn.understanding) is None else again(turn, "told.kept")


def count_lines(turn: Turn, said: SetQuantity) -> Step:
    """A number that answers only half: how many of the line it numbers, or which goods it counts."""
    facts = turn.facts.order
    if facts is None:
        return again(turn, "order.not_found")
    open_count = joining(turn.conversation)
    if open_count is not None:
        return choose_lines(turn, open_count.counted(said.quantity or said.option or 1))
    numbered = _numbered(turn, facts, said.option or 0)
    if numbered is not None:
        title = _title(facts, ((numbered.line_no, 1),), "")
        return _ask_of(turn, facts, (numbered,), turn.say("lines.how_many", title=title, left=numbered.quantity))
    count = said.quantity or 0
    fitting = tuple([replace(left, quantity=count) for left in claimable(facts) if 1 <= count <= left.quantity])
    if not fitting:
        return again(turn)
    return _ask_of(turn, facts, fitting, turn.say("lines.which", quantity=count))


def _numbered(turn: Turn, facts: OrderFacts, number: int) -> LineLeft | None:
    """The line whose button has that number."""
    line_nos = lines_shown(turn)
    if not 1 <= number <= len(line_nos):
        return None
    return next((left for left in claimable(facts) if left.line_no == line_nos[number - 1]), None)


def lines_shown(turn: Turn) -> list[str]:
    """The lines that the open question has buttons for, in their order."""
    asked = turn.conversation.asked
    actions = [choice.action for choice in asked.choices] if asked is not None else []
    return [it.removeprefix("line:").rpartition("*")[0] for it in actions if it.startswith("line:")]


def ask_among(turn: Turn, facts: OrderFacts, lines: tuple[LineLeft, ...], *, slots: Slots | None = None) -> Step:
    """Which, and how many, of just these lines."""
    return _ask_of(turn, facts, lines, turn.say("lines.found"), slots=slots)


def _ask_of(
    turn: Turn, facts: OrderFacts, lines: tuple[LineLeft, ...], text: str, *, slots: Slots | None = None
) -> Step:
    shown = lines[:LINES_SHOWN_MAX]
    lines_alone = tuple([it for it in _line_choices(turn, facts, shown) if it.action != "lines:all"])
    choices = (*lines_alone, turn.choice("back", "back"), turn.human())
    return ask(turn, "refund", Question("lines", text, choices, Select(1, len(shown))), slots=slots)


def claimable(facts: OrderFacts) -> tuple[LineLeft, ...]:
    """The lines of which something is left and that no open case holds."""
    return tuple([left for left in lines_left(facts) if _is_free(left)])


def has_claimable(facts: OrderFacts) -> bool:
    """True where claimable() would find a line; looks no further than the first one."""
    order, uses = facts.order, uses_by_line(facts)
    return any(_is_free(left_of(order, line, uses.get(line.line_no))) for line in order.lines)


def _is_free(left: LineLeft) -> bool:
    return left.quantity > 0 and left.open_case_no is None


def _line_choices(turn: Turn, facts: OrderFacts, lines: tuple[LineLeft, ...]) -> tuple[Choice, ...]:
    titles = {line.line_no: line.title for line in facts.order.lines}
    say = turn.sayer("choice.line")
    choices = tuple(
        [
            Choice(
                say({"title": short(titles[left.line_no]), "quantity": left.quantity}),
                f"line:{left.line_no}*{left.quantity}",
            )
            for left in lines
        ]
    )
    return choices if len(choices) == 1 else (*choices, turn.choice("all_lines", "lines:all"))


def _with_quantities(facts: OrderFacts, lines: tuple[tuple[str, int | None], ...]) -> Chosen:
    """The lines in their order; one without a quantity means all that is left of it."""
    counted = [(line_no, quantity if quantity is not None else _left(facts, line_no)) for line_no, quantity in lines]
    return in_order(facts.order, counted)


def _left(facts: OrderFacts, line_no: str) -> int:
    line = facts.order.line(line_no)
    return 1 if line is None else max(1, line_left(facts, line).quantity)


def _problem(turn: Turn, facts: OrderFacts, chosen: Chosen) -> str | None:
    """Why these cannot be claimed; whether a piece of a set can depends on the reason."""
    if not chosen:
        return turn.say("refused.general", why=turn.say("refused.nothing_left"))
    try:
        allocate_claim(facts, [ClaimLine(line_no, quantity) for line_no, quantity in chosen])
    except ClaimRefused as refused:
        return None if refused.code == "bundle_broken" else _line_problem(turn, facts, chosen, refused)
    return None


def _line_problem(turn: Turn, facts: OrderFacts, chosen: Chosen, refused: ClaimRefused) -> str:
    title = _title(facts, chosen, refused.field)
    match refused.code:
        case "unknown_line":
            return turn.say("lines.unknown")
        case "repeated_line":
            return turn.say("lines.repeated")
        case "line_in_open_claim":
            return turn.say("lines.open", title=title)
        case "nothing_left":
            return turn.say("lines.none_left", title=title)
        case "quantity_beyond_left":
            return turn.say("lines.beyond", title=title, left=refused.left)
        case _:
            return refusal_text(turn, refused)


def _title(facts: OrderFacts, chosen: Chosen, field: str) -> str:
    """The goods that the core's field (lines[2].quantity) is about."""
    place = field.partition("[")[2].partition("]")[0]
    index = int(place) if place.isdigit() else 0
    line = facts.order.line(chosen[index][0]) if index < len(chosen) else None
    return short(line.title) if line is not None else facts.order.order_no


def _ask_again(turn: Turn, facts: OrderFacts, problem: str) -> Step:
    asked = ask_lines(turn, facts, replace(turn.slots, lines=()), claimable(facts))
    first = asked.replies[0]
    return replace(asked, replies=(replace(first, text=f"{problem}\n{first.text}", card=None), *asked.replies[1:]))
