"""Which orders come first where one is to be chosen."""

from dialogs.flows.lines import has_claimable
from refund_core.orders import OrderFacts, OrderStatus, SettledBy

LAST = 2
_NEVER_PAID = frozenset({OrderStatus.UNPAID, OrderStatus.CANCELLED})


def rank(facts: OrderFacts) -> int:
    """First what can be asked back, then what is in a case that is open, last what is explained when it is chosen."""
    order = facts.order
    is_ours = order.settled_by is not SettledBy.PLATFORM and order.status not in _NEVER_PAID
    if is_ours and any(payment.amount > 0 for payment in order.payments) and has_claimable(facts):
        return 0
    return 1 if any(use.open_case_no is not None for use in facts.use.lines) else LAST
