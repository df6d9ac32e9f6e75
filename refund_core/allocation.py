"""A claim in money: what each claimed line, the shipping fee and the kept deposit come to, and over which payments.

Pieces: the first k of n pieces of a line cost paid * k // n, so a claim is the difference of two such sums; any order
of partial refunds adds up to what was paid, and the last piece carries the rounding.
Discounts are already spread into the lines; thresholds are never computed again (after-sales practice).
Gifts: with k of n pieces go k * gifts // n of their gifts, or the gift's published value is taken off the line.
Bundles: lines of one bundle_no go back together, in the proportion in which they were bought.
Shipping: see shipping_rule. Deposits: see keeps_deposit. An order that is not (fully) paid can only give back what was
captured, spread over its lines by what they cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from refund_core.circumstances import SELLERS_FAULT, Phase
from refund_core.claims import Allocation, ClaimLine, Leg, LineAmount, Reason
from refund_core.errors import ClaimRefused
from refund_core.money import Money, total
from refund_core.orders import Order, OrderFacts, OrderLine, Payment
from refund_core.refundable import line_left, quantity_gone, room, shipping_left

_NOT_FULFILLED = frozenset({Phase.UNSHIPPED, Phase.LABEL_ONLY})


class ShippingRule(StrEnum):
    """What becomes of the shipping fee: kept, given back in the claimed goods' share, or whole with the last goods."""

    KEPT = "kept"
    SHARE = "share"
    WITH_THE_LAST = "with_the_last"


@dataclass(frozen=True, slots=True)
class _Costs:
    """What the lines and the shipping fee cost in captured money; less than their price where not all was paid."""

    lines: Mapping[str, int]
    shipping: int

    @property
    def goods(self) -> int:
        return sum(self.lines.values())


def shipping_rule(reason: Reason, phase: Phase) -> ShippingRule:
    """The seller's fault gives back the goods' share of the fee; unshipped goods the whole fee when all of them go.

    Otherwise the parcel was sent for the customer and the fee stays spent.
    """
    if reason in SELLERS_FAULT:
        return ShippingRule.SHARE
    return ShippingRule.WITH_THE_LAST if phase in _NOT_FULFILLED else ShippingRule.KEPT


def keeps_deposit(reason: Reason, phase: Phase) -> bool:
    """A deposit is kept when the buyer backs out before the goods are on their way (the buyer's default).

    On the seller's default it goes back, and doubling it is compensation, which a person decides.
    """
    return reason not in SELLERS_FAULT and phase in _NOT_FULFILLED


def allocate_claim(
    facts: OrderFacts,
    lines: Sequence[ClaimLine],
    *,
    shipping: ShippingRule | bool = False,
    keep_deposit: bool = False,
) -> Allocation:
    """What the claimed pieces come to; shipping True means "the goods' share of the fee", False means kept.

    Raises ClaimRefused (no_lines, repeated_line, unknown_line, line_in_open_claim, quantity_beyond_left, nothing_left,
    bundle_broken). An order on which nothing was captured comes to zero. Never above what the payments still hold.
    """
    _check(facts, lines)
    rule = _rule(shipping)
    costs = _costs(facts.order, keep_deposit=keep_deposit)
    amounts = [_line_amount(facts, lines, wanted, costs) for wanted in lines]
    fee = _shipping_amount(facts, lines, costs, rule)
    return _capped(facts, amounts, fee, keep_deposit=keep_deposit)


