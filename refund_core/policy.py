"""Policy: typed rules in order; the first row that matches decides, the last row is always "review".

Read from a document by policy_file.parse_policy; `evaluate` is here. A row's conditions are typed comparisons of a
closed set of facts (circumstances.Circumstances), because a table that quietly never matches would grant or refuse
money for nobody's reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from refund_core.circumstances import Circumstances
from refund_core.money import Money
from refund_core.outcomes import Outcome, TraceRow
from refund_core.risk import RiskRules


class Comparison(StrEnum):
    """How a fact is compared."""

    IS = "is"
    IN = "in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; wanted is a value, several (in), or minor units by currency (amounts)."""

    fact: str
    comparison: Comparison
    wanted: str | bool | int | tuple[str, ...] | Mapping[str, int]
    wanted_text: str

    def holds(self, circumstances: Circumstances) -> bool:
        """True when the fact is there and compares as asked; an absent fact never does."""
        found = getattr(circumstances, self.fact)
        wanted = self.wanted.get(circumstances.currency) if isinstance(self.wanted, Mapping) else self.wanted
        if found is None or wanted is None:
            return False
        match self.comparison:
            case Comparison.IS:
                return bool(found == wanted)
            case Comparison.IN:
                return isinstance(wanted, tuple) and found in wanted
            case Comparison.AT_LEAST:
                return isinstance(wanted, int) and bool(found >= wanted)
            case Comparison.AT_MOST:
                return isinstance(wanted, int) and bool(found <= wanted)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: every condition given must hold; an absent fact fails the condition that asks for it.

    reasons are (locale, words) pairs, one per locale of the texts.
    """

    rule: str
    outcome: Outcome
    conditions: tuple[Condition, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The merchant's times and amounts; the defaults are after-sales practice, the law's seven days are the outer one.

    auto_approve_minor: by currency, up to which a claim that nobody looked at may be approved by time.
    """

    auto_approve_minor: Mapping[str, int] = field(default_factory=dict)
    review_alert_hours: int = 24
    review_approve_hours: int = 48
    evidence_days: int = 3
    return_days: int = 7
    return_reminder_day: int = 5
    inspection_hours: int = 48
    stop_minutes: int = 30
    finance_hours: int = 72
    refund_unclear_hours: int = 24
    fake_shipment_hours: int = 24

    def is_within(self, amount: Money) -> bool:
        """True when the amount may be approved without a person; a currency without a limit may not."""
        limit = self.auto_approve_minor.get(amount.currency)
        return limit is not None and amount.minor <= limit


@dataclass(frozen=True, slots=True)
class Policy:
    """A merchant's rules in order, with the limits that go with them."""

    version: int
    rules: tuple[Rule, ...]
    limits: Limits = field(default_factory=Limits)
    risk: RiskRules = field(default_factory=RiskRules)


def evaluate(policy: Policy, circumstances: Circumstances) -> tuple[Rule, tuple[TraceRow, ...]]:
    """The first row that matches, and every row tried up to it."""
    trace: list[TraceRow] = []
    for rule in policy.rules:
        failed = next((condition for condition in rule.conditions if not condition.holds(circumstances)), None)
        if failed is None:
            trace.append(TraceRow(rule.rule, is_match=True))
            return rule, tuple(trace)
        found = getattr(circumstances, failed.fact)
        trace.append(TraceRow(rule.rule, False, failed.fact, failed.wanted_text, _text(found)))
    raise AssertionError("parse_policy lets no policy through whose last row has conditions")


def _text(found: object) -> str | None:
    return None if found is None else str(found)
