"""Risk: points per signal, added up; a high level sends a claim to a person, it never refuses by itself."""

from dataclasses import dataclass
from enum import StrEnum


class RiskLevel(StrEnum):
    """How careful to be."""

    NORMAL = "normal"
    WATCH = "watch"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class RiskSignals:
    """What is known of the customer's last 90 days; counts, and amounts in minor units of the order's currency."""

    orders_90d: int = 0
    refunds_90d: int = 0
    ordered_minor_90d: int = 0
    refunded_minor_90d: int = 0
    claims_same_day: int = 0
    address_changes: int = 0
    lines_in_order: int = 0
    lines_claimed: int = 0


@dataclass(frozen=True, slots=True)
class RiskSignal:
    """One signal with the value seen and the points it gives."""

    name: str
    value: int
    points: int


@dataclass(frozen=True, slots=True)
class RiskScore:
    """The sum of points, its level, and every signal that was looked at."""

    level: RiskLevel
    score: int
    signals: tuple[RiskSignal, ...] = ()
