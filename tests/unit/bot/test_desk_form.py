"""Amounts as people type them, and which states a person may decide in."""

from dataclasses import replace

import pytest

from bot.case_decisions import DECIDABLE
from bot.console.decide_form import minor_amount
from bot.console.report_view import plain_amount
from refund_core.case_staff import StaffAction, StaffDecision, staff_decide
from refund_core.cases import CaseState
from refund_core.errors import MoveNotAllowed
from tests.unit.core import shop as core


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "CNY", 1_250),
        ("12.5", "CNY", 1_250),
        ("12", "CNY", 1_200),
        ("0", "CNY", 0),
        (" 1,234.5 ", "CNY", 123_450),
        ("１２．５", "CNY", 1_250),
        ("1200", "JPY", 1_200),
        ("1.234", "KWD", 1_234),
    ],
)
def test_an_amount_is_read_in_its_currency_s_decimals(text: str, currency: str, minor: int) -> None:
    assert minor_amount(text, currency) == minor


@pytest.mark.parametrize("text", ["12.345", "-1", "", "NaN", "inf", "12 CNY", "1.2.3", "twelve"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert minor_amount(text, "CNY") is None


def test_decimals_that_the_currency_does_not_have_are_refused() -> None:
    assert minor_amount("1.5", "JPY") is None


@pytest.mark.parametrize(
    ("minor", "currency", "text"), [(1_250, "CNY", "12.50"), (5, "CNY", "0.05"), (1_200, "JPY", "1200")]
)
def test_an_amount_is_written_as_it_is_read(minor: int, currency: str, text: str) -> None:
    assert plain_amount(minor, currency) == text
    assert minor_amount(text, currency) == minor


@pytest.mark.parametrize("state", CaseState)
def test_the_desk_lets_people_decide_where_the_core_does(state: CaseState) -> None:
    case = replace(core.opened(core.facts()).case, state=state)
    decision = StaffDecision(StaffAction.ESCALATE, case.version)

    try:
        staff_decide(case, core.facts(), decision, rails=core.RAILS, moment=core.moment(by="staff:Wang"))
    except MoveNotAllowed:
        is_decidable = False
    else:
        is_decidable = True

    assert is_decidable == (state in DECIDABLE)
