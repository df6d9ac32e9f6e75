"""What of an order is still there to be refunded: per line, per payment and of the shipping fee.

Gone is what our own cases settled (OrderUse), what an open claim holds, and what the order's source says was refunded
elsewhere (Order.refunds but for our own).
"""

from refund_core.orders import OWN_SOURCE, LineUse, Order, OrderFacts, OrderLine, PastRefund, Payment
from refund_core.values import value

_UNTOUCHED = LineUse("")


@value(frozen=True, slots=True)
class LineLeft:
    """What of one line may still be claimed; open_case_no is the case that holds some of it."""

    line_no: str
    quantity: int
    amount_minor: int
    open_case_no: str | None = None


def lines_left(facts: OrderFacts) -> tuple[LineLeft, ...]:
    """Every line with what is left of it, in the order's order."""
    order, uses = facts.order, uses_by_line(facts)
    return tuple([left_of(order, line, uses.get(line.line_no)) for line in order.lines])


def line_left(facts: OrderFacts, line: OrderLine) -> LineLeft:
    """What is left of one line; never below zero, whatever the source reported."""
    return left_of(facts.order, line, uses_by_line(facts).get(line.line_no))


def left_of(order: Order, line: OrderLine, use: LineUse | None) -> LineLeft:
    """What is left of a line whose use is known."""
    if use is None and not order.refunds:
        return LineLeft(line.line_no, line.quantity, max(0, line.paid))
    use = use or _UNTOUCHED
    minor = use.refunded_minor + use.open_minor + imported_minor(order, line)
    quantity = max(0, line.quantity - gone_of(order, line, use))
    return LineLeft(line.line_no, quantity, max(0, line.paid - minor), use.open_case_no)


def gone_of(order: Order, line: OrderLine, use: LineUse | None) -> int:
    """The pieces of a line that were refunded here or elsewhere or are in an open claim."""
    gone = 0 if use is None else use.refunded_quantity + use.open_quantity
    return gone + _imported_quantity(order, line.line_no) if order.refunds else gone


def uses_by_line(facts: OrderFacts) -> dict[str, LineUse]:
    """What our own cases did to each line; nothing for a line without a row."""
    return {use.line_no: use for use in facts.use.lines}


def room(facts: OrderFacts, payment: Payment) -> int:
    """What of a payment may still go back; a use row already counts imported refunds."""
    for use in facts.use.payments:
        if use.payment_no == payment.payment_no:
            return max(0, payment.amount - use.refunded_minor - use.reserved_minor)
    elsewhere = sum([past.amount for past in imported(facts.order) if past.payment_no == payment.payment_no])
    return max(0, payment.amount - elsewhere)


def shipping_left(facts: OrderFacts) -> int:
    """What of the shipping fee may still go back: what no case has refunded and no open one has a share of."""
    return max(0, facts.order.shipping_fee - facts.use.shipping_gone_minor)


def imported(order: Order) -> tuple[PastRefund, ...]:
    """The refunds made elsewhere; those that are ours are counted by our own cases."""
    if not order.refunds:
        return ()
    return tuple(past for past in order.refunds if past.source != OWN_SOURCE)


def imported_minor(order: Order, line: OrderLine) -> int:
    """The line's part of refunds made elsewhere: each is spread over its lines by what their pieces had cost."""
    if not order.refunds:
        return 0
    return sum(_part_of(order, past, line.line_no) for past in imported(order) if past.lines)


def _part_of(order: Order, past: PastRefund, line_no: str) -> int:
    weights = [_cost(order, number, quantity) for number, quantity in past.lines]
    parts = order.money(max(0, past.amount)).allocate(weights)
    return sum(part.minor for (number, _), part in zip(past.lines, parts, strict=True) if number == line_no)


def _cost(order: Order, line_no: str, quantity: int) -> int:
    line = order.line(line_no)
    return 0 if line is None else line.paid * quantity // line.quantity


def _imported_quantity(order: Order, line_no: str) -> int:
    return sum(quantity for past in imported(order) for number, quantity in past.lines if number == line_no)
