"""Where is my order: what the logistics say, and what can be done about it."""

from dialogs.facts import Needs
from dialogs.flows.turn import Turn, answer, lines_of
from dialogs.flows.words import order_card
from dialogs.messages import Reply
from dialogs.step import Step
from refund_core.circumstances import Phase, phase
from refund_core.orders import Order, Shipment


def hurry_needs(known_order_no: str | None) -> Needs:
    """The order that is being talked about, else the newest one."""
    return Needs(order_no=known_order_no) if known_order_no is not None else Needs(recent_orders=1)


def tell_delivery(turn: Turn) -> Step:
    """How far the order is and what was promised; a person can chase it, a refund is one tap away."""
    facts = turn.facts.order or next(iter(turn.facts.recent_orders), None)
    if facts is None:
        return answer(turn, Reply(turn.say("order.none"), (turn.choice("start", "start:refund"), turn.human())))
    order = facts.order
    text = lines_of((*_news(turn, order), turn.say("hurry.ask")))
    choices = (turn.choice("refund_this", f"order:{order.order_no}"), turn.human())
    return answer(turn, Reply(text, choices, card=order_card(turn, order)))


def _news(turn: Turn, order: Order) -> list[str]:
    where = phase(order, [])
    if where is Phase.DELIVERED:
        return [turn.say("hurry.delivered", order_no=order.order_no)]
    if not order.shipments or where is Phase.UNSHIPPED:
        promised = order.promised_ship_at
        said = turn.say("hurry.promised_ship", until=turn.time(promised)) if promised is not None else ""
        return [turn.say("hurry.unshipped", order_no=order.order_no), said]
    newest = order.shipments[-1]
    due = order.promised_delivery_at
    said = turn.say("hurry.promised_delivery", until=turn.time(due)) if due is not None else ""
    shipped = turn.say("hurry.shipped", order_no=order.order_no, tracking_no=newest.tracking_no)
    return [shipped, _last_event(turn, newest), said]


def _last_event(turn: Turn, shipment: Shipment) -> str:
    if not shipment.events:
        return ""
    event = max(shipment.events, key=lambda event: event.at)
    return turn.say("hurry.event", at=turn.time(event.at), text=event.text or turn.code("event", event.status))
