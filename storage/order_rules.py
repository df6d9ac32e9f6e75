"""What an update of a stored order may not do: take away what was refunded, is on its way or is asked for. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from refund_core.incoming import Rejected
from refund_core.orders import OWN_SOURCE, Order, PastRefund
from refund_core.refundable import imported, imported_minor

SHIPPING = "#shipping"


def shipping_row(case_no: str) -> str:
    """The row of line_use in which one case's share of the shipping fee is kept."""
    return f"{SHIPPING}:{case_no}"


def is_shipping(line_no: str) -> bool:
    """True for a row of the shipping fee: a case's share, or the one row that all cases had before."""
    return line_no.startswith(SHIPPING)


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """What the stored order says of itself."""

    currency: str
    customer: str


@dataclass(frozen=True, slots=True)
class StoredPayment:
    """A payment's row: own is what our cases refunded and reserved, without what was refunded elsewhere."""

    payment_no: str
    captured_minor: int
    own_minor: int


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line's use by our cases: refunded and open together, and the case that holds it."""

    line_no: str
    sold_quantity: int
    sold_minor: int
    used_quantity: int
    used_minor: int
    open_case_no: str | None


@dataclass(frozen=True, slots=True)
class LineState:
    """What line_use says of one line apart from our own cases."""

    line_no: str
    sold_quantity: int
    sold_minor: int
    imported_quantity: int
    imported_minor: int


def match_own_refunds(order: Order, own: Mapping[str, tuple[str, str]]) -> Order:
    """Refunds that bear a number of ours are marked, so that nobody counts them again; others cannot claim to be ours.

    own gives the order and payment of each of our refunds by its number.
    """
    if not order.refunds:
        return order
    return replace(order, refunds=tuple(_matched(order, refund, own) for refund in order.refunds))


def _matched(order: Order, refund: PastRefund, own: Mapping[str, tuple[str, str]]) -> PastRefund:
    if own.get(refund.refund_no) == (order.order_no, refund.payment_no):
        return replace(refund, source=OWN_SOURCE)
    return replace(refund, source="imported") if refund.source == OWN_SOURCE else refund


def imported_by_payment(order: Order) -> Counter[str]:
    """What was refunded elsewhere, by payment."""
    sums: Counter[str] = Counter()
    for refund in imported(order):
        sums[refund.payment_no] += refund.amount
    return sums


def line_states(order: Order) -> dict[str, LineState]:
    """Every line as line_use should know it."""
    pieces: Counter[str] = Counter()
    for refund in imported(order):
        for line_no, quantity in refund.lines:
            pieces[line_no] += quantity
    return {
        line.line_no: LineState(
            line.line_no,
            line.quantity,
            line.paid,
            pieces[line.line_no],
            min(line.paid, imported_minor(order, line)) if pieces else 0,
        )
        for line in order.lines
    }


def shipping_state(order: Order, line_no: str) -> LineState:
    """A row of the shipping fee as line_use should know it."""
    return LineState(line_no, 1, order.shipping_fee, 0, 0)


def first_fault(
    order: Order, stored: StoredOrder, payments: Mapping[str, StoredPayment], lines: Mapping[str, StoredLine]
) -> Rejected | None:
    """Why this order may not replace the stored one, or None."""
    return next(_faults(order, stored, payments, lines), None)


def _faults(
    order: Order, stored: StoredOrder, payments: Mapping[str, StoredPayment], lines: Mapping[str, StoredLine]
) -> Iterator[Rejected]:
    if order.currency != stored.currency:
        yield Rejected("currency", f"is {order.currency}, the stored order's is {stored.currency}", order.order_no)
    if order.customer != stored.customer:
        yield from _customer_faults(order, stored, lines)
    yield from _payment_faults(order, payments)
    yield from _line_faults(order, lines)


def _customer_faults(order: Order, stored: StoredOrder, lines: Mapping[str, StoredLine]) -> Iterator[Rejected]:
    """What a customer asks for may not become another's, nor be paid to them."""
    for line in lines.values():
        if line.open_case_no:
            reason = f"is {order.customer}, while case {line.open_case_no} of {stored.customer} is open"
            yield Rejected("customer.external_id", reason, order.order_no)


def _payment_faults(order: Order, payments: Mapping[str, StoredPayment]) -> Iterator[Rejected]:
    captured = {payment.payment_no: payment.amount for payment in order.payments}
    elsewhere = imported_by_payment(order)
    for stored in payments.values():
        gone = stored.own_minor + elsewhere[stored.payment_no]
        there = captured.get(stored.payment_no, 0)
        if there < gone and stored.own_minor:
            reason = f"captured {there} on {stored.payment_no} is below the {gone} refunded and reserved"
            yield Rejected("payments", reason, order.order_no)


def _line_faults(order: Order, lines: Mapping[str, StoredLine]) -> Iterator[Rejected]:
    if not lines:
        return
    yield from _shipping_faults(order, [stored for stored in lines.values() if is_shipping(stored.line_no)])
    states = line_states(order)
    for stored in lines.values():
        if is_shipping(stored.line_no) or (not stored.used_quantity and not stored.used_minor):
            continue
        state = states.get(stored.line_no)
        if state is None:
            yield Rejected("lines", f"line {stored.line_no} is claimed and missing", order.order_no)
        elif _is_too_small(state, stored):
            yield Rejected(
                "lines", f"line {stored.line_no} is claimed and smaller than what is claimed", order.order_no
            )


def _shipping_faults(order: Order, shares: Sequence[StoredLine]) -> Iterator[Rejected]:
    used = sum(share.used_minor for share in shares)
    is_shrunk = any(share.open_case_no and order.shipping_fee < share.sold_minor for share in shares)
    if used > order.shipping_fee or is_shrunk:
        reason = f"is {order.shipping_fee}, while {used} of the stored fee is refunded or claimed"
        yield Rejected("shipping_fee", reason, order.order_no)


def _is_too_small(state: LineState, stored: StoredLine) -> bool:
    if stored.open_case_no and (state.sold_quantity < stored.sold_quantity or state.sold_minor < stored.sold_minor):
        return True
    return (
        stored.used_quantity + state.imported_quantity > state.sold_quantity
        or stored.used_minor + state.imported_minor > state.sold_minor
    )
