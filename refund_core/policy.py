"""Policy: typed rules in order; the first row that matches decides, the last row is always "review"."""

from dataclasses import dataclass

from refund_core.decisions import Outcome


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: every condition given must hold; an absent fact fails the condition that asks for it."""

    rule: str
    outcome: Outcome
    conditions: tuple[tuple[str, str], ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A merchant's rules in order, with the limits that go with them."""

    version: int
    rules: tuple[Rule, ...]
