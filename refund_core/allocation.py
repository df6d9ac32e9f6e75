"""A claim in money: what each claimed line, the shipping fee and the kept deposit come to, and over which payments.

Pieces: the first k of n pieces of a line cost paid * k // n, so a claim is the difference of two such sums; any order
of partial refunds adds up to what was paid, and the last piece carries the rounding.
Discounts are already spread into the lines; thresholds are never computed again (after-sales practice).
Gifts: with k of n pieces go k * gifts // n of their gifts, or the gift's published value is taken off the line;
not while the gift has not been shipped.
Bundles: lines of one bundle_no go back together, in the proportion in which they were bought; faulty pieces go alone
where each line of the bundle has a price of its own.
Shipping: see shipping_rule. Where claims were taken back and made anew, their shares do not lie end to end; what
rounding left over (less than a minor unit for each share given) then goes with the last goods.
Deposits: see keeps_deposit. An order that is not (fully) paid can only give back what was captured, spread over its
lines by what they cost.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from refund_core.circumstances import SELLERS_FAULT, Phase
from refund_core.circumstances import phase as whereabouts
from refund_core.claims import Allocation, ClaimLine, Leg, LineAmount, Reason
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.orders import LineUse, Order, OrderFacts, OrderLine, Payment
from refund_core.refundable import gone_of, left_of, room, shipping_left, uses_by_line
from refund_core.values import value

PIECE_REASONS = frozenset({
    Reason.DAMAGED, Reason.QUALITY_DEFECT, Reason.NOT_AS_DESCRIBED, Reason.WRONG_ITEM, Reason.MISSING_ITEM,
})  # fmt: skip
"""What may be wrong with one piece of a bundle alone."""
_NOT_FULFILLED = frozenset({Phase.UNSHIPPED, Phase.LABEL_ONLY})


class ShippingRule(StrEnum):
    """What becomes of the shipping fee: kept, given back in the claimed goods' share, or whole with the last goods."""

    KEPT = "kept"
    SHARE = "share"
    WITH_THE_LAST = "with_the_last"


@value(frozen=True, slots=True)
class _Goods:
    """The order's lines and their uses by number, and the pieces that are claimed of each."""

    order: Order
    lines: Mapping[str, OrderLine]
    uses: Mapping[str, LineUse]
    claimed: Mapping[str, int]

    def gone(self, line: OrderLine) -> int:
        """The line's pieces that were refunded or asked for before."""
        return gone_of(self.order, line, self.uses.get(line.line_no))


@value(frozen=True, slots=True)
class _Costs:
    """What the lines and the shipping fee cost in captured money; less than their price where not all was paid."""

    lines: Mapping[str, int]
    shipping: int


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
    reason: Reason | None = None,
) -> Allocation:
    """What the claimed pieces come to; shipping True means "the goods' share of the fee", False means kept.

    For one of PIECE_REASONS a bundle may be broken where its pieces have prices.

    Raises ClaimRefused (no_lines, repeated_line, unknown_line, line_in_open_claim, quantity_beyond_left, nothing_left,
    bundle_broken). An order on which nothing was captured comes to zero. Never above what the payments still hold.
    """
    goods = _goods(facts, lines)
    _check(goods, lines, may_break=reason in PIECE_REASONS)
    costs = _costs(facts.order, keep_deposit=keep_deposit)
    gifts = [line for line in facts.order.lines if line.gift_of is not None and _has_left(facts.order, line)]
    amounts = [_line_amount(goods, wanted, costs, gifts) for wanted in lines]
    fee = _shipping_amount(facts, goods, costs, _rule(shipping))
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
        still_there = room(facts, payment)
        part = min(left, still_there)
        if part > 0:
            result.append(_leg(order, payment, part, gone=payment.amount - still_there))
            left -= part
    if left > 0:
        raise ClaimRefused("beyond_payments", field="amount", left=amount.minor - left)
    return tuple(result)


