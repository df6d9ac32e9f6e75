"""Reads a policy document (TOML or JSON, already parsed into mappings) and refuses whatever it does not understand."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Final, NoReturn

from refund_core.circumstances import Phase
from refund_core.claims import Reason, Remedy
from refund_core.document import Reader
from refund_core.errors import PolicyInvalid
from refund_core.orders import OrderStatus, SettledBy
from refund_core.outcomes import Outcome
from refund_core.policy import Comparison, Condition, Limits, Policy, ReturnAddress, Rule
from refund_core.risk import RiskLevel, RiskRules, RiskStep

LOCALES: Final = ("zh-CN", "en")
_AMOUNT: Final = "amount"
_SHORT_MAX: Final = 200
_FIRST_PRINTED: Final = 32
_WORDS: Final[Mapping[str, type[StrEnum] | None]] = {
    "order_status": OrderStatus,
    "settled_by": SettledBy,
    "phase": Phase,
    "reason": Reason,
    "remedy": Remedy,
    "risk_level": RiskLevel,
    "source": None,
    "currency": None,
    "category": None,
}
_FLAGS: Final = frozenset({
    "is_paid", "has_deposit", "is_sellers_fault", "is_whole_order", "is_no_reason_eligible",
})  # fmt: skip
_COUNTS: Final = frozenset({
    "evidence_count", "risk_score", "days_since_placed", "days_since_signing", "days_late_delivery",
    "days_late_shipping", "hours_without_pickup",
})  # fmt: skip

Amounts = Mapping[str, Mapping[str, int]]


def parse_policy(document: Mapping[str, object], *, version: int | None = None) -> Policy:
    """The policy that a document says; `version` (the stored row's) wins over the document's own.

    Raises PolicyInvalid with the path of the first thing that is not understood: an unknown name or comparison, a
    value of the wrong kind, a missing explanation, a row that can never be reached, a last row that is not an
    unconditional review.
    """
    reader = Reader(document, "")
    reader.only("version", "amounts", "rules", "limits", "risk", "returns")
    amounts = _amounts(reader)
    rules = _rules(reader, amounts)
    own_version = reader.whole_number("version", 1)
    limits, risk = _limits(reader, amounts), _risk(reader)
    return Policy(version or own_version, rules, limits, risk, _returns(reader))


def _returns(reader: Reader) -> ReturnAddress | None:
    if "returns" not in reader.names():
        return None
    table = reader.table("returns")
    table.only("name", "phone", "address")
    return ReturnAddress(_short(table, "name"), _short(table, "phone"), _short(table, "address"))


def _short(table: Reader, name: str) -> str:
    """One line of words that is read out to the customer."""
    words = table.text(name)
    if len(words) > _SHORT_MAX or any(ord(sign) < _FIRST_PRINTED for sign in words):
        raise PolicyInvalid(f"{table.path}.{name}", f"is one line of up to {_SHORT_MAX} characters")
    return words


def _amounts(reader: Reader) -> Amounts:
    tables = reader.table("amounts")
    return {name: tables.table(name).amounts() for name in tables.names()}


def _rules(reader: Reader, amounts: Amounts) -> tuple[Rule, ...]:
    rows = reader.tables("rules")
    if not rows:
        raise PolicyInvalid("rules", "a policy needs at least the last row")
    rules: list[Rule] = []
    for row in rows:
        rule = _rule(row, amounts)
        _check_reachable(row, rule, rules)
        rules.append(rule)
    last = rules[-1]
    if last.outcome is not Outcome.REVIEW or last.conditions:
        raise PolicyInvalid(rows[-1].path, "the last row must be an unconditional review")
    return tuple(rules)


def _rule(row: Reader, amounts: Amounts) -> Rule:
    row.only("rule", "outcome", "when", "reasons")
    when = row.table("when")
    conditions = tuple(condition for name in when.names() for condition in _conditions(when, name, amounts))
    return Rule(row.text("rule"), Outcome(row.one_of("outcome", Outcome)), conditions, _reasons(row))


def _reasons(row: Reader) -> tuple[tuple[str, str], ...]:
    words = row.table("reasons")
    words.only(*LOCALES)
    return tuple((locale, words.text(locale)) for locale in LOCALES)


def _check_reachable(row: Reader, rule: Rule, earlier: list[Rule]) -> None:
    for other in earlier:
        if other.rule == rule.rule:
            raise PolicyInvalid(f"{row.path}.rule", f"the name {rule.rule} is used twice")
        if all(condition in rule.conditions for condition in other.conditions):
            raise PolicyInvalid(row.path, f"can never be reached: {other.rule} matches first")


def _conditions(when: Reader, name: str, amounts: Amounts) -> list[Condition]:
    path = f"{when.path}.{name}"
    if name not in _WORDS and name not in _FLAGS and name not in _COUNTS and name != _AMOUNT:
        raise PolicyInvalid(path, "is not a fact that rows may ask for")
    value = when.value(name)
    comparisons = value if isinstance(value, Mapping) else {"is": value}
    if not comparisons:
        raise PolicyInvalid(path, "asks nothing")
    found = [_condition(path, name, word, wanted, amounts) for word, wanted in comparisons.items()]
    _check_range(path, found)
    return found


def _condition(path: str, name: str, word: object, wanted: object, amounts: Amounts) -> Condition:
    if word not in tuple(Comparison):
        _refuse(path, f"{word} is not a comparison")
    comparison = Comparison(str(word))
    if name in _FLAGS:
        return _flag(path, name, comparison, wanted)
    if name in _WORDS:
        return _word(path, name, comparison, wanted)
    if name in _COUNTS:
        return _count(path, name, comparison, wanted)
    return _amount(path, comparison, wanted, amounts)


def _flag(path: str, name: str, comparison: Comparison, wanted: object) -> Condition:
    if comparison is not Comparison.IS or not isinstance(wanted, bool):
        _refuse(path, "is true or false")
    return Condition(name, comparison, wanted, f"is {str(wanted).lower()}")


def _word(path: str, name: str, comparison: Comparison, wanted: object) -> Condition:
    if comparison is Comparison.IS and isinstance(wanted, str):
        return Condition(name, comparison, _known(path, name, wanted), f"is {wanted}")
    if comparison is not Comparison.IN or not isinstance(wanted, list | tuple) or not wanted:
        _refuse(path, "is a word, or { in = [words] }")
    known = tuple(_known(path, name, word) for word in wanted)
    if len(set(known)) != len(known):
        _refuse(path, "names a word twice")
    return Condition(name, comparison, known, f"in {', '.join(known)}")


def _known(path: str, name: str, word: object) -> str:
    words = _WORDS[name]
    if not isinstance(word, str) or (words is not None and word not in tuple(words)):
        _refuse(path, f"{word} is not one of the words of {name}")
    return str(word)


def _count(path: str, name: str, comparison: Comparison, wanted: object) -> Condition:
    if comparison is Comparison.IN or not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 0:
        _refuse(path, "is a whole number, or { at_least = N }, { at_most = N }")
    return Condition(name, comparison, wanted, f"{comparison.value} {wanted}")


def _amount(path: str, comparison: Comparison, wanted: object, amounts: Amounts) -> Condition:
    if comparison not in {Comparison.AT_LEAST, Comparison.AT_MOST}:
        _refuse(path, "is { at_least = NAME } or { at_most = NAME } of a table under amounts")
    if wanted == 0 and not isinstance(wanted, bool):
        return Condition(_AMOUNT, comparison, 0, f"{comparison.value} 0")
    if not isinstance(wanted, str) or wanted not in amounts:
        _refuse(path, f"{wanted} is not a table under amounts")
    return Condition(_AMOUNT, comparison, amounts[wanted], f"{comparison.value} {wanted}")


def _check_range(path: str, found: list[Condition]) -> None:
    if len(found) == 1:
        return
    by_comparison = {condition.comparison: condition.wanted for condition in found}
    low, high = by_comparison.get(Comparison.AT_LEAST), by_comparison.get(Comparison.AT_MOST)
    if set(by_comparison) != {Comparison.AT_LEAST, Comparison.AT_MOST}:
        _refuse(path, "only at_least and at_most go together")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        _refuse(path, "nothing is between these")


def _limits(reader: Reader, amounts: Amounts) -> Limits:
    table = reader.table("limits")
    times = [field.name for field in fields(Limits) if not field.name.endswith("_minor")]
    table.only("auto_approve", "compensation", *times)
    defaults = Limits()
    numbers = {name: table.whole_number(name, getattr(defaults, name), at_least=1) for name in times}
    return Limits(
        auto_approve_minor=_amounts_named(table, "auto_approve", amounts),
        compensation_minor=_amounts_named(table, "compensation", amounts),
        **numbers,
    )


def _amounts_named(table: Reader, limit: str, amounts: Amounts) -> Mapping[str, int]:
    """The table under amounts that a limit names; nothing is within a limit that is not set."""
    name = table.optional_text(limit)
    if name is not None and name not in amounts:
        raise PolicyInvalid(f"{table.path}.{limit}", f"{name} is not a table under amounts")
    return amounts[name] if name is not None else {}


def _risk(reader: Reader) -> RiskRules:
    table = reader.table("risk")
    numbers = ("watch_from", "high_from", "orders_min", "lines_min")
    signals = tuple(field.name for field in fields(RiskRules) if field.name not in numbers)
    table.only(*numbers, *signals)
    defaults = RiskRules()
    values = {name: table.whole_number(name, getattr(defaults, name), at_least=1) for name in numbers}
    if values["watch_from"] > values["high_from"]:
        raise PolicyInvalid(f"{table.path}.high_from", "is below watch_from")
    return RiskRules(
        **values,
        refund_share_percent=_steps(table, "refund_share_percent", defaults.refund_share_percent),
        refunds_90d=_steps(table, "refunds_90d", defaults.refunds_90d),
        refunded_together_percent=_steps(table, "refunded_together_percent", defaults.refunded_together_percent),
        address_changes=_steps(table, "address_changes", defaults.address_changes),
        claims_same_day=_steps(table, "claims_same_day", defaults.claims_same_day),
        pictures_in_other_cases=_steps(table, "pictures_in_other_cases", defaults.pictures_in_other_cases),
    )


def _steps(table: Reader, name: str, default: tuple[RiskStep, ...]) -> tuple[RiskStep, ...]:
    if name not in table.names():
        return default
    return tuple(_step(row) for row in table.tables(name))


def _step(row: Reader) -> RiskStep:
    row.only("at_least", "points")
    return RiskStep(row.whole_number("at_least", None, at_least=1), row.whole_number("points", None))


def _refuse(path: str, reason: str) -> NoReturn:
    raise PolicyInvalid(path, reason)
