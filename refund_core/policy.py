"""Policy: typed rules in order; the first row that matches decides, the last row is always "review".

Read from a document by policy_file.parse_policy; `evaluate` is here. A row's conditions are typed comparisons of a
closed set of facts (circumstances.Circumstances), because a table that quietly never matches would grant or refuse
money for nobody's reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any

from refund_core.circumstances import Circumstances
from refund_core.errors import PolicyInvalid
from refund_core.money import Money
from refund_core.outcomes import Outcome, TraceRow
from refund_core.risk import RiskRules
from refund_core.values import value

_FINDINGS_MAX = 64


class Comparison(StrEnum):
    """How a fact is compared."""

    IS = "is"
    IN = "in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@value(frozen=True, slots=True)
class Condition:
    """One comparison; wanted is a value, several (in), or minor units by currency (amounts).

    An absent fact never holds, nor does an amount in a currency that the wanted table does not name.
    """

    fact: str
    comparison: Comparison
    wanted: str | bool | int | tuple[str, ...] | Mapping[str, int]
    wanted_text: str


@value(frozen=True, slots=True)
class Rule:
    """One row: every condition given must hold; an absent fact fails the condition that asks for it.

    reasons are (locale, words) pairs, one per locale of the texts.
    """

    rule: str
    outcome: Outcome
    conditions: tuple[Condition, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()


@value(frozen=True, slots=True)
class Limits:
    """The merchant's times and amounts; the defaults are after-sales practice, the law's seven days are the outer one.

    By currency, and nothing for a currency that is not named: auto_approve_minor, up to which a claim that nobody
    looked at may be approved by time; compensation_minor, how much staff may give in one case on top of the refund.
    """

    auto_approve_minor: Mapping[str, int] = field(default_factory=dict)
    compensation_minor: Mapping[str, int] = field(default_factory=dict)
    review_alert_hours: int = 24
    review_approve_hours: int = 48
    evidence_days: int = 3
    return_days: int = 7
    return_reminder_day: int = 5
    return_scan_days: int = 5
    inspection_hours: int = 48
    stop_minutes: int = 30
    finance_hours: int = 72
    replacement_days: int = 3
    refund_unclear_hours: int = 24
    refund_failed_hours: int = 24
    fake_shipment_hours: int = 24

    def is_within(self, amount: Money) -> bool:
        """True when the amount may be approved without a person; a currency without a limit may not."""
        limit = self.auto_approve_minor.get(amount.currency)
        return limit is not None and amount.minor <= limit


@value(frozen=True, slots=True)
class ReturnAddress:
    """Where goods are sent back to."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A merchant's rules in order, with the limits that go with them; `rows` are the rules made ready for trying.

    returns is where goods go back to, None where the merchant did not say.
    """

    version: int
    rules: tuple[Rule, ...]
    limits: Limits = field(default_factory=Limits)
    risk: RiskRules = field(default_factory=RiskRules)
    returns: ReturnAddress | None = None
    rows: tuple["_Row", ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(_row(rule) for rule in self.rules))


def evaluate(policy: Policy, circumstances: Circumstances) -> tuple[Rule, tuple[TraceRow, ...]]:
    """The first row that matches, and every row tried up to it with the first condition that failed."""
    trace: list[TraceRow] = []
    for row in policy.rows:
        for miss_of in row.conditions:
            miss = miss_of(circumstances)
            if miss is not None:
                trace.append(miss)
                break
        else:
            trace.append(row.match)
            return row.rule, tuple(trace)
    raise PolicyInvalid("rules", "no row matched: the last one must be without conditions")


_MissOf = Callable[[Circumstances], TraceRow | None]
_Noted = Callable[[Any], TraceRow]


@value(frozen=True, slots=True)
class _Row:
    """A rule made ready: what to note when it matches, and per condition what to note when it fails, None if not."""

    rule: Rule
    match: TraceRow
    conditions: tuple[_MissOf, ...]


def _row(rule: Rule) -> _Row:
    conditions = tuple(_condition(condition, _noted(rule.rule, condition)) for condition in rule.conditions)
    return _Row(rule, TraceRow(rule.rule, is_match=True), conditions)


def _noted(rule: str, condition: Condition) -> _Noted:
    """The trace row of a failed condition; the same finding gives the same row, made once."""

    @lru_cache(maxsize=_FINDINGS_MAX)
    def noted(found: object) -> TraceRow:
        text = None if found is None else str(found)
        return TraceRow(rule, False, condition.fact, condition.wanted_text, text)

    return noted


def _condition(condition: Condition, noted: _Noted) -> _MissOf:
    fact: Callable[[Circumstances], Any] = attrgetter(condition.fact)
    wanted: Any = condition.wanted
    if isinstance(wanted, Mapping):
        return _amount(wanted, noted, is_minimum=condition.comparison is Comparison.AT_LEAST)
    match condition.comparison:
        case Comparison.IS:
            return lambda facts: None if (found := fact(facts)) == wanted else noted(found)
        case Comparison.IN:
            words = frozenset(wanted)
            return lambda facts: None if (found := fact(facts)) in words else noted(found)
        case Comparison.AT_LEAST:
            return lambda facts: None if (found := fact(facts)) is not None and found >= wanted else noted(found)
        case Comparison.AT_MOST:
            return lambda facts: None if (found := fact(facts)) is not None and found <= wanted else noted(found)


def _amount(limits: Mapping[str, int], noted: _Noted, *, is_minimum: bool) -> _MissOf:
    def miss_of(circumstances: Circumstances) -> TraceRow | None:
        limit, amount = limits.get(circumstances.currency), circumstances.amount
        if limit is None or (amount < limit if is_minimum else amount > limit):
            return noted(amount)
        return None

    return miss_of