def legs(facts: OrderFacts, amount: Money) -> tuple[Leg, ...]:
    """Spread an amount over the payments that still have room: the one paid last goes first.

    That keeps payouts few and touches a deposit last. The payer's part of each leg is cumulative too, so that partial
    refunds never tell a cent more or less than was paid: 9 of a 10-yuan order paid with a 3-yuan voucher gives 6.30.
    Raises ClaimRefused (wrong_currency, beyond_payments with the room as `left`, settled_by_platform).
    """
    order = facts.order
    if amount.currency != order.currency:
        raise ClaimRefused("wrong_currency", field="amount")
    if order.settled_by != "us":
        raise ClaimRefused("settled_by_platform", field="order")
    left = amount.minor
    result: list[Leg] = []
    for payment in _last_paid_first(order):
        part = min(left, room(facts, payment))
        if part > 0:
            result.append(_leg(facts, payment, part))
            left -= part
    if left > 0:
        raise ClaimRefused("beyond_payments", field="amount", left=amount.minor - left)
    return tuple(result)


def _check(facts: OrderFacts, lines: Sequence[ClaimLine]) -> None:
    if not lines:
        raise ClaimRefused("no_lines", field="lines")
    numbers = [wanted.line_no for wanted in lines]
    for index, wanted in enumerate(lines):
        if wanted.line_no in numbers[:index]:
            raise ClaimRefused("repeated_line", field=f"lines[{index}].line_no")
        _check_line(facts, wanted, index)
    _check_bundles(facts, lines)


def _check_line(facts: OrderFacts, wanted: ClaimLine, index: int) -> None:
    line = facts.order.line(wanted.line_no)
    if line is None:
        raise ClaimRefused("unknown_line", field=f"lines[{index}].line_no")
    left = line_left(facts, line)
    if left.open_case_no is not None:
        raise ClaimRefused("line_in_open_claim", field=f"lines[{index}].line_no", case_no=left.open_case_no)
    if left.quantity == 0:
        raise ClaimRefused("nothing_left", field=f"lines[{index}].line_no")
    if not 1 <= wanted.quantity <= left.quantity:
        raise ClaimRefused("quantity_beyond_left", field=f"lines[{index}].quantity", left=left.quantity)


def _check_bundles(facts: OrderFacts, lines: Sequence[ClaimLine]) -> None:
    claimed = {wanted.line_no: wanted.quantity for wanted in lines}
    for index, wanted in enumerate(lines):
        line = facts.order.line(wanted.line_no)
        if line is None or line.bundle_no is None:
            continue
        for other in facts.order.lines:
            if other.bundle_no == line.bundle_no and claimed.get(other.line_no, 0) * line.quantity != (
                wanted.quantity * other.quantity
            ):
                raise ClaimRefused("bundle_broken", field=f"lines[{index}].quantity", left=other.quantity)


def _rule(shipping: ShippingRule | bool) -> ShippingRule:
    if isinstance(shipping, ShippingRule):
        return shipping
    return ShippingRule.SHARE if shipping else ShippingRule.KEPT


def _costs(order: Order, *, keep_deposit: bool) -> _Costs:
    prices = [line.paid for line in order.lines]
    captured = sum(payment.amount for payment in _usable(order, keep_deposit=keep_deposit))
    if captured == sum(prices) + order.shipping_fee:
        return _Costs({line.line_no: line.paid for line in order.lines}, order.shipping_fee)
    captured = min(captured, sum(prices) + order.shipping_fee)
    parts = order.money(captured).allocate([*prices, order.shipping_fee])
    return _Costs({line.line_no: part.minor for line, part in zip(order.lines, parts, strict=False)}, parts[-1].minor)


def _line_amount(facts: OrderFacts, lines: Sequence[ClaimLine], wanted: ClaimLine, costs: _Costs) -> LineAmount:
    line = facts.order.line(wanted.line_no)
    assert line is not None  # noqa: S101  # _check refused unknown lines
    gone = quantity_gone(facts, line)
    cost = costs.lines[line.line_no]
    amount = _first(cost, gone + wanted.quantity, line.quantity) - _first(cost, gone, line.quantity)
    amount = min(amount, line_left(facts, line).amount_minor)
    kept_gifts = min(amount, _gift_value_kept(facts, lines, line, wanted.quantity))
    return LineAmount(line.line_no, wanted.quantity, facts.order.money(amount - kept_gifts), kept_gifts)


