"""A new case, and the hold that an open case keeps on its order's lines."""

from collections.abc import Sequence

from refund_core.case_dates import due_in
from refund_core.cases import (
    SHIPPING,
    CaseChange,
    CaseState,
    Handoff,
    LineHold,
    Moment,
    Offer,
    RefundCase,
    moved,
)
from refund_core.claims import Allocation, Claim, LineAmount, Remedy
from refund_core.decisions import Decision
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.orders import LineUse, OrderFacts, OrderUse
from refund_core.outcomes import Outcome
from refund_core.policy import Limits
from refund_core.refundable import line_left, shipping_left
from refund_core.replacing import replace
from refund_core.values import value

_STAFF_REMEDIES = frozenset({Remedy.EXCHANGE, Remedy.RESHIP, Remedy.PRICE_ADJUST, Remedy.EXPEDITE})


@value(frozen=True, slots=True)
class Origin:
    """Where a case comes from: the channel ("web", "api", "staff", …) and its conversation, if there is one."""

    channel: str
    conversation_id: str | None = None


def open_case(
    facts: OrderFacts,
    claim: Claim,
    decision: Decision,
    offers: Sequence[Offer],
    *,
    origin: Origin,
    limits: Limits,
    moment: Moment,
) -> CaseChange:
    """A new case in the state that its decision says.

    Approved with offers → offered (the customer chooses); rejected → rejected, without a hold; anything else → under
    review with a hand-over. An approval without any offer (nothing to pay) goes to a person too.
    """
    state = _first_state(decision, offers)
    case = RefundCase(
        case_id=moment.ids.uuid("case"),
        case_no=moment.ids.public("C", "case"),
        order_no=facts.order.order_no,
        customer=facts.order.customer,
        channel=origin.channel,
        conversation_id=origin.conversation_id,
        state=CaseState.COLLECTING,
        claim=claim,
        decision=decision,
        created_at=moment.at,
        version=1,
        offers=tuple(offers) if state is CaseState.OFFERED else (),
        wish=claim.remedy.value if claim.remedy in _STAFF_REMEDIES else None,
        handoff=Handoff(decision.rule, moment.at) if state is CaseState.UNDER_REVIEW else None,
        order_id=facts.order_id,
    )
    due = due_in(state, case, limits, moment.at)
    opened = moved(case, state, moment, why=decision.rule, due=due)
    holds = () if state is CaseState.REJECTED else holds_for(facts, decision.allocation)
    return CaseChange(opened, 0, facts.order_id, facts.version, holds=holds)


def holds_for(facts: OrderFacts, allocation: Allocation) -> tuple[LineHold, ...]:
    """What an open case holds: the claimed pieces with their amounts, and its part of the shipping fee."""
    order = facts.order
    lines = [(part, line) for part in allocation.lines if (line := order.line(part.line_no)) is not None]
    holds = [
        LineHold(line.line_no, part.quantity, part.amount, line.quantity, order.money(line.paid))
        for part, line in lines
        if part.quantity > 0 or not part.amount.is_zero()
    ]
    if not allocation.shipping.is_zero():
        holds.append(LineHold(SHIPPING, 0, allocation.shipping, 1, order.money(order.shipping_fee)))
    return tuple(holds)


def holds_anew(case: RefundCase, facts: OrderFacts, allocation: Allocation) -> tuple[LineHold, ...]:
    """What the case is to hold instead of what it holds (or held), checked against what is free by now.

    Raises ClaimRefused: line_in_open_claim where another case has the line, quantity_beyond_left, nothing_left.
    """
    free = without_hold(facts, case)
    for part in allocation.lines:
        line = free.order.line(part.line_no)
        if line is None:
            raise ClaimRefused("unknown_line", field="lines", case_no=case.case_no)
        left = line_left(free, line)
        if left.open_case_no is not None:
            raise ClaimRefused("line_in_open_claim", field="lines", case_no=left.open_case_no)
        if part.quantity > left.quantity or part.amount.minor > left.amount_minor:
            raise ClaimRefused("quantity_beyond_left", field="lines", left=left.quantity)
    if allocation.shipping.minor > shipping_left(free):
        raise ClaimRefused("nothing_left", field="shipping", left=shipping_left(free))
    return holds_for(facts, allocation)


def without_hold(facts: OrderFacts, case: RefundCase) -> OrderFacts:
    """The order as if this case held none of it: what a changed claim of the same case may take from."""
    return freed_of(facts, case.case_no)


def freed_of(facts: OrderFacts, case_no: str) -> OrderFacts:
    """The order as if the case of that number held none of it."""
    use = facts.use
    if not any(line.open_case_no == case_no for line in (*use.lines, *use.shipping)):
        return facts
    freed = OrderUse(_freed(use.lines, case_no), use.payments, _freed(use.shipping, case_no))
    return OrderFacts(facts.order_id, facts.version, facts.order, freed)


def _freed(uses: Sequence[LineUse], case_no: str) -> tuple[LineUse, ...]:
    return tuple(
        [
            replace(use, open_quantity=0, open_minor=0, open_case_no=None) if use.open_case_no == case_no else use
            for use in uses
        ]
    )


def part_of(allocation: Allocation, amount: Money) -> Allocation:
    """A part of what was claimed while the goods stay: no piece counts as returned. Raises ClaimRefused beyond it."""
    if not 0 < amount.minor <= allocation.total.minor:
        raise ClaimRefused("beyond_granted", field="amount", left=allocation.total.minor)
    parts = amount.allocate([*(part.amount.minor for part in allocation.lines), allocation.shipping.minor])
    lines = tuple(LineAmount(part.line_no, 0, money) for part, money in zip(allocation.lines, parts, strict=False))
    return Allocation(lines, parts[-1], amount)


def _first_state(decision: Decision, offers: Sequence[Offer]) -> CaseState:
    match decision.outcome:
        case Outcome.APPROVE | Outcome.APPROVE_AFTER_RETURN | Outcome.OFFER:
            return CaseState.OFFERED if offers else CaseState.UNDER_REVIEW
        case Outcome.REVIEW:
            return CaseState.UNDER_REVIEW
        case Outcome.REJECT:
            return CaseState.REJECTED
