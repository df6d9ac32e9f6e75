"""Asking for a refund, first part: which order."""

from collections.abc import Sequence

from dialogs.conversation import Slots
from dialogs.facts import Needs
from dialogs.flows.aftercare import parcel_named
from dialogs.flows.goods import described, order_with, orders_with
from dialogs.flows.lines import ask_lines, claimable
from dialogs.flows.next_order import further_orders, goods_said
from dialogs.flows.offers import ask_offers, have_expired
from dialogs.flows.ranking import LAST, rank
from dialogs.flows.reason import with_terms
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.told import GOODS_LENGTH_MAX, filled, is_hinted, order_shown
from dialogs.flows.turn import Question, Turn, again, answer, ask, finish, lines_of
from dialogs.flows.words import case_card, of_wish, order_card, order_title, state_reply
from dialogs.messages import Choice, Reply
from dialogs.nlu.besides import names_several_orders
from dialogs.nlu.goods import goods_meant
from dialogs.step import Step
from dialogs.texts.money import format_day
from refund_core.case_customer import withdraw
from refund_core.case_open import without_hold
from refund_core.cases import CaseState, RefundCase
from refund_core.orders import OrderFacts, OrderStatus, SettledBy
from refund_core.replacing import replace

ORDERS_SHOWN = 5
ORDERS_READ = 15
"""So many orders are read at once and put in order, those first of which something can be asked back."""
CASES_LOOKED_AT = 3
_NOTHING = Slots()
_SETTLED = frozenset({CaseState.REFUNDED, CaseState.COMPENSATED})


def start_needs(known_order_no: str | None) -> Needs:
    """The order that the channel vouches for, else the newest ones."""
    return Needs(order_no=known_order_no) if known_order_no is not None else more_needs(1)


