"""What becomes of an open case when the order's source says that goods or money of its claim went back elsewhere.

The claim shrinks to what is then left and goes to a person; where nothing is left, it ends. Money on its way is not
touched: who reports such a refund hears that a payout is in its way.
"""

from dataclasses import replace

from refund_core.allocation import allocate_claim, keeps_deposit, shipping_rule
from refund_core.case_change import change_of
from refund_core.case_dates import due_in
from refund_core.case_money import close_unsent
from refund_core.case_notes import note
from refund_core.case_open import holds_for, part_of, without_hold
from refund_core.cases import CaseChange, CaseState, Handoff, HistoryEntry, Moment, RefundCase, RefundState, moved
from refund_core.circumstances import phase
from refund_core.claims import Allocation, ClaimLine
from refund_core.errors import ClaimRefused
from refund_core.orders import OrderFacts, PaymentUse
from refund_core.policy import Limits
from refund_core.refundable import imported, line_left, lines_left, room, shipping_left

REFUNDED_ELSEWHERE = "refunded_elsewhere"
_MAY_SHRINK = frozenset({
    CaseState.OFFERED, CaseState.STOPPING, CaseState.UNDER_REVIEW, CaseState.AWAITING_CUSTOMER,
    CaseState.AWAITING_RETURN, CaseState.INSPECTING, CaseState.REPLACING,
})  # fmt: skip


def refunded_elsewhere(
    case: RefundCase, before: OrderFacts, after: OrderFacts, *, limits: Limits, moment: Moment
) -> CaseChange | None:
    """The case with what is left of its claim once the order is as its source says now; None where all of it is.

    before is the order as stored, with its use; after the same use with the order as reported. None also for a case
    whose money is on its way, or over.
    """
    if case.state not in _MAY_SHRINK:
        return None
    free = without_hold(_with_imports(before, after, case), case)
    left = _left_of(case, free)
    if left is not None and left == case.allocation:
        return None
    if left is None or left.total.is_zero():
        ended = moved(close_unsent(case), CaseState.WITHDRAWN, moment, why=REFUNDED_ELSEWHERE)
        told = note(case, "note.refunded_elsewhere", case.allocation.total, moment)
        return change_of(case, ended, moment, effects=told)
    told = note(case, "note.partly_refunded_elsewhere", left.total, moment)
    review = _in_review(replace(close_unsent(case), granted=left, offers=()), limits, moment)
    return change_of(case, review, moment, effects=told, holds=holds_for(free, left))


def _in_review(case: RefundCase, limits: Limits, moment: Moment) -> RefundCase:
    due = due_in(CaseState.UNDER_REVIEW, case, limits, moment.at)
    handoff = replace(case.handoff or Handoff("", moment.at), reason=REFUNDED_ELSEWHERE, at=moment.at)
    if case.state is CaseState.UNDER_REVIEW:
        entry = HistoryEntry(moment.at, case.state, case.state, moment.by, REFUNDED_ELSEWHERE)
        return replace(case, due=due, handoff=handoff, second=None, history=(*case.history, entry))
    return replace(moved(case, CaseState.UNDER_REVIEW, moment, why=REFUNDED_ELSEWHERE, due=due), handoff=handoff)


def _left_of(case: RefundCase, free: OrderFacts) -> Allocation | None:
    """The claim's money over the pieces that are still there; never more than it was, or than the payments hold."""
    asked = case.allocation
    held = sum(room(free, payment) for payment in free.order.payments)
    if all(_is_there(free, part.line_no, part.quantity, part.amount.minor) for part in asked.lines):
        return asked if asked.total.minor <= held else _recomputed(case, free)
    return _recomputed(case, free)


def _is_there(free: OrderFacts, line_no: str, quantity: int, minor: int) -> bool:
    line = free.order.line(line_no)
    if line is None:
        return False
    left = line_left(free, line)
    return quantity <= left.quantity and minor <= left.amount_minor


def _recomputed(case: RefundCase, free: OrderFacts) -> Allocation | None:
    asked = case.allocation
    if not any(part.quantity for part in asked.lines):
        return _less_money(asked, free)
    wanted = []
    for part in asked.lines:
        line = free.order.line(part.line_no)
        pieces = min(part.quantity, line_left(free, line).quantity) if line is not None else 0
        if pieces > 0:
            wanted.append(ClaimLine(part.line_no, pieces))
    where = phase(free.order, [line.line_no for line in wanted])
    try:
        left = allocate_claim(
            free,
            wanted,
            shipping=shipping_rule(case.claim.reason, where),
            keep_deposit=keeps_deposit(case.claim.reason, where),
        )
    except ClaimRefused:
        return None
    return left if left.total <= asked.total else part_of(left, asked.total)


def _less_money(asked: Allocation, free: OrderFacts) -> Allocation | None:
    """Of money that was granted while the goods stay: what the lines and the payments still have."""
    lefts = {left.line_no: left.amount_minor for left in lines_left(free)}
    goods = sum(min(part.amount.minor, lefts.get(part.line_no, 0)) for part in asked.lines)
    held = sum(room(free, payment) for payment in free.order.payments)
    most = min(goods + min(asked.shipping.minor, shipping_left(free)), held)
    return part_of(asked, free.order.money(most)) if most > 0 else None


def _with_imports(before: OrderFacts, after: OrderFacts, case: RefundCase) -> OrderFacts:
    """The order as reported, its payments less what was refunded elsewhere since, and without this case's reserves."""
    was = {payment.payment_no: 0 for payment in after.order.payments}
    now = dict(was)
    for past in imported(before.order):
        was[past.payment_no] = was.get(past.payment_no, 0) + past.amount
    for past in imported(after.order):
        now[past.payment_no] = now.get(past.payment_no, 0) + past.amount
    unsent: dict[str, int] = {}
    for refund in case.refunds:
        if refund.state is RefundState.CREATED:
            unsent[refund.payment_no] = unsent.get(refund.payment_no, 0) + refund.amount.minor
    payments = tuple(
        PaymentUse(
            use.payment_no,
            use.refunded_minor + now.get(use.payment_no, 0) - was.get(use.payment_no, 0),
            use.reserved_minor - unsent.get(use.payment_no, 0),
        )
        for use in after.use.payments
    )
    return replace(after, use=replace(after.use, payments=payments))
