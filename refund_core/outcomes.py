"""What rules can say, and the trace of how they came to it."""

from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What the rules say."""

    APPROVE = "approve"
    APPROVE_AFTER_RETURN = "approve_after_return"
    REVIEW = "review"
    REJECT = "reject"
    OFFER = "offer"


class TraceRow(NamedTuple):
    """One policy row as it was tried: whether it matched and, where not, the first condition that failed.

    A tuple, since every case keeps a dozen: they are stored without their fields' names.
    """

    rule: str
    is_match: bool
    failed: str | None = None
    wanted: str | None = None
    found: str | None = None
