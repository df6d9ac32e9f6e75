"""What must hold within one order beyond the kind of each field: nothing twice, nothing dangling, sums that add up."""

from collections import Counter
from collections.abc import Iterable, Iterator

from connectors.orders.pushed.wire import AMOUNT_MINOR_MAX
from refund_core.currencies import CURRENCIES
from refund_core.incoming import Rejected
from refund_core.orders import OWN_SOURCE, Order, OrderStatus

RESERVED_LINE_NO = "#shipping"
_MAY_BE_BELOW = frozenset({OrderStatus.UNPAID, OrderStatus.DEPOSIT_PAID, OrderStatus.CANCELLED})


def first_fault(order: Order) -> Rejected | None:
    """The first thing wrong with an order, or None."""
    return next(_faults(order), None)


def _faults(order: Order) -> Iterator[Rejected]:
    yield from _repeated("lines", "line_no", [line.line_no for line in order.lines])
    yield from _repeated("payments", "payment_no", [payment.payment_no for payment in order.payments])
    yield from _repeated("refunds", "refund_no", [refund.refund_no for refund in order.refunds])
    if order.currency not in CURRENCIES:
        yield Rejected("currency", f"{order.currency} is no currency of ISO 4217")
    yield from _bad_lines(order)
    yield from _unknown_lines(order)
    yield from _bad_payments(order)
    yield from _bad_sum(order)
    if order.refunds:
        yield from _bad_refunds(order)


def _repeated(where: str, name: str, numbers: list[str]) -> Iterator[Rejected]:
    if len(set(numbers)) == len(numbers):
        return
    seen: set[str] = set()
    for index, number in enumerate(numbers):
        if number in seen:
            yield Rejected(f"{where}[{index}].{name}", "is repeated")
        seen.add(number)


def _bad_lines(order: Order) -> Iterator[Rejected]:
    for index, line in enumerate(order.lines):
        if line.discount > line.quantity * line.unit_price:
            yield Rejected(f"lines[{index}].discount", "is more than the line's total")
        if line.line_no == RESERVED_LINE_NO:
            yield Rejected(f"lines[{index}].line_no", "is reserved")


def _unknown_lines(order: Order) -> Iterator[Rejected]:
    """References to lines that the order does not have."""
    known = {line.line_no for line in order.lines}
    for index, line in enumerate(order.lines):
        if line.gift_of is not None and (line.gift_of not in known or line.gift_of == line.line_no):
            yield Rejected(f"lines[{index}].gift_of", "names no other line of the order")
    named = [("shipments", index, parcel.line_nos) for index, parcel in enumerate(order.shipments)]
    named += [("discounts", index, discount.line_nos) for index, discount in enumerate(order.discounts)]
    for where, index, line_nos in named:
        for place, line_no in enumerate(line_nos):
            if line_no not in known:
                yield Rejected(f"{where}[{index}].line_nos[{place}]", "names no line of the order")


def _bad_payments(order: Order) -> Iterator[Rejected]:
    for index, payment in enumerate(order.payments):
        if payment.payer_amount > payment.amount:
            yield Rejected(f"payments[{index}].payer_amount", "is more than the payment's amount")


def _bad_sum(order: Order) -> Iterator[Rejected]:
    paid = sum(payment.amount for payment in order.payments)
    due = sum(line.paid for line in order.lines) + order.shipping_fee
    if max(paid, due) > AMOUNT_MINOR_MAX:
        yield Rejected("lines", "add up to more than an order may cost")
    if paid > due or (paid < due and order.status not in _MAY_BE_BELOW):
        yield Rejected("payments", f"payments do not add up: {paid} paid, {due} due")


def _bad_refunds(order: Order) -> Iterator[Rejected]:
    sold = {line.line_no: line.quantity for line in order.lines}
    captured = {payment.payment_no: payment.amount for payment in order.payments}
    for index, refund in enumerate(order.refunds):
        if refund.payment_no not in captured:
            yield Rejected(f"refunds[{index}].payment_no", "names no payment of the order")
        for place, (line_no, _) in enumerate(refund.lines):
            if line_no not in sold:
                yield Rejected(f"refunds[{index}].lines[{place}].line_no", "names no line of the order")
    elsewhere = [refund for refund in order.refunds if refund.source != OWN_SOURCE]
    pieces = _sums(pair for refund in elsewhere for pair in refund.lines)
    amounts = _sums((refund.payment_no, refund.amount) for refund in elsewhere)
    yield from _beyond("refunds", "line", pieces, sold)
    yield from _beyond("refunds", "payment", amounts, captured)


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for name, number in pairs:
        sums[name] += number
    return sums


def _beyond(where: str, what: str, gone: Counter[str], there: dict[str, int]) -> Iterator[Rejected]:
    for name, number in gone.items():
        if name in there and number > there[name]:
            yield Rejected(where, f"refund more than there was of {what} {name}: {number} of {there[name]}")
