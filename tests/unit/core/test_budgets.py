"""Budgets: what a taken bonus is counted against, and the offers that no longer fit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from refund_core.budgets import Budget, is_within, month_scope
from refund_core.case_money import confirm
from refund_core.case_staff import StaffAction
from refund_core.cases import BudgetUse, CaseChange, CaseState, RefundCase
from refund_core.claims import Reason, Remedy, Resolution
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.offers import OfferRules, OfferUse
from tests.unit.core.shop import BUDGET, DAY, NOW, OFFERS, RAILS, ZONE, delivered, moment, offer_of, order
from tests.unit.core.steps import decide_as_staff, open_at
from tests.unit.core.till import Till


def taken(till: Till, case: RefundCase, resolution: str, budget: Budget | None = BUDGET) -> CaseChange:
    offer_id = offer_of(case, resolution)
    return confirm(case, till.facts(), offer_id, rails=RAILS, moment=moment(turn=2), budget=budget)


@pytest.mark.parametrize(("resolution", "bonus", "customer_cap"), [("balance", 295, 10000), ("coupon", 790, 15000)])
def test_a_taken_bonus_counts_for_the_customer_and_for_the_month(
    resolution: str, bonus: int, customer_cap: int
) -> None:
    till, case = open_at(order())

    change = taken(till, case, resolution)

    given = Money(bonus, "CNY")
    assert change.budgets == (
        BudgetUse("customer:c-1001", given, customer_cap, 90),
        BudgetUse("month:2026-11", given, 2000000),
    )


def test_a_bonus_counts_from_the_customers_word_though_the_goods_come_back_first() -> None:
    till, case = open_at(delivered(NOW - DAY), remedy=Remedy.RETURN_REFUND)

    change = taken(till, case, "balance")

    assert change.case.state is CaseState.AWAITING_RETURN
    assert [use.amount.minor for use in change.budgets] == [295, 295]


def test_the_original_route_counts_nothing_and_needs_no_budget() -> None:
    till, case = open_at(order())

    assert taken(till, case, "original_route", budget=None).budgets == ()


@pytest.mark.parametrize(
    "budget",
    [
        None,
        replace(BUDGET, use=None),
        replace(BUDGET, use=OfferUse(bonus_minor_month=2000000 - 294)),
        replace(BUDGET, use=OfferUse(bonus_minor_customer_90d=10000 - 294)),
        replace(BUDGET, rules=OfferRules()),
    ],
)
def test_a_bonus_beyond_a_cap_or_without_a_known_budget_is_refused(budget: Budget | None) -> None:
    till, case = open_at(order())

    with pytest.raises(ClaimRefused, match="budget_spent"):
        taken(till, case, "balance", budget)


def test_a_bonus_that_just_fits_is_given() -> None:
    till, case = open_at(order())
    just = OfferUse(bonus_minor_month=2000000 - 295, bonus_minor_customer_90d=10000 - 295)

    assert taken(till, case, "balance", replace(BUDGET, use=just)).case.state is CaseState.COMPENSATED


def test_caps_are_those_in_force_when_the_offer_is_taken() -> None:
    _, case = open_at(order())
    balance = next(offer for offer in case.offers if offer.resolution is Resolution.BALANCE)
    assert OFFERS.balance is not None
    lower = {"CNY": replace(OFFERS.balance.caps["CNY"], month_minor=294)}
    rules = replace(OFFERS, balance=replace(OFFERS.balance, caps=lower))

    assert is_within(balance, BUDGET)
    assert not is_within(balance, replace(BUDGET, rules=rules))


def test_a_bonus_that_a_person_gives_is_counted_and_never_refused() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    case = decide_as_staff(till, case, StaffAction.OFFER, resolution=Resolution.BALANCE, compensation_minor=500)

    change = taken(till, case, "balance", Budget(OfferRules(), OfferUse(10**9, 10**9), ZONE))

    assert [(use.amount.minor, use.cap_minor) for use in change.budgets] == [(500, None), (500, None)]


@pytest.mark.parametrize(
    ("zone", "month"),
    [("Asia/Shanghai", "month:2026-12"), ("Europe/London", "month:2026-11"), ("UTC", "month:2026-11")],
)
def test_a_month_begins_in_the_merchants_zone(zone: str, month: str) -> None:
    assert month_scope(datetime(2026, 11, 30, 16, 0, tzinfo=UTC), zone) == month