def _goods(facts: OrderFacts, lines: Sequence[ClaimLine]) -> _Goods:
    order = facts.order
    by_number = {line.line_no: line for line in order.lines}
    return _Goods(order, by_number, uses_by_line(facts), {wanted.line_no: wanted.quantity for wanted in lines})


def _check(goods: _Goods, lines: Sequence[ClaimLine], *, may_break: bool) -> None:
    if not lines:
        raise ClaimRefused("no_lines", field="lines")
    seen: set[str] = set()
    for index, wanted in enumerate(lines):
        if wanted.line_no in seen:
            raise ClaimRefused("repeated_line", field=f"lines[{index}].line_no")
        seen.add(wanted.line_no)
        _check_line(goods, wanted, index)
    _check_bundles(goods, lines, may_break=may_break)


def _check_line(goods: _Goods, wanted: ClaimLine, index: int) -> None:
    line = goods.lines.get(wanted.line_no)
    if line is None:
        raise ClaimRefused("unknown_line", field=f"lines[{index}].line_no")
    use = goods.uses.get(wanted.line_no)
    if use is not None and use.open_case_no is not None:
        raise ClaimRefused("line_in_open_claim", field=f"lines[{index}].line_no", case_no=use.open_case_no)
    left = max(0, line.quantity - gone_of(goods.order, line, use))
    if left == 0:
        raise ClaimRefused("nothing_left", field=f"lines[{index}].line_no")
    if not 1 <= wanted.quantity <= left:
        raise ClaimRefused("quantity_beyond_left", field=f"lines[{index}].quantity", left=left)


def _check_bundles(goods: _Goods, lines: Sequence[ClaimLine], *, may_break: bool) -> None:
    bundled = [line for line in goods.order.lines if line.bundle_no is not None]
    if not bundled:
        return
    for index, wanted in enumerate(lines):
        line = goods.lines[wanted.line_no]
        if line.bundle_no is None or (may_break and _has_piece_prices(bundled, line.bundle_no)):
            continue
        for other in bundled:
            if other.bundle_no == line.bundle_no and goods.claimed.get(other.line_no, 0) * line.quantity != (
                wanted.quantity * other.quantity
            ):
                raise ClaimRefused("bundle_broken", field=f"lines[{index}].quantity", left=other.quantity)


def _has_piece_prices(bundled: Sequence[OrderLine], bundle_no: str) -> bool:
    return all(line.paid > 0 for line in bundled if line.bundle_no == bundle_no)


def _rule(shipping: ShippingRule | bool) -> ShippingRule:
    if isinstance(shipping, ShippingRule):
        return shipping
    return ShippingRule.SHARE if shipping else ShippingRule.KEPT


def _costs(order: Order, *, keep_deposit: bool) -> _Costs:
    numbers, prices = [line.line_no for line in order.lines], [line.paid for line in order.lines]
    price = sum(prices) + order.shipping_fee
    captured = sum([payment.amount for payment in _usable(order, keep_deposit=keep_deposit)])
    if captured == price:
        return _Costs(dict(zip(numbers, prices, strict=True)), order.shipping_fee)
    parts = order.money(min(captured, price)).allocate([*prices, order.shipping_fee])
    return _Costs({number: part.minor for number, part in zip(numbers, parts, strict=False)}, parts[-1].minor)


def _line_amount(goods: _Goods, wanted: ClaimLine, costs: _Costs, gifts: Sequence[OrderLine]) -> LineAmount:
    line = goods.lines[wanted.line_no]
    gone = goods.gone(line)
    cost = costs.lines[line.line_no]
    amount = _first(cost, gone + wanted.quantity, line.quantity) - _first(cost, gone, line.quantity)
    amount = min(amount, left_of(goods.order, line, goods.uses.get(line.line_no)).amount_minor)
    kept_gifts = min(amount, _gift_value_kept(goods, line, wanted.quantity, gifts)) if gifts else 0
    return LineAmount(line.line_no, wanted.quantity, goods.order.money(amount - kept_gifts), kept_gifts)


