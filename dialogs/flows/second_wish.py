"""A second wish in the middle of a request: goods of the same order join it, another order is taken up afterwards."""

from collections.abc import Sequence

from dialogs.commands import AddGoods, SetLines
from dialogs.conversation import Conversation, Slots
from dialogs.flows.correct import WAYS, correct, ended, place_of
from dialogs.flows.goods import described, in_order, meant_lines
from dialogs.flows.how_many import ask_how_many, joining
from dialogs.flows.lines import ask_among, claimable, find_lines, lines_shown
from dialogs.flows.next_order import ALSO_MAX, TO_CHOOSE, further_orders
from dialogs.flows.ranking import rank
from dialogs.flows.reason import ask_reason, take_note
from dialogs.flows.refund import list_orders
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.told import GOODS_LENGTH_MAX
from dialogs.flows.turn import Turn, again, on_main
from dialogs.flows.words import items_text, order_title
from dialogs.messages import InboundMessage
from dialogs.nlu.amounts import find_count
from dialogs.nlu.asides import would_keep_goods
from dialogs.nlu.besides import (
    adds_goods,
    asks_for_more,
    names_only_goods,
    names_other_order,
    names_several_orders,
    wishes_more,
    wishes_one_more,
)
from dialogs.nlu.goods import goods_meant
from dialogs.nlu.repairs import means_the_other
from dialogs.nlu.second_reading import SURE_FROM
from dialogs.nlu.topics import is_asking
from dialogs.nlu.wishes import names_exchange
from dialogs.step import Step
from dialogs.understanding import Intent, Understanding
from refund_core.case_open import without_hold
from refund_core.cases import CaseState
from refund_core.orders import OrderFacts
from refund_core.refundable import LineLeft
from refund_core.replacing import replace

Lines = tuple[tuple[str, int], ...]
_OPEN = frozenset({"order", "lines", "reason", "evidence", "resolution", "confirm", "declined"})
_ELSE = frozenset({
    Intent.WANT_HUMAN, Intent.POLICY_QUESTION, Intent.REFUND_STATUS, Intent.DELIVERY_HURRY, Intent.WITHDRAW_REQUEST,
    Intent.INFORM_DONE, Intent.THANKS, Intent.GREETING, Intent.ANGER,
})  # fmt: skip


