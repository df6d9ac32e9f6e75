"""What the tracking of an order says, in words."""

from dialogs.flows.turn import Turn
from refund_core.circumstances import Phase, phase
from refund_core.orders import Order, Shipment


def delivery_news(turn: Turn, order: Order) -> tuple[str, ...]:
    """What the tracking says, and what was promised."""
    where = phase(order, [])
    if where is Phase.DELIVERED:
        return (turn.say("hurry.delivered", order_no=order.order_no),)
    if not order.shipments or where is Phase.UNSHIPPED:
        promised = order.promised_ship_at
        said = turn.say("hurry.promised_ship", until=turn.time(promised)) if promised is not None else ""
        return (turn.say("hurry.unshipped", order_no=order.order_no), said)
    newest = order.shipments[-1]
    due = order.promised_delivery_at
    said = turn.say("hurry.promised_delivery", until=turn.time(due)) if due is not None else ""
    shipped = turn.say("hurry.shipped", order_no=order.order_no, tracking_no=newest.tracking_no)
    return (shipped, _last_event(turn, newest), said)


def _last_event(turn: Turn, shipment: Shipment) -> str:
    if not shipment.events:
        return ""
    event = max(shipment.events, key=lambda event: event.at)
    return turn.say("hurry.event", at=turn.time(event.at), text=event.text or turn.code("event", event.status))