def _first(cost: int, pieces: int, quantity: int) -> int:
    return cost * min(pieces, quantity) // quantity


def _gift_value_kept(facts: OrderFacts, lines: Sequence[ClaimLine], line: OrderLine, quantity: int) -> int:
    """The published value of the gifts that should come back with these pieces and do not."""
    claimed = {wanted.line_no: wanted.quantity for wanted in lines}
    return sum(
        _gifts_kept(facts, line, gift, quantity, claimed.get(gift.line_no, 0)) * (gift.gift_value or 0)
        for gift in facts.order.lines
        if gift.gift_of == line.line_no
    )


def _gifts_kept(facts: OrderFacts, line: OrderLine, gift: OrderLine, quantity: int, claimed: int) -> int:
    gone = quantity_gone(facts, line)
    due_before = gift.quantity * min(gone, line.quantity) // line.quantity
    due_after = gift.quantity * min(gone + quantity, line.quantity) // line.quantity
    returned_early = max(0, quantity_gone(facts, gift) - due_before)
    return max(0, due_after - due_before - returned_early - claimed)


def _shipping_amount(facts: OrderFacts, lines: Sequence[ClaimLine], costs: _Costs, rule: ShippingRule) -> int:
    if rule is ShippingRule.KEPT or costs.shipping == 0:
        return 0
    left = min(shipping_left(facts), costs.shipping)
    before, after = _goods_gone(facts, lines, costs)
    if rule is ShippingRule.SHARE and costs.goods > 0:
        return min(left, _share(costs, before, after))
    return left if after >= costs.goods else 0


def _share(costs: _Costs, before: int, after: int) -> int:
    return costs.shipping * after // costs.goods - costs.shipping * before // costs.goods


def _goods_gone(facts: OrderFacts, lines: Sequence[ClaimLine], costs: _Costs) -> tuple[int, int]:
    """What the goods that are gone had cost, before and after this claim."""
    claimed = {wanted.line_no: wanted.quantity for wanted in lines}
    before = after = 0
    for line in facts.order.lines:
        cost, gone = costs.lines[line.line_no], quantity_gone(facts, line)
        before += _first(cost, gone, line.quantity)
        after += _first(cost, gone + claimed.get(line.line_no, 0), line.quantity)
    return before, after


def _capped(facts: OrderFacts, amounts: list[LineAmount], fee: int, *, keep_deposit: bool) -> Allocation:
    order = facts.order
    wanted = sum(part.amount.minor for part in amounts) + fee
    held = sum(room(facts, payment) for payment in _usable(order, keep_deposit=keep_deposit))
    if wanted > held:
        parts = order.money(held).allocate([*(part.amount.minor for part in amounts), fee])
        fee = parts[-1].minor
        amounts = [
            LineAmount(part.line_no, part.quantity, money, part.gift_deduction_minor)
            for part, money in zip(amounts, parts, strict=False)
        ]
    goods = total([part.amount for part in amounts], order.currency)
    return Allocation(tuple(amounts), order.money(fee), goods + order.money(fee))


def _usable(order: Order, *, keep_deposit: bool) -> list[Payment]:
    return [payment for payment in order.payments if not (keep_deposit and payment.kind == "deposit")]


def _last_paid_first(order: Order) -> list[Payment]:
    indexed = list(enumerate(order.payments))
    indexed.sort(key=lambda pair: (pair[1].paid_at or order.placed_at, pair[0]), reverse=True)
    return [payment for _, payment in indexed]


def _leg(facts: OrderFacts, payment: Payment, part: int) -> Leg:
    gone = payment.amount - room(facts, payment)
    payer = payment.payer_amount * (gone + part) // payment.amount - payment.payer_amount * gone // payment.amount
    money = facts.order.money
    return Leg(payment.payment_no, payment.method, money(part), money(payer), payment.label)
