"""Where is my order: what the logistics say, and what can be done about it."""

from collections.abc import Sequence

from dialogs.conversation import Asked, Slots
from dialogs.facts import Needs
from dialogs.flows.asked_order import ORDERS_LOOKED_AT, order_awaited, paid_orders
from dialogs.flows.lines import claimable
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.told import told_reason
from dialogs.flows.tracking import delivery_news
from dialogs.flows.turn import Turn, again, answer, lines_of
from dialogs.flows.verdict import decide_claim
from dialogs.flows.words import order_card
from dialogs.messages import Reply
from dialogs.step import Step
from refund_core.circumstances import LATE, guess_reason
from refund_core.claims import Reason, Remedy
from refund_core.orders import Order, OrderFacts, OrderStatus
from refund_core.replacing import replace


def hurry_needs(known_order_no: str | None) -> Needs:
    """The order that is being talked about, else the newest ones."""
    return Needs(order_no=known_order_no) if known_order_no is not None else Needs(recent_orders=ORDERS_LOOKED_AT)


def tell_delivery(turn: Turn) -> Step:
    """How far the order is and what was promised; what can be done is one tap away."""
    late = [it for it in paid_orders(turn.facts.recent_orders) if late_reason(turn, it) is not None]
    facts = order_awaited(turn, late, has_not_come=told_reason(turn.understanding) == Reason.NOT_RECEIVED)
    if facts is None:
        return answer(turn, Reply(turn.say("order.none"), (turn.choice("start", "start:refund"), turn.human())))
    order = facts.order
    if order.status is OrderStatus.UNPAID:
        return answer(turn, Reply(turn.say("order.unpaid", order_no=order.order_no), (turn.human(),)))
    news = delivery_news(turn, order)
    if is_in_refund(turn.conversation):
        return answer(turn, Reply(lines_of(news), (), card=order_card(turn, order)))
    reason = late_reason(turn, facts)
    if reason is not None and claimable(facts):
        return _late(turn, order, (*news, turn.say("hurry.late")), reason)
    text = lines_of((*news, turn.say("hurry.ask")))
    choices = (turn.choice("refund_this", f"order:{order.order_no}"), turn.human())
    return answer(turn, Reply(text, choices, card=order_card(turn, order)))


def late_reason(turn: Turn, facts: OrderFacts) -> Reason | None:
    """What the logistics make plain to be wrong: late, never picked up, or lost."""
    reason = guess_reason(facts, turn.now, fake_shipment_hours=turn.merchant.policy.limits.fake_shipment_hours)
    return reason if reason in LATE else None


def _late(turn: Turn, order: Order, said: Sequence[str], reason: Reason) -> Step:
    """A refund, or faster delivery with compensation, side by side; the order and its reason are known by then."""
    choices = (
        turn.choice("refund_this", f"order:{order.order_no}"),
        turn.choice("expedite", f"remedy:{Remedy.EXPEDITE.value}"),
        turn.human(),
    )
    reply = Reply(lines_of(said), choices, card=order_card(turn, order))
    known = Slots(order_no=order.order_no, reason=reason.value, was_offered_else=True)
    asked = Asked("late", choices, reply.text)
    return Step(replace(turn.conversation, stack=(), slots=known, asked=asked, misses=0), (reply,))


def hasten(turn: Turn) -> Step:
    """Faster delivery of a late order was chosen: a person arranges it and judges the compensation."""
    facts = turn.facts.order
    if facts is None:
        return again(turn, "order.not_found")
    lines = tuple([(left.line_no, left.quantity) for left in claimable(facts)])
    return decide_claim(turn, replace(turn.slots, lines=lines, remedy=Remedy.EXPEDITE.value), facts)
