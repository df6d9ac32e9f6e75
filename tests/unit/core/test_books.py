"""The books' invariants: each check finds the fault that it is for and lets the right rows pass."""

import pytest

from refund_core.books import (
    Posting,
    Transfer,
    check_balance,
    check_legs,
    check_line,
    check_payment,
    check_payment_refunds,
    check_reserve,
    check_transfer,
    give,
    has_floor,
    payment_effect,
    take_back,
)
from refund_core.money import Money
from tests.unit.core.shop import NOW, moment

FIVE = Money(500, "CNY")


def transfer(*postings: tuple[int, str]) -> Transfer:
    sides = tuple(Posting(f"account-{number}", Money(*it)) for number, it in enumerate(postings))
    return Transfer("t", "reserve:R1", "reserve", NOW, sides)


def test_a_transfer_sums_to_zero_in_every_currency() -> None:
    assert check_transfer(transfer((500, "CNY"), (-500, "CNY"))) is None
    assert check_transfer(transfer((500, "CNY"), (-499, "CNY"))) == "transfer reserve:R1 sums to 1 CNY"
    assert check_transfer(transfer((500, "CNY"), (-500, "USD"))) == "transfer reserve:R1 sums to 500 CNY"
    assert check_transfer(transfer((0, "CNY"))) == "transfer reserve:R1 has fewer than two postings"


@pytest.mark.parametrize(("refunded", "reserved"), [(1001, 0), (0, 1001), (600, 401), (-1, 0), (0, -1)])
def test_a_payment_never_gives_back_more_than_was_captured(refunded: int, reserved: int) -> None:
    assert check_payment("p", captured_minor=1000, refunded_minor=refunded, reserved_minor=reserved)
    assert check_payment("p", captured_minor=1000, refunded_minor=600, reserved_minor=400) is None


def test_a_payments_sums_are_those_of_its_refunds() -> None:
    refunds = [("succeeded", 300), ("pending", 200), ("failed", 100), ("closed", 999)]

    assert check_payment_refunds("p", refunds, reserved_minor=300, refunded_minor=350, imported_minor=50) is None
    assert check_payment_refunds("p", refunds, reserved_minor=200, refunded_minor=350, imported_minor=50)
    assert check_payment_refunds("p", refunds, reserved_minor=300, refunded_minor=300, imported_minor=50)


@pytest.mark.parametrize(
    ("refunded", "held"), [((3, 0), (0, 0)), ((1, 0), (2, 0)), ((0, 900), (0, 101)), ((-1, 0), (0, 0))]
)
def test_never_more_of_a_line_is_refunded_or_held_than_was_sold(
    refunded: tuple[int, int], held: tuple[int, int]
) -> None:
    assert check_line("1", sold=(2, 1000), refunded=refunded, held=held)
    assert check_line("1", sold=(2, 1000), refunded=(1, 500), held=(1, 500)) is None


def test_a_leg_is_paid_once_and_all_legs_stay_within_the_decision() -> None:
    once = [(1, "closed", FIVE), (1, "succeeded", FIVE), (2, "pending", FIVE)]

    assert check_legs("D", Money(1000, "CNY"), once) is None
    assert check_legs("D", Money(1000, "CNY"), [(1, "failed", FIVE), (1, "succeeded", FIVE)]) == (
        "decision D: leg 1 is paid twice"
    )
    assert check_legs("D", Money(999, "CNY"), once) == "decision D: 1000 is paid of decided 999"


def test_a_balance_is_the_sum_of_its_postings_and_a_wallet_never_below_zero() -> None:
    assert check_balance("wallet:c", 5, [10, -5]) is None
    assert check_balance("wallet:c", 6, [10, -5])
    assert check_balance("wallet:c", -5, [-5])
    assert check_balance("bonus", -5, [-5]) is None


def test_a_reserve_is_empty_once_its_refund_is_final() -> None:
    assert check_reserve("R", "failed", FIVE, 500) is None
    assert check_reserve("R", "succeeded", FIVE, 500)
    assert check_reserve("R", "pending", FIVE, 0)


@pytest.mark.parametrize(
    ("before", "after", "reserved", "refunded"),
    [
        ("", "created", 500, 0),
        ("", "succeeded", 0, 500),
        ("pending", "succeeded", -500, 500),
        ("failed", "succeeded", -500, 500),
        ("pending", "closed", -500, 0),
        ("sending", "failed", 0, 0),
        ("created", "sending", 0, 0),
    ],
)
def test_what_a_move_does_to_its_payment(before: str, after: str, reserved: int, refunded: int) -> None:
    effect = payment_effect(before, after, FIVE)

    assert (effect.reserved_minor, effect.refunded_minor) == (reserved, refunded)


def test_what_is_given_can_be_taken_back_under_a_key_of_its_own() -> None:
    given = give("bonus", "D1", "wallet:c", FIVE, case_no="C1", at=NOW, ids=moment().ids)
    back = take_back("bonus", "D1", "wallet:c", FIVE, case_no="C1", at=NOW, ids=moment().ids)

    assert check_transfer(given) is None
    assert check_transfer(back) is None
    assert given.key != back.key
    assert given.postings[1].amount + back.postings[0].amount == Money(0, "CNY")


def test_only_accounts_with_a_floor_need_a_kept_balance() -> None:
    assert has_floor("wallet:c")
    assert has_floor("reserved:R")
    assert has_floor("coupon:K")
    assert not has_floor("paid_out:sandbox")
    assert not has_floor("payment:1:p")
