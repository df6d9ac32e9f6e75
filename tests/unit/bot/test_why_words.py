"""Why a case moved is told in the reader's language, whatever the core writes down."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.console.decide_form import REJECT_CODES
from bot.console.why_view import why_words
from dialogs.messages import Locale
from refund_core.case_payouts import PayoutAction
from refund_core.case_staff import StaffAction
from refund_core.cases import CaseState
from refund_core.claims import Remedy, Resolution

ROOT = Path(__file__).resolve().parents[3]
CORE = ("refund_core", "dialogs")
# What stands where the core puts a value into its phrase, so that every phrase can be tried as a whole.
VALUES = {
    "confirmed ": Resolution.COUPON.value,
    "wish ": Remedy.EXPEDITE.value,
    "time passed in ": CaseState.AWAITING_RETURN.value,
    "no answer in ": CaseState.AWAITING_CUSTOMER.value,
    "nobody reviewed it in time, policy ": "3",
    "replacement sent ": "R-1",
    "appeal: ": "it was broken",
    "retry ": "R-1",
    "new number for ": "R-1",
}


def phrases() -> Iterator[str]:
    """Every phrase that the core gives as a reason, its values filled in."""
    for path in (path for folder in CORE for path in sorted((ROOT / folder).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for value in _reasons(node):
                if isinstance(value, ast.Constant) and value.value:
                    yield str(value.value)
                if isinstance(value, ast.JoinedStr):
                    yield _filled(value)


def test_the_core_has_phrases() -> None:
    assert len(set(phrases())) > 15


def test_every_phrase_of_the_core_has_words_in_both_languages() -> None:
    for why in sorted(set(phrases())):
        chinese = why_words("zh-CN", why)
        assert chinese not in {why, why_words("en", why)}, why
        assert not _has_english_words(chinese.replace("R-1", "").replace("it was broken", "")), why


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_every_decision_every_reason_and_every_row_of_the_first_policy_has_words(locale: Locale) -> None:
    policy = tomllib.loads((ROOT / "config" / "policy.toml").read_text(encoding="utf-8"))
    codes = [*StaffAction, *REJECT_CODES, *(row["rule"] for row in policy["rules"])]

    assert [code for code in codes if why_words(locale, code) == code] == []


@pytest.mark.parametrize("action", PayoutAction)
def test_a_step_with_a_payout_names_its_number(action: PayoutAction) -> None:
    assert "R-1" in why_words("en", f"{action.value} R-1 proof")
    assert why_words("en", f"{action.value} R-1 proof") != f"{action.value} R-1 proof"


def test_a_reason_of_the_merchants_own_is_shown_as_it_is() -> None:
    assert why_words("en", "a rule of the merchant's own") == "a rule of the merchant's own"


def _filled(phrase: ast.JoinedStr) -> str:
    start = phrase.values[0]
    assert isinstance(start, ast.Constant)
    return str(start.value) + VALUES[str(start.value)]


def _reasons(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg == "why":
        yield node.value
    if isinstance(node, ast.Assign) and [it.id for it in node.targets if isinstance(it, ast.Name)] == ["why"]:
        yield from _texts(node.value)
    if isinstance(node, ast.FunctionDef):
        named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        yield from (default for argument, default in named if argument.arg == "why" and default is not None)


def _texts(value: ast.expr) -> Iterator[ast.expr]:
    """The texts in an expression, each as a whole."""
    whole = [part for part in ast.walk(value) if isinstance(part, ast.JoinedStr)]
    parts = {id(part) for text in whole for part in ast.walk(text)}
    yield from whole
    yield from (it for it in ast.walk(value) if isinstance(it, ast.Constant) and id(it) not in parts)


def _has_english_words(text: str) -> bool:
    return any(character.isascii() and character.isalpha() for character in text)
