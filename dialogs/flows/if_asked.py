"""What the rules would say to a claim that is made now: it is put to the policy, and nothing is kept of it."""

from dialogs.flows.goods import as_if_free, claimed_lines
from dialogs.flows.turn import Turn
from refund_core.circumstances import can_return_without_reason
from refund_core.claims import Claim, ClaimLine, Reason, Remedy
from refund_core.decisions import Decision, decide
from refund_core.errors import ClaimRefused
from refund_core.orders import OrderFacts
from refund_core.risk import RiskSignals

_NO_SIGNALS = RiskSignals()
Lines = tuple[tuple[str, int], ...]


def verdict(turn: Turn, facts: OrderFacts, reason: Reason, *, pictures: int = 0) -> Decision | None:
    """What they would say to the goods that are being talked about, or to all that is left and not excluded."""
    told = turn.slots.lines if turn.slots.order_no == facts.order.order_no else ()
    return verdict_of(turn, facts, told, reason, pictures=pictures)


def verdict_of(turn: Turn, facts: OrderFacts, told: Lines, reason: Reason, *, pictures: int = 0) -> Decision | None:
    """What they would say to these goods, all that is left where there are none; None where nothing can be claimed."""
    facts = as_if_free(facts, turn.slots.case_no)
    lines: tuple[ClaimLine, ...] = claimed_lines(facts, told)
    if not told and reason is Reason.NO_LONGER_WANTED:
        free = {line.line_no for line in facts.order.lines if can_return_without_reason(line)}
        lines = tuple([line for line in lines if line.line_no in free]) or lines
    claim = Claim(lines, reason, Remedy.RETURN_REFUND, turn.now, tuple(["picture"] * pictures))
    merchant = turn.merchant
    try:
        return decide(facts, claim, merchant.policy, _NO_SIGNALS, timezone=merchant.timezone, now=turn.now)
    except ClaimRefused:
        return None


def why_of(turn: Turn, decision: Decision | None) -> str:
    """The merchant's own words for the row that matched."""
    if decision is None:
        return turn.say("policy.nothing_left")
    why = decision.reasons.get(turn.locale) or next(iter(decision.reasons.values()), "")
    return turn.say("policy.if_asked", why=why)
