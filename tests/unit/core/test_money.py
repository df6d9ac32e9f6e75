"""Money is split without losing a unit and never mixed; ids come from their seed alone."""

from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refund_core.errors import CurrencyMismatch
from refund_core.ids import Ids
from refund_core.money import Money, total


@given(minor=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_the_parts_of_an_amount_add_up_to_it(minor: int, weights: list[int]) -> None:
    parts = Money(minor, "CNY").allocate(weights)

    assert sum(part.minor for part in parts) == minor
    assert all(part.minor >= 0 for part in parts)
    if sum(weights):
        exact = [minor * weight / sum(weights) for weight in weights]
        assert all(abs(part.minor - share) <= 1 + share * 1e-9 for part, share in zip(parts, exact, strict=True))


@pytest.mark.parametrize(("minor", "weights"), [(1, []), (1, [-1, 2]), (-1, [1])])
def test_a_split_that_makes_no_sense_is_refused(minor: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="allocate"):
        Money(minor, "CNY").allocate(weights)


def test_currencies_never_meet() -> None:
    yuan, dollar = Money(1, "CNY"), Money(1, "USD")

    with pytest.raises(CurrencyMismatch):
        total([yuan, dollar], "CNY")
    with pytest.raises(CurrencyMismatch):
        _ = yuan < dollar
    with pytest.raises(CurrencyMismatch):
        _ = yuan - dollar
    assert yuan != dollar


def test_a_bonus_is_rounded_half_up() -> None:
    assert Money(10, "CNY").times_basis_points(500).minor == 1
    assert Money(9, "CNY").times_basis_points(500).minor == 0


@given(st.uuids(), st.text(max_size=30))
def test_ids_derive_from_seed_and_name(seed: UUID, name: str) -> None:
    ids = Ids(seed)

    assert ids.uuid(name) == Ids(seed).uuid(name)
    assert ids.uuid(name) != ids.uuid(name + "x")
    assert UUID(ids.uuid(name)).version == 7
    assert UUID(ids.uuid(name)).variant == RFC_4122
    number = ids.public("R", name)
    assert len(number) == 27
    assert number.isalnum()
    assert number.isascii()