def second_wish(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, words: str
) -> tuple[AddGoods, ...] | None:
    """The wish for more that the words (in lower case) hold within a request; None where they hold none."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    if asking not in _OPEN or not is_in_refund(conversation):
        return None
    is_of_orders = asking != "order" and names_several_orders(words)
    if not is_of_orders and not adds_goods(words):
        return None
    if asks_for_more(words):
        return _added(message, understanding)
    is_sure = understanding.confidence >= SURE_FROM
    is_else = is_sure and understanding.intent in _ELSE
    is_reason = is_sure and understanding.intent is Intent.GIVE_REASON
    if is_reason and not wishes_more(words) and not names_only_goods(words):
        return None
    is_other_way = names_exchange(words) or would_keep_goods(words)
    if is_else or is_other_way or is_asking(message.text or ""):
        return None
    return _added(message, understanding)


def _added(message: InboundMessage, understanding: Understanding) -> tuple[AddGoods, ...]:
    return (AddGoods((message.text or "")[:GOODS_LENGTH_MAX], understanding.entity("order_no")),)


def add_goods(turn: Turn, wish: AddGoods) -> Step:
    """These too where they are of this order, else their order afterwards; what is open is gone on with."""
    facts, words = turn.facts.order, wish.words.casefold()
    if turn.asking == "order":
        named = "，".join(part for part in (turn.slots.goods, wish.words) if part)[:GOODS_LENGTH_MAX]
        return list_orders(turn, replace(turn.slots, goods=named))
    if facts is None:
        return again(turn, "order.not_found")
    turn = on_main(turn)
    if wish.order_no is not None and wish.order_no != facts.order.order_no:
        return _note(turn, [it for it in turn.facts.recent_orders if it.order.order_no == wish.order_no])
    if names_several_orders(words) or names_other_order(words):
        return _note_orders(turn, words)
    here, elsewhere = _found(turn, facts, words)
    if here:
        return _join(turn, facts, here, words)
    if elsewhere is None:
        return _more_pieces(turn, facts, words)
    return _note(turn, elsewhere) if elsewhere or turn.asking != "evidence" else take_note(turn)


def _found(turn: Turn, facts: OrderFacts, words: str) -> tuple[list[str], list[OrderFacts] | None]:
    """The lines of this order that the words fit best, else the other orders; None where they were chosen before."""
    others = [it for it in turn.facts.recent_orders if it.order.order_no != facts.order.order_no]
    known = [(it, line.line_no) for it in (facts, *others) for line in it.order.lines]
    places = goods_meant(words, [described(it.order, line_no) for it, line_no in known]).places
    before = {line_no for line_no, _ in turn.slots.lines}
    meant = [known[place] for place in places]
    here = [line_no for it, line_no in meant if it is facts]
    if here:
        return [line_no for line_no in here if line_no not in before], None
    if not places and means_the_other(words):
        return [line.line_no for line in facts.order.lines if line.line_no not in before], None
    return [], list({it.order.order_no: it for it, _ in meant}.values())


def _join(turn: Turn, facts: OrderFacts, line_nos: Sequence[str], words: str) -> Step:
    """More goods of the same order: asked about as far as they leave something open, else gone on with."""
    case = turn.facts.case
    free = facts if case is None or case.state is not CaseState.OFFERED else without_hold(facts, case)
    left = claimable(free)
    found = tuple([line for line in left if line.line_no in line_nos])
    if not found:
        return again(turn, "also.none_left")
    if turn.asking == "lines":
        shown = lines_shown(turn)
        if len(shown) >= len(left) or joining(turn.conversation) is not None:
            return find_lines(turn, words)
        return ask_among(turn, free, tuple([it for it in left if it in found or it.line_no in shown]))
    _, counted = meant_lines(words, free, found)
    chosen = counted or tuple([(line.line_no, 1) for line in found if line.quantity == 1])
    lines = in_order(facts.order, (*turn.slots.lines, *chosen))
    known = {line_no for line_no, _ in lines}
    unsure = tuple([line for line in found if line.line_no not in known])
    return _ask_counts(turn, free, unsure, lines) if unsure else _with_lines(turn, free, lines)


def _with_lines(turn: Turn, free: OrderFacts, lines: Lines) -> Step:
    if place_of(turn.asking) >= WAYS:
        return correct(turn, (SetLines(lines),))
    return ask_reason(turn, free, replace(turn.slots, lines=lines))


def _ask_counts(turn: Turn, free: OrderFacts, unsure: tuple[LineLeft, ...], lines: Lines) -> Step:
    """How many is open, of one line or of several; a request that waits for a choice ends before."""
    case, slots = turn.facts.case, replace(turn.slots, lines=())
    is_open = case is not None and place_of(turn.asking) >= WAYS
    if case is not None and is_open:
        claim = case.claim
        slots = Slots(case.order_no, reason=claim.reason.value, evidence=claim.evidence, note=claim.note)
        slots = replace(slots, was_offered_else=turn.slots.was_offered_else)
    if len(unsure) == 1:
        asked = ask_how_many(turn, free, unsure[0], lines, slots=slots)
    else:
        known = {line_no for line_no, _ in lines}
        both = tuple([it for it in claimable(free) if it in unsure or it.line_no in known])
        asked = ask_among(turn, free, both, slots=slots)
    return replace(asked, changes=(ended(turn, case),)) if case is not None and is_open else asked


def _more_pieces(turn: Turn, facts: OrderFacts, words: str) -> Step:
    """Goods that are talked about already: so many more of them where a number, or the other one, is said."""
    before = dict(turn.slots.lines)
    if len(before) != 1 or turn.asking == "lines":
        return again(turn)
    ((line_no, quantity),) = before.items()
    count = find_count(words) or (1 if means_the_other(words) or wishes_one_more(words) else 0)
    if not count:
        return again(turn)
    case = turn.facts.case
    free = facts if case is None or case.state is not CaseState.OFFERED else without_hold(facts, case)
    left = next((it.quantity for it in claimable(free) if it.line_no == line_no), 0)
    if quantity + count > left:
        return again(turn, "lines.beyond", title=items_text(turn, facts.order, ((line_no, left),)), left=left)
    return _with_lines(turn, free, ((line_no, quantity + count),))


def _note_orders(turn: Turn, words: str) -> Step:
    """Another order, or all of several, beside this one."""
    taken = turn.slots.order_no
    if names_several_orders(words):
        numbers = further_orders(words, turn.facts.recent_orders, taken)
    else:
        others = [it.order.order_no for it in turn.facts.recent_orders if rank(it) == 0 and it.order.order_no != taken]
        numbers = tuple(others) if len(others) == 1 else (TO_CHOOSE,) if others else ()
    if not numbers:
        return again(turn, "also.no_order")
    return again(_with_also(turn, numbers), "also.orders")


def _note(turn: Turn, orders: Sequence[OrderFacts]) -> Step:
    """Goods of another order: said back, and taken up when this request is made."""
    open_ones = [it for it in orders if rank(it) == 0]
    if not orders:
        return again(turn, "also.not_found")
    if not open_ones:
        return _closed(turn, orders[0])
    first = open_ones[0].order
    noted = _with_also(turn, [it.order.order_no for it in open_ones])
    return again(noted, "also.noted", order_no=first.order_no, title=order_title(turn, first))


def _closed(turn: Turn, facts: OrderFacts) -> Step:
    """Nothing of that order can be asked back: it is in a request, or given back."""
    held = next((use.open_case_no for use in facts.use.lines if use.open_case_no is not None), None)
    if held is None:
        return again(turn, "also.none_left")
    return again(turn, "order.in_case", order_no=facts.order.order_no, case_no=held)


def _with_also(turn: Turn, numbers: Sequence[str]) -> Turn:
    conversation, said = turn.conversation, turn.message.text or ""
    also = tuple(dict.fromkeys((*conversation.also, *numbers)))[:ALSO_MAX]
    goods = "，".join(part for part in (conversation.also_goods, said) if part)[:GOODS_LENGTH_MAX]
    return replace(turn, conversation=replace(conversation, also=also, also_goods=goods or None))