def more_needs(page: int) -> Needs:
    """The newest orders as far as that page, and one more that tells whether there are others."""
    return Needs(recent_orders=-(-page * ORDERS_SHOWN // ORDERS_READ) * ORDERS_READ + 1)


def start(turn: Turn) -> Step:
    """A wish for a refund: propose the order that is known, or the newest orders."""
    slots = opening_slots(turn)
    if turn.facts.order is not None:
        return _ask_whether(turn, turn.facts.order, slots)
    if turn.facts.recent_orders:
        return list_orders(turn, slots)
    key = "order.none" if turn.message.order_no is None and turn.conversation.order_no is None else "order.not_found"
    return _ask_for_number(turn, key, slots)


def list_orders(turn: Turn, slots: Slots | None = None, *, page: int = 1, is_listed: bool = False) -> Step:
    """A page of the orders; the only one of which something can be asked back is preselected, unless is_listed."""
    slots = slots or _opened_before(turn)
    recent = turn.facts.recent_orders
    if not recent:
        return _ask_for_number(turn, "order.none", slots)
    if len(recent) == 1:
        unpaid = _refused(turn, recent[0]) if _is_unpaid(recent[0]) else None
        return _ask_whether(turn, recent[0], slots, is_only=True) if unpaid is None else finish(turn, unpaid)
    several = () if is_listed or page > 1 else orders_with(recent, slots.goods)
    if len(several) > 1:
        return _ask_which_first(turn, several, slots)
    named = None if is_listed or page > 1 else order_with(recent, slots.goods) or _talked_about(turn, slots)
    if named is not None:
        return _ask_whether(turn, named, replace(slots, order_no=None))
    pages = range(0, len(recent), ORDERS_READ)
    ranked = [facts for first in pages for facts in sorted(recent[first:][:ORDERS_READ], key=rank)]
    alone = ranked[0] if len(recent) <= ORDERS_READ and [rank(facts) for facts in ranked[:2]] == [0, LAST] else None
    if alone is not None and not is_listed and page == 1:
        return _ask_whether(turn, alone, slots)
    shown = ranked[ORDERS_SHOWN * (page - 1) : ORDERS_SHOWN * page] or ranked[:ORDERS_SHOWN]
    cards = [_order_reply(turn, order) for order in shown]
    more = (turn.choice("more_orders", f"orders:{page + 1}"),) if len(recent) > ORDERS_SHOWN * page else ()
    others = (*more, *((turn.choice("back", "back"),) if page > 1 else ()), turn.human())
    cards[-1] = replace(cards[-1], choices=(*cards[-1].choices, *others))
    words = turn.message.text or ""
    if not names_several_orders(words):
        return _ask_among(turn, turn.say("order.ask"), cards, slots)
    kept = replace(turn.conversation, also=further_orders(words, ranked), also_goods=None)
    return _ask_among(replace(turn, conversation=kept), turn.say("order.one_by_one"), cards, slots)


def _ask_which_first(turn: Turn, several: Sequence[OrderFacts], slots: Slots) -> Step:
    """Goods of several orders were named: they are taken one after the other, the rest is kept for afterwards."""
    cards = [_order_reply(turn, facts) for facts in several[:ORDERS_SHOWN]]
    cards[-1] = replace(cards[-1], choices=(*cards[-1].choices, turn.choice("back", "back"), turn.human()))
    also = tuple([facts.order.order_no for facts in several[:ORDERS_SHOWN]])
    kept = replace(turn, conversation=replace(turn.conversation, also=also, also_goods=slots.goods))
    return _ask_among(kept, turn.say("order.several"), cards, slots)


def _ask_among(turn: Turn, text: str, cards: Sequence[Reply], slots: Slots) -> Step:
    first = cards[0]
    question = Question("order", lines_of((text, first.text)), first.choices, card=first.card, more=tuple(cards[1:]))
    return ask(turn, "refund", question, slots=slots)


def _talked_about(turn: Turn, slots: Slots) -> OrderFacts | None:
    """The one order that the last answer was about, where no goods are named that may be of another."""
    is_at_order = turn.asking in {None, "order"} and len(turn.conversation.stack) < 2
    if not is_at_order or turn.understanding.entity("product") is not None:
        return None
    order_no = slots.order_no or order_shown(turn.conversation)
    return next((facts for facts in turn.facts.recent_orders if facts.order.order_no == order_no), None)


def _opened_before(turn: Turn) -> Slots:
    """What was told of a refund whose order is asked for again."""
    slots = turn.slots
    kept = replace(slots, order_no=None, lines=(), case_no=None, offer_id=None, shown=None, has_bonus=False)
    return replace(kept, order_version=None, was_offered_else=False)


def start_over(turn: Turn) -> Step:
    """Everything told so far is forgotten; a case that still waits for a choice ends."""
    case = turn.facts.case
    fresh = replace(turn.conversation, stack=(), slots=_NOTHING, asked=None)
    taken = start(replace(turn, conversation=fresh))
    if case is None or case.state is not CaseState.OFFERED:
        return taken
    return replace(taken, changes=(withdraw(case, turn.moment, why="started over"),))


def choose_order(turn: Turn) -> Step:
    """An order was named: say why it cannot be refunded here, or go on to its lines.

    A request for another order that still waits for a choice stays, and that is said.
    """
    taken, before, facts = _taken_up(turn), turn.slots, turn.facts.order
    if before.case_no is None or facts is None or not is_in_refund(turn.conversation):
        return taken
    if facts.order.order_no == before.order_no:
        return taken
    return replace(taken, replies=(Reply(turn.say("order.left", order_no=before.order_no or "")), *taken.replies))


def _taken_up(turn: Turn) -> Step:
    facts = turn.facts.order
    if facts is None:
        return parcel_named(turn) or _not_found(turn)
    refused = _refused(turn, facts)
    if refused is not None:
        return finish(turn, refused)
    slots = replace(opening_slots(turn), order_no=facts.order.order_no)
    waiting = next((it for it in turn.facts.cases if _waits_for_choice(it, facts)), None)
    if waiting is not None:
        return _resume(turn, facts, waiting, slots)
    left = claimable(facts)
    if not left:
        return _all_in_cases(turn, facts)
    asked = ask_lines(turn, facts, slots, left)
    return replace(asked, replies=(*_parts_in_cases(turn, facts), *asked.replies))


def _parts_in_cases(turn: Turn, facts: OrderFacts) -> tuple[Reply, ...]:
    """What is said of the open cases that hold a part of the order, before the rest is asked about."""
    held = dict.fromkeys(use.open_case_no for use in facts.use.lines if use.open_case_no is not None)
    known = {case.case_no: case for case in turn.facts.cases}
    return tuple([_part_reply(turn, facts.order.order_no, case_no, known.get(case_no)) for case_no in held])


def _part_reply(turn: Turn, order_no: str, case_no: str, case: RefundCase | None) -> Reply:
    said = turn.say("order.part_in_case", order_no=order_no, case_no=case_no)
    status = (turn.choice("status", f"status:{case_no}"),)
    if case is None:
        return Reply(said, status)
    return Reply(f"{said}\n{state_reply(turn, case).text}", status, card=case_card(case))


def _waits_for_choice(case: RefundCase, facts: OrderFacts) -> bool:
    return case.state is CaseState.OFFERED and case.order_no == facts.order.order_no


def _resume(turn: Turn, facts: OrderFacts, case: RefundCase, slots: Slots) -> Step:
    """A case of this order still waits for the choice of an offer; one whose offers are over ends, and all is new."""
    if not have_expired(turn, case):
        return ask_offers(turn, facts, case, wished=slots.resolution)
    change = withdraw(case, turn.moment, why="offers expired")
    free = without_hold(facts, case)
    asked = ask_lines(turn, free, slots, claimable(free))
    return replace(asked, changes=(change, *asked.changes))


def opening_slots(turn: Turn) -> Slots:
    """What is known as a refund begins: what was told while its order was asked for, and what this message tells."""
    known = turn.slots if is_hinted(turn.conversation) or turn.asking == "order" else Slots(goods=goods_said(turn))
    pictures = turn.message.attachments
    if not pictures and not turn.told:
        return known
    slots = filled(replace(known, evidence=(*known.evidence, *pictures)), turn.told)
    slots = with_terms(slots, turn.told, turn.message.text)
    return _with_goods(turn, known.goods, slots)


def _with_goods(turn: Turn, before: str | None, slots: Slots) -> Slots:
    """Words that name no goods of the orders ("just one of them") are about those that were named before."""
    said = slots.goods
    if before is None or said is None or before in said:
        return slots
    known = turn.facts.recent_orders if turn.facts.order is None else (turn.facts.order,)
    titles = [described(facts.order, line.line_no) for facts in known for line in facts.order.lines]
    if goods_meant(said.casefold(), titles).places:
        return slots
    return replace(slots, goods=f"{said}，{before}"[:GOODS_LENGTH_MAX])


def _ask_whether(turn: Turn, facts: OrderFacts, slots: Slots, *, is_only: bool = False) -> Step:
    others = () if is_only else (turn.choice("other_order", "back"),)
    choices = (turn.choice("this_order", f"order:{facts.order.order_no}"), *others, turn.human())
    question = Question("order", turn.say(of_wish("order.confirm", slots)), choices, card=order_card(turn, facts.order))
    return ask(turn, "refund", question, slots=slots)


def _ask_for_number(turn: Turn, key: str, slots: Slots) -> Step:
    others = () if key == "order.none" else (turn.choice("other_order", "back"),)
    question = Question("order", turn.say(key), (*others, turn.human(), turn.choice("cancel", "cancel")))
    return ask(turn, "refund", question, slots=slots)


def order_choice(turn: Turn, facts: OrderFacts) -> Choice:
    """The button of one order among several."""
    order = facts.order
    day = format_day(order.placed_at, turn.locale, turn.merchant.timezone)
    return turn.choice("order", f"order:{order.order_no}", title=order_title(turn, order), day=day)


def _is_unpaid(facts: OrderFacts) -> bool:
    return facts.order.status is OrderStatus.UNPAID


def _order_reply(turn: Turn, facts: OrderFacts) -> Reply:
    """An order to choose; one that was never paid is shown and says so."""
    if _is_unpaid(facts):
        return Reply(turn.say("order.unpaid_listed"), card=order_card(turn, facts.order))
    return Reply("", (order_choice(turn, facts),), card=order_card(turn, facts.order))


def _not_found(turn: Turn) -> Step:
    if turn.conversation.stack:
        return again(turn, "order.not_found")
    return answer(turn, Reply(turn.say("order.not_found"), (turn.choice("start", "start:refund"), turn.human())))


def _refused(turn: Turn, facts: OrderFacts) -> Reply | None:
    order = facts.order
    choices = (turn.choice("other_order", "start:refund"), turn.human())
    if order.settled_by is SettledBy.PLATFORM:
        platform = turn.code("platform", order.source)
        text = turn.say("order.platform", order_no=order.order_no, platform=platform)
        return Reply(text, choices, card=order_card(turn, order))
    if order.status is OrderStatus.CANCELLED:
        return Reply(turn.say("order.cancelled", order_no=order.order_no), choices)
    if order.status is not OrderStatus.UNPAID and sum([it.paid for it in order.lines]) + order.shipping_fee == 0:
        return Reply(turn.say("order.free", order_no=order.order_no), choices)
    if order.status is OrderStatus.UNPAID or not any(payment.amount > 0 for payment in order.payments):
        return Reply(turn.say("order.unpaid", order_no=order.order_no), choices)
    return None


def _all_in_cases(turn: Turn, facts: OrderFacts) -> Step:
    """Everything of the order is refunded or being refunded: say so with the case's state."""
    order_no = facts.order.order_no
    case = next((case for case in turn.facts.cases if case.order_no == order_no), None)
    if case is None:
        return _in_unknown_case(turn, facts)
    return finish(turn, _case_reply(turn, case))


def _in_unknown_case(turn: Turn, facts: OrderFacts) -> Step:
    order_no = facts.order.order_no
    held = next((use.open_case_no for use in facts.use.lines if use.open_case_no is not None), None)
    if held is None:
        text = turn.say("order.nothing_left", order_no=order_no)
        return finish(turn, Reply(text, (turn.choice("other_order", "start:refund"), turn.human())))
    text = turn.say("order.in_case", order_no=order_no, case_no=held)
    return finish(turn, Reply(text, (turn.choice("status", f"status:{held}"), turn.human())))


def _case_reply(turn: Turn, case: RefundCase) -> Reply:
    key = "order.refunded" if case.state in _SETTLED else "order.in_case"
    said = turn.say(key, order_no=case.order_no, case_no=case.case_no)
    state = turn.say("status.case", case_no=case.case_no, order_no=case.order_no, state=turn.code("state", case.state))
    choices = (turn.choice("status", f"status:{case.case_no}"), turn.human())
    return Reply(f"{said}\n{state}", choices, card=case_card(case))
