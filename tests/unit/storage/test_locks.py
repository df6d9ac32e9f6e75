"""Rows are locked in one order; breaking it is told at once."""

import pytest

from storage.locks import LockCheck, LockedOutOfOrder, LockOrder


def test_locks_in_their_order_are_fine() -> None:
    check = LockCheck()

    for kind in LockOrder:
        check.lock(kind)

    assert check.taken == list(LockOrder)


@pytest.mark.parametrize("second", [LockOrder.CASE, LockOrder.PAYMENT])
def test_a_lock_taken_late_or_twice_is_told(second: LockOrder) -> None:
    check = LockCheck()
    check.lock(LockOrder.PAYMENT)

    with pytest.raises(LockedOutOfOrder) as fault:
        check.lock(second)

    assert (fault.value.wanted, fault.value.held) == (second, LockOrder.PAYMENT)
