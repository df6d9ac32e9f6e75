"""Which order a question is about that names none: the one whose goods it names, or the only one it can be about."""

from collections.abc import Sequence

from dialogs.flows.goods import order_with
from dialogs.flows.turn import Turn
from refund_core.circumstances import Phase, phase
from refund_core.orders import OrderFacts, OrderStatus

ORDERS_LOOKED_AT = 10
_NEVER_PAID = frozenset({OrderStatus.UNPAID, OrderStatus.CANCELLED})


def paid_orders(found: Sequence[OrderFacts]) -> list[OrderFacts]:
    """Those of which something can be sent or given back, in their order."""
    return [facts for facts in found if facts.order.status not in _NEVER_PAID]


def order_meant(turn: Turn) -> OrderFacts | None:
    """The order of a question about the rules; None where it may be any of several.

    Goods of another order, where both were read, are asked about and not those that are being talked about.
    """
    facts, found = turn.facts.order, turn.facts.recent_orders
    if facts is not None:
        here = order_with((facts,), turn.message.text)
        return here or order_with(found, turn.message.text) or facts
    paid = paid_orders(found)
    return order_with(found, turn.message.text) or (paid[0] if len(paid) == 1 else None)


def order_awaited(turn: Turn, late: Sequence[OrderFacts], *, has_not_come: bool) -> OrderFacts | None:
    """The order whose delivery is asked for: named by its goods, else a late one, else the newest that is to come.

    Where something is said to have arrived that has not, it is the newest that is said to be delivered.
    """
    if turn.facts.order is not None:
        return turn.facts.order
    found = turn.facts.recent_orders
    named = order_with(found, turn.message.text)
    if named is not None:
        return named
    paid = paid_orders(found)
    arrived = [facts for facts in paid if phase(facts.order, []) is Phase.DELIVERED]
    coming = [facts for facts in paid if facts not in arrived]
    likely = (*(arrived if has_not_come else ()), *late, *coming, *paid, *found)
    return next(iter(likely), None)
