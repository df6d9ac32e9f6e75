"""What a person grants: pieces, amounts, shipping and compensation, each within what there is and what may be."""

from dataclasses import replace

from refund_core.allocation import allocate_claim
from refund_core.case_open import part_of, without_hold
from refund_core.cases import RefundCase
from refund_core.claims import Allocation, LineAmount
from refund_core.errors import ClaimRefused
from refund_core.money import Money, total, zero
from refund_core.orders import OrderFacts
from refund_core.policy import Limits
from refund_core.refundable import shipping_left
from refund_core.staff_decision import StaffDecision


def granted_by(before: RefundCase, facts: OrderFacts, decision: StaffDecision) -> Allocation:
    """The claim as it stands, or the pieces, amounts and shipping that the person named.

    Raises ClaimRefused (beyond_granted, unknown_line and what allocate_claim raises).
    """
    asked, free = before.allocation, without_hold(facts, before)
    if decision.lines:
        reason, with_shipping = before.claim.reason, not asked.shipping.is_zero()
        asked = allocate_claim(free, decision.lines, shipping=with_shipping, reason=reason)
    if decision.line_amounts:
        asked = _with_line_amounts(asked, dict(decision.line_amounts))
    if decision.shipping_minor is not None:
        asked = _with_shipping(asked, facts.order.money(decision.shipping_minor), left=shipping_left(free))
    if decision.amount_minor is not None:
        asked = part_of(asked, facts.order.money(decision.amount_minor))
    return asked


def compensation_by(case: RefundCase, decision: StaffDecision, limits: Limits) -> Money | None:
    """All compensation of the case, this decision's added. Raises ClaimRefused (beyond_granted) above the limit."""
    if decision.compensation_minor == 0:
        return case.compensation
    return (case.compensation or zero(_currency(case))) + bonus_by(case, decision, limits)


def bonus_by(case: RefundCase, decision: StaffDecision, limits: Limits) -> Money:
    """What the decision gives on top of the refund. Raises ClaimRefused (beyond_granted) above the merchant's limit."""
    given = case.compensation.minor if case.compensation is not None else 0
    left = max(0, limits.compensation_minor.get(_currency(case), 0) - given)
    if not 0 <= decision.compensation_minor <= left:
        raise ClaimRefused("beyond_granted", field="compensation", left=left)
    return Money(decision.compensation_minor, _currency(case))


def _with_line_amounts(asked: Allocation, amounts: dict[str, int]) -> Allocation:
    """Less for some lines than they come to; the rest of the allocation as it is."""
    unknown = amounts.keys() - {line.line_no for line in asked.lines}
    if unknown:
        raise ClaimRefused("unknown_line", field=f"lines[{min(unknown)}].amount")
    lines = tuple(_with_amount(line, amounts.get(line.line_no)) for line in asked.lines)
    goods = total([line.amount for line in lines], asked.total.currency)
    return Allocation(lines, asked.shipping, goods + asked.shipping)


def _with_amount(line: LineAmount, amount_minor: int | None) -> LineAmount:
    if amount_minor is None:
        return line
    if not 0 <= amount_minor <= line.amount.minor:
        raise ClaimRefused("beyond_granted", field=f"lines[{line.line_no}].amount", left=line.amount.minor)
    return replace(line, amount=Money(amount_minor, line.amount.currency))


def _with_shipping(asked: Allocation, shipping: Money, *, left: int) -> Allocation:
    if not 0 <= shipping.minor <= left:
        raise ClaimRefused("beyond_granted", field="shipping_amount", left=left)
    return Allocation(asked.lines, shipping, asked.total - asked.shipping + shipping)


def _currency(case: RefundCase) -> str:
    return case.allocation.total.currency
