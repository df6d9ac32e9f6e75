"""What rules can say, and the trace of how they came to it."""

from dataclasses import dataclass
from enum import StrEnum


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
