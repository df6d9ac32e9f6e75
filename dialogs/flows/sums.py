"""How much would come back: for the goods that a question names, by the line, as the rules stand now."""

from dialogs.flows.goods import as_if_free, meant_lines
from dialogs.flows.if_asked import verdict_of, why_of
from dialogs.flows.lines import claimable
from dialogs.flows.sets import breaks_set, whole_sets
from dialogs.flows.turn import Turn
from dialogs.flows.words import items_text, sum_text
from refund_core.allocation import legs
from refund_core.claims import Reason
from refund_core.decisions import Decision
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.orders import OrderFacts
from refund_core.outcomes import Outcome
from refund_core.refundable import LineLeft

Lines = tuple[tuple[str, int], ...]


def sums_told(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    """What would be paid for the goods named, else for those talked about, else for all that is left."""
    free = as_if_free(facts, turn.slots.case_no)
    left = claimable(free)
    if not left:
        return (why_of(turn, None),)
    found, counted = meant_lines((turn.message.text or "").casefold(), free, left)
    talked = turn.slots.lines if turn.slots.order_no == facts.order.order_no else ()
    lines = _within(counted, left) or (tuple([(it.line_no, it.quantity) for it in found]) or talked)
    if lines and breaks_set(free, lines):
        return (turn.say("policy.bundle"), *_told(turn, free, whole_sets(free, lines)))
    single = found[0] if len(found) == 1 and not counted and found[0].quantity > 1 else None
    return _told(turn, free, lines, single=single)


def _within(counted: Lines, left: tuple[LineLeft, ...]) -> Lines:
    """As many as there are left, where more are asked about."""
    most = {it.line_no: it.quantity for it in left}
    return tuple([(line_no, min(count, most[line_no])) for line_no, count in counted])


def _told(turn: Turn, facts: OrderFacts, lines: Lines, *, single: LineLeft | None = None) -> tuple[str, ...]:
    """Why, and how much; where the rules give nothing without a fault, how much with one."""
    reason = _reason(turn)
    decision = verdict_of(turn, facts, lines, reason, pictures=len(turn.slots.evidence))
    why = why_of(turn, decision)
    if decision is None or decision.allocation.total.is_zero():
        return (why,)
    if decision.outcome is Outcome.REJECT:
        faulty = verdict_of(turn, facts, lines, Reason.DAMAGED, pictures=1)
        if faulty is None or faulty.outcome is Outcome.REJECT or reason is not Reason.NO_LONGER_WANTED:
            return (why,)
        return (why, turn.say("policy.amount_fault", amount=turn.money(_worth(facts, faulty))))
    said = [_one_line(turn, facts, lines, decision)]
    if single is not None:
        one = verdict_of(turn, facts, ((single.line_no, 1),), reason, pictures=len(turn.slots.evidence))
        said = [*([] if one is None else [_one_line(turn, facts, ((single.line_no, 1),), one)]), *said]
    return (why, *said, turn.say("policy.amount_counts"))


def _reason(turn: Turn) -> Reason:
    """The reason that was told within the talk; without one, none."""
    slots = turn.slots
    return Reason(slots.reason) if slots.reason and turn.conversation.stack else Reason.NO_LONGER_WANTED


def _one_line(turn: Turn, facts: OrderFacts, lines: Lines, decision: Decision) -> str:
    """The sum in a sentence where it is of one line, else with what each line comes to."""
    allocation, worth = decision.allocation, _worth(facts, decision)
    is_plain = allocation.shipping.is_zero() and allocation.lines[0].gift_deduction_minor == 0
    if len(allocation.lines) == 1 and is_plain:
        goods = lines or tuple([(it.line_no, it.quantity) for it in allocation.lines])
        return turn.say("policy.amount_of", items=items_text(turn, facts.order, goods), amount=turn.money(worth))
    return sum_text(turn, allocation, facts.order, worth)


def _worth(facts: OrderFacts, decision: Decision) -> Money:
    """What the payer would get, less what a platform's voucher paid."""
    try:
        parts = legs(facts, decision.allocation.total)
    except ClaimRefused:
        return decision.allocation.total
    return facts.order.money(sum([part.payer_amount.minor for part in parts]))
