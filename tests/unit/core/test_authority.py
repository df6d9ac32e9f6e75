"""An agent decides up to the merchant's limit; a lead, finance and the owner any amount."""

from dataclasses import replace

import pytest

from refund_core.authority import Role, decided_amount, limit_of, may_decide
from refund_core.case_staff import StaffAction, StaffDecision
from refund_core.cases import RefundCase
from refund_core.money import Money
from refund_core.policy import Limits
from tests.unit.core.shop import facts, opened

CASE = opened(facts()).case
AMOUNT = CASE.allocation.total.minor
AT = Limits(auto_approve_minor={"CNY": AMOUNT})
BELOW = Limits(auto_approve_minor={"CNY": AMOUNT - 1})
APPROVE = StaffDecision(StaffAction.APPROVE, 1)


def test_an_agent_decides_up_to_the_limit_and_not_a_cent_above() -> None:
    assert may_decide(Role.AGENT, APPROVE, CASE, AT)
    assert not may_decide(Role.AGENT, APPROVE, CASE, BELOW)


_FREE = {StaffAction.ESCALATE, StaffAction.ASK_CUSTOMER}


@pytest.mark.parametrize("role", [Role.LEAD, Role.FINANCE, Role.OWNER])
def test_the_others_decide_any_amount(role: Role) -> None:
    assert may_decide(role, APPROVE, CASE, BELOW)


@pytest.mark.parametrize("action", list(StaffAction))
def test_above_the_limit_an_agent_may_only_hand_on(action: StaffAction) -> None:
    assert may_decide(Role.AGENT, StaffDecision(action, 1), CASE, BELOW) == (action in _FREE)


def test_a_currency_without_a_limit_is_above_every_agents() -> None:
    limits = Limits(auto_approve_minor={"USD": 1_000_000})

    assert not may_decide(Role.AGENT, APPROVE, CASE, limits)
    assert may_decide(Role.LEAD, APPROVE, CASE, limits)
    assert limit_of(limits, "CNY") == Money(0, "CNY")


def with_compensation(minor: int) -> RefundCase:
    return replace(CASE, compensation=Money(minor, "CNY"))


def test_compensation_counts_with_what_is_refunded() -> None:
    assert may_decide(Role.AGENT, APPROVE, with_compensation(0), AT)
    assert not may_decide(Role.AGENT, APPROVE, with_compensation(1), AT)


def test_the_bonus_of_an_offer_counts_with_it() -> None:
    plain, sweet = (StaffDecision(StaffAction.OFFER, 1, compensation_minor=bonus) for bonus in (0, 300))

    assert may_decide(Role.AGENT, plain, CASE, AT)
    assert not may_decide(Role.AGENT, sweet, CASE, AT)
    assert decided_amount(sweet, CASE).minor == AMOUNT + 300


def test_a_part_of_a_large_claim_counts_as_what_it_grants() -> None:
    allocation = CASE.allocation
    part = replace(CASE, granted=replace(allocation, total=Money(AMOUNT - 1, "CNY")))

    assert may_decide(Role.AGENT, StaffDecision(StaffAction.PARTIAL, 1), part, BELOW)
