"""Settings that do not answer the open question: kept for a later one, or put in the place of what was said before.

Once a case is open its claim is fixed: a correction ends it (nothing was paid) and decides anew.
"""

from collections.abc import Sequence

from dialogs.commands import SetGoods, SetLines, SetOrder, SetQuantity, SetReason, SetRemedy, SetResolution, Setting
from dialogs.conversation import Slots
from dialogs.flows.goods import meant_lines
from dialogs.flows.lines import ask_lines, claimable, lines_shown
from dialogs.flows.reason import ask_reason, with_terms
from dialogs.flows.refund import list_orders
from dialogs.flows.settling import choose_offer, choose_wish
from dialogs.flows.small_talk import miss
from dialogs.flows.told import GOODS_LENGTH_MAX, filled
from dialogs.flows.turn import Question, Turn, again, ask_aside, finish
from dialogs.flows.words import state_reply
from dialogs.nlu.repairs import means_the_other
from dialogs.step import Step
from refund_core.case_customer import withdraw
from refund_core.case_open import without_hold
from refund_core.cases import CaseChange, CaseState, RefundCase
from refund_core.claims import Remedy
from refund_core.orders import OrderFacts
from refund_core.refundable import LineLeft
from refund_core.replacing import replace

_PLACES = {"order": 0, "lines": 1, "reason": 2, "evidence": 3, "resolution": 4, "confirm": 4, "declined": 4}
WAYS = 4
"""From this question on a case is open."""
_GOODS = (SetGoods, SetLines, SetQuantity)
BY_A_PERSON = frozenset({Remedy.EXCHANGE, Remedy.RESHIP, Remedy.PRICE_ADJUST, Remedy.EXPEDITE})


def place_of(asking: str | None) -> int:
    """How far a refund has come by the question that it waits on."""
    return _PLACES.get(asking or "", -1)


def place_of_setting(setting: Setting) -> int:
    """The question that a setting answers."""
    match setting:
        case SetOrder():
            return 0
        case SetLines() | SetGoods() | SetQuantity():
            return 1
        case SetReason():
            return 2
        case SetRemedy() | SetResolution():
            return WAYS


def keep(turn: Turn, settings: Sequence[Setting]) -> Step:
    """Told before it is asked: it is kept, and the open question put again."""
    slots = with_terms(filled(turn.slots, settings), settings, turn.message.text)
    return again(replace(turn, conversation=replace(turn.conversation, slots=slots)), "told.kept")


def ask_change(turn: Turn, reason: str) -> Step:
    """Another reason than the one that was decided on: is it to be changed, or was it just said?"""
    words = turn.code("reason", reason)
    change = replace(turn.choice_of("reason", reason), label=turn.say("choice.change", what=words))
    question = Question(
        "change", turn.say("change.ask", what=words), (change, turn.choice("leave", "back"), turn.human())
    )
    return ask_aside(turn, "change", question)


def correct(turn: Turn, settings: Sequence[Setting]) -> Step:
    """Put these in the place of what was said before, and go on with the first question that is open then."""
    facts = turn.facts.order
    if not settings:
        return again(turn)
    if facts is None:
        return again(turn, "order.not_found")
    if place_of(turn.asking) < WAYS:
        return _redo(turn, facts, turn.slots, settings)
    case = turn.facts.case
    if case is None:
        return again(turn)
    if case.state is not CaseState.OFFERED:
        return finish(turn, state_reply(turn, case))
    wish = next((it for it in settings if isinstance(it, SetRemedy) and it.remedy in BY_A_PERSON), None)
    if wish is not None:
        return choose_wish(turn, wish.remedy)
    if all(isinstance(it, SetResolution) for it in settings):
        return choose_offer(turn, SetResolution(_resolution(settings) or ""))
    return _decide_anew(turn, facts, case, settings)


def _decide_anew(turn: Turn, facts: OrderFacts, case: RefundCase, settings: Sequence[Setting]) -> Step:
    free = without_hold(facts, case)
    claim = case.claim
    lines = tuple([(line.line_no, line.quantity) for line in claim.lines])
    slots = Slots(case.order_no, lines, claim.reason.value, evidence=claim.evidence, note=claim.note)
    slots = replace(slots, was_offered_else=turn.slots.was_offered_else)
    if not any(isinstance(it, SetReason) for it in settings):
        slots = replace(slots, remedy=claim.remedy.value)
    taken = _redo(turn, free, slots, settings)
    if taken.conversation.slots.case_no == case.case_no:
        return taken
    return replace(taken, changes=(ended(turn, case), *taken.changes))


def ended(turn: Turn, case: RefundCase) -> CaseChange:
    """The case ends, since something else is asked for in its place."""
    return withdraw(case, turn.moment, why="changed by the customer")


def _redo(turn: Turn, facts: OrderFacts, slots: Slots, settings: Sequence[Setting]) -> Step:
    goods = next((it for it in settings if isinstance(it, _GOODS)), None)
    changed = filled(slots, [it for it in settings if not isinstance(it, _GOODS)])
    if goods is None:
        if changed.lines:
            return ask_reason(turn, facts, changed)
        said = replace(changed, goods=(turn.message.text or "")[:GOODS_LENGTH_MAX] or None)
        return ask_lines(turn, facts, said, claimable(facts))
    lines, open_lines = _lines_instead(turn, facts, slots, goods)
    if not lines and not open_lines:
        is_other = isinstance(goods, SetGoods) and means_the_other(goods.words.casefold())
        return list_orders(turn, is_listed=True) if is_other and turn.facts.recent_orders else miss(turn)
    if lines:
        return ask_lines(turn, facts, replace(changed, lines=lines), claimable(facts))
    words = goods.words if isinstance(goods, SetGoods) else None
    return ask_lines(turn, facts, replace(changed, lines=(), goods=words), open_lines)


def _other_lines(
    turn: Turn, before: set[str], left: tuple[LineLeft, ...]
) -> tuple[tuple[tuple[str, int], ...], tuple[LineLeft, ...]]:
    """The lines beside those that were chosen or asked about; with none beside, another order is meant."""
    shown = set(lines_shown(turn))
    known = before or (shown if len(shown) < len(left) else set())
    others = tuple([line for line in left if line.line_no not in known]) if known else ()
    if not others:
        return (), left if before and len(left) > 1 else ()
    is_plain = len(others) == 1 and others[0].quantity == 1
    return ((others[0].line_no, 1),) if is_plain else (), others


def _lines_instead(
    turn: Turn, facts: OrderFacts, slots: Slots, goods: SetGoods | SetLines | SetQuantity
) -> tuple[tuple[tuple[str, int], ...], tuple[LineLeft, ...]]:
    """The lines that are meant now where that is plain, else those among which to ask."""
    left = claimable(facts)
    before = {line_no for line_no, _ in slots.lines}
    if isinstance(goods, SetQuantity):
        named = [line_no for line_no, _ in slots.lines] or [line.line_no for line in left]
        counted = ((named[0], goods.quantity or 1),) if len(named) == 1 else ()
        return counted, left
    if isinstance(goods, SetLines):
        return tuple([(line_no, quantity or 1) for line_no, quantity in goods.lines]), left
    words = goods.words.casefold()
    if means_the_other(words):
        return _other_lines(turn, before, left)
    found, chosen = meant_lines(words, facts, left)
    if not found and not chosen and len(before) == 1:
        _, chosen = meant_lines(words, facts, [line for line in left if line.line_no in before])
    return chosen, found


def _resolution(settings: Sequence[Setting]) -> str | None:
    return next((it.resolution for it in settings if isinstance(it, SetResolution)), None)
