"""decide(): what the rules say to a claim, and why, row by row."""

from datetime import datetime

from refund_core.allocation import allocate_claim, keeps_deposit, shipping_rule
from refund_core.circumstances import circumstances, phase
from refund_core.claims import Allocation, Claim, Remedy
from refund_core.errors import ClaimRefused
from refund_core.orders import OrderFacts
from refund_core.outcomes import Outcome as Outcome
from refund_core.outcomes import TraceRow as TraceRow
from refund_core.policy import Policy, evaluate
from refund_core.replacing import replace
from refund_core.risk import RiskScore, RiskSignals, score
from refund_core.values import stored


@stored(frozen=True, slots=True)
class Decision:
    """The answer to one claim; reasons are the rule's own explanations by locale ("zh-CN", "en").

    remedy is what the goods' way will be: refund_only for approve, return_refund for approve_after_return, else what
    was asked. rule_outcome is what the row says where the case goes to a person all the same; None: just the outcome.
    """

    outcome: Outcome
    rule: str
    policy_version: int
    reasons: dict[str, str]
    risk: RiskScore
    allocation: Allocation
    remedy: Remedy
    trace: tuple[TraceRow, ...] = ()
    rule_outcome: Outcome | None = None


def decide(
    facts: OrderFacts, claim: Claim, policy: Policy, signals: RiskSignals, *, timezone: str, now: datetime
) -> Decision:
    """Answer one claim; the same arguments always give the same decision.

    Raises ClaimRefused where the claim asks for what the order does not hold; a refused refund is a Decision.
    """
    order = facts.order
    where = phase(order, [line.line_no for line in claim.lines])
    allocation = allocate_claim(
        facts,
        claim.lines,
        shipping=shipping_rule(claim.reason, where),
        keep_deposit=keeps_deposit(claim.reason, where),
        reason=claim.reason,
    )
    risk = score(_with_the_order(signals, facts, claim), policy.risk)
    level = (risk.level, risk.score)
    found = circumstances(facts, claim, allocation, where=where, risk=level, timezone=timezone, now=now)
    rule, trace = evaluate(policy, found)
    return Decision(
        outcome=rule.outcome,
        rule=rule.rule,
        policy_version=policy.version,
        reasons=dict(rule.reasons),
        risk=risk,
        allocation=allocation,
        remedy=_remedy(rule.outcome, claim.remedy),
        trace=trace,
    )


def still_holds(decision: Decision, facts: OrderFacts, claim: Claim, policy: Policy, *, timezone: str) -> bool:
    """True where the rules would give the same for the order as it is now, at the risk that was found then.

    facts are without the case's own hold. Time limits count from when it was asked, as they did.
    """
    where = phase(facts.order, [line.line_no for line in claim.lines])
    try:
        allocation = allocate_claim(
            facts,
            claim.lines,
            shipping=shipping_rule(claim.reason, where),
            keep_deposit=keeps_deposit(claim.reason, where),
            reason=claim.reason,
        )
    except ClaimRefused:
        return False
    level = (decision.risk.level, decision.risk.score)
    found = circumstances(facts, claim, allocation, where=where, risk=level, timezone=timezone, now=claim.asked_at)
    rule, _ = evaluate(policy, found)
    is_same = (rule.outcome, _remedy(rule.outcome, claim.remedy)) == (decision.outcome, decision.remedy)
    return is_same and allocation == decision.allocation


def _with_the_order(signals: RiskSignals, facts: OrderFacts, claim: Claim) -> RiskSignals:
    return replace(
        signals,
        address_changes=max(signals.address_changes, len(facts.order.address_changes)),
        lines_in_order=len(facts.order.lines),
        lines_claimed=len(claim.lines),
    )


def _remedy(outcome: Outcome, asked: Remedy) -> Remedy:
    match outcome:
        case Outcome.APPROVE:
            return Remedy.REFUND_ONLY
        case Outcome.APPROVE_AFTER_RETURN:
            return Remedy.RETURN_REFUND
        case Outcome.REVIEW | Outcome.REJECT | Outcome.OFFER:
            return asked