def _first(cost: int, pieces: int, quantity: int) -> int:
    return cost * min(pieces, quantity) // quantity


def _gift_value_kept(goods: _Goods, line: OrderLine, quantity: int, gifts: Sequence[OrderLine]) -> int:
    """The published value of the gifts that should come back with these pieces and do not."""
    own = [gift for gift in gifts if gift.gift_of == line.line_no]
    return sum([_gifts_kept(goods, line, gift, quantity) * (gift.gift_value or 0) for gift in own])


def _has_left(order: Order, gift: OrderLine) -> bool:
    """False while the gift is still in the warehouse, where nobody can keep it."""
    return whereabouts(order, [gift.line_no]) not in _NOT_FULFILLED


def _gifts_kept(goods: _Goods, line: OrderLine, gift: OrderLine, quantity: int) -> int:
    gone = goods.gone(line)
    due_before = gift.quantity * min(gone, line.quantity) // line.quantity
    due_after = gift.quantity * min(gone + quantity, line.quantity) // line.quantity
    returned_early = max(0, goods.gone(gift) - due_before)
    return max(0, due_after - due_before - returned_early - goods.claimed.get(gift.line_no, 0))


def _shipping_amount(facts: OrderFacts, goods: _Goods, costs: _Costs, rule: ShippingRule) -> int:
    if rule is ShippingRule.KEPT or costs.shipping == 0:
        return 0
    left = min(shipping_left(facts), costs.shipping)
    before, after = _goods_gone(goods, costs)
    worth = sum(costs.lines.values())
    if rule is ShippingRule.SHARE and worth > 0:
        share = min(left, costs.shipping * after // worth - costs.shipping * before // worth)
        given = sum([use.refunded_minor + use.open_minor > 0 for use in facts.use.shipping])
        return left if after >= worth and left - share <= given else share
    return left if after >= worth else 0


def _goods_gone(goods: _Goods, costs: _Costs) -> tuple[int, int]:
    """What the goods that are gone had cost, before and after this claim."""
    before = after = 0
    for line in goods.order.lines:
        cost, gone = costs.lines[line.line_no], goods.gone(line)
        before += _first(cost, gone, line.quantity)
        after += _first(cost, gone + goods.claimed.get(line.line_no, 0), line.quantity)
    return before, after


def _capped(facts: OrderFacts, amounts: list[LineAmount], fee: int, *, keep_deposit: bool) -> Allocation:
    order = facts.order
    wanted = sum([part.amount.minor for part in amounts]) + fee
    held = sum([room(facts, payment) for payment in _usable(order, keep_deposit=keep_deposit)])
    if wanted > held:
        parts = order.money(held).allocate([*(part.amount.minor for part in amounts), fee])
        wanted, fee = held, parts[-1].minor
        amounts = [
            LineAmount(part.line_no, part.quantity, money, part.gift_deduction_minor)
            for part, money in zip(amounts, parts, strict=False)
        ]
    return Allocation(tuple(amounts), order.money(fee), order.money(wanted))


def _usable(order: Order, *, keep_deposit: bool) -> list[Payment]:
    return [payment for payment in order.payments if not (keep_deposit and payment.kind == "deposit")]


def _last_paid_first(order: Order) -> Sequence[Payment]:
    if len(order.payments) < 2:
        return order.payments
    indexed = list(enumerate(order.payments))
    indexed.sort(key=lambda pair: (pair[1].paid_at or order.placed_at, pair[0]), reverse=True)
    return [payment for _, payment in indexed]


def _leg(order: Order, payment: Payment, part: int, *, gone: int) -> Leg:
    payer = payment.payer_amount * (gone + part) // payment.amount - payment.payer_amount * gone // payment.amount
    return Leg(payment.payment_no, payment.method, order.money(part), order.money(payer), payment.label)
