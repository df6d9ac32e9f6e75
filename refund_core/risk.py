"""Risk: points per signal, added up; a high level sends a claim to a person, it never refuses by itself."""

from enum import StrEnum
from typing import NamedTuple

from refund_core.values import value


class RiskLevel(StrEnum):
    """How careful to be."""

    NORMAL = "normal"
    WATCH = "watch"
    HIGH = "high"


@value(frozen=True, slots=True)
class RiskSignals:
    """What is known of the customer's last 90 days; counts, and amounts in minor units of the order's currency.

    address_changes, lines_in_order and lines_claimed may be left at 0: decide() fills them from order and claim.
    pictures_in_other_cases counts the cases on other orders, of any customer, in which one of the claim's pictures is.
    """

    orders_90d: int = 0
    refunds_90d: int = 0
    ordered_minor_90d: int = 0
    refunded_minor_90d: int = 0
    claims_same_day: int = 0
    address_changes: int = 0
    lines_in_order: int = 0
    lines_claimed: int = 0
    pictures_in_other_cases: int = 0


class RiskSignal(NamedTuple):
    """One signal with the value seen and the points it gives; stored without its fields' names, like a TraceRow."""

    name: str
    value: int
    points: int


@value(frozen=True, slots=True)
class RiskScore:
    """The sum of points, its level, and every signal that was looked at."""

    level: RiskLevel
    score: int
    signals: tuple[RiskSignal, ...] = ()


@value(frozen=True, slots=True)
class RiskStep:
    """From this value on, the signal gives these points; of a signal's steps the highest reached counts."""

    at_least: int
    points: int


@value(frozen=True, slots=True)
class RiskRules:
    """Points per signal and the scores from which a claim is watched or goes to a person.

    refund_share is the refunded part of what was ordered in percent, counted only from orders_min orders on: one
    refunded order out of one says nothing. refunded_together is the claimed part of an order of lines_min lines or
    more in percent: much bought, then sent back together.
    """

    watch_from: int = 10
    high_from: int = 20
    orders_min: int = 4
    lines_min: int = 6
    refund_share_percent: tuple[RiskStep, ...] = (RiskStep(30, 4), RiskStep(50, 8), RiskStep(80, 12))
    refunds_90d: tuple[RiskStep, ...] = (RiskStep(3, 3), RiskStep(6, 8), RiskStep(10, 14))
    refunded_together_percent: tuple[RiskStep, ...] = (RiskStep(60, 4), RiskStep(90, 6))
    address_changes: tuple[RiskStep, ...] = (RiskStep(1, 2), RiskStep(3, 6))
    claims_same_day: tuple[RiskStep, ...] = (RiskStep(2, 3), RiskStep(4, 10))
    pictures_in_other_cases: tuple[RiskStep, ...] = (RiskStep(1, 10), RiskStep(2, 20))


def score(signals: RiskSignals, rules: RiskRules) -> RiskScore:
    """Add up the points; every signal looked at is listed, those without points too."""
    seen = (
        _signal("refund_share_percent", _refund_share(signals, rules), rules.refund_share_percent),
        _signal("refunds_90d", signals.refunds_90d, rules.refunds_90d),
        _signal("refunded_together_percent", _together(signals, rules), rules.refunded_together_percent),
        _signal("address_changes", signals.address_changes, rules.address_changes),
        _signal("claims_same_day", signals.claims_same_day, rules.claims_same_day),
        _signal("pictures_in_other_cases", signals.pictures_in_other_cases, rules.pictures_in_other_cases),
    )
    points = sum(signal.points for signal in seen)
    return RiskScore(_level(points, rules), points, seen)


def _level(points: int, rules: RiskRules) -> RiskLevel:
    if points >= rules.high_from:
        return RiskLevel.HIGH
    return RiskLevel.WATCH if points >= rules.watch_from else RiskLevel.NORMAL


def _signal(name: str, value: int, steps: tuple[RiskStep, ...]) -> RiskSignal:
    points = [step.points for step in steps if value >= step.at_least]
    return RiskSignal(name, value, max(points) if points else 0)


def _refund_share(signals: RiskSignals, rules: RiskRules) -> int:
    if signals.orders_90d < rules.orders_min or signals.ordered_minor_90d <= 0:
        return 0
    return min(100, signals.refunded_minor_90d * 100 // signals.ordered_minor_90d)


def _together(signals: RiskSignals, rules: RiskRules) -> int:
    if signals.lines_in_order < rules.lines_min:
        return 0
    return signals.lines_claimed * 100 // signals.lines_in_order
