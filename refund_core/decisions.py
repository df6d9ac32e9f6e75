"""decide(): what the rules say to a claim, and why, row by row."""

from dataclasses import dataclass
from enum import StrEnum

from refund_core.claims import Allocation, Remedy
from refund_core.risk import RiskScore


class Outcome(StrEnum):
    """What the rules say."""

    APPROVE = "approve"
    APPROVE_AFTER_RETURN = "approve_after_return"
    REVIEW = "review"
    REJECT = "reject"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One policy row as it was tried: whether it matched and, where not, the first condition that failed."""

    rule: str
    is_match: bool
    failed: str | None = None
    wanted: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one claim; reasons are the rule's own explanations by locale ("zh-CN", "en")."""

    outcome: Outcome
    rule: str
    policy_version: int
    reasons: dict[str, str]
    risk: RiskScore
    allocation: Allocation
    remedy: Remedy
    trace: tuple[TraceRow, ...] = ()
