"""The one order in which rows are locked, within a transaction and across processes.

Who takes rows of several kinds takes them in the order of LockOrder, rows of one kind in the order of their keys, and
each kind once. Then two transactions can wait for one another only in one direction, and never deadlock.
"""

from dataclasses import dataclass, field
from enum import IntEnum


class LockOrder(IntEnum):
    """What is locked before what; lower first."""

    CONVERSATION = 1
    CASE = 2
    ORDER = 3
    PAYMENT = 4
    LINE_USE = 5
    ACCOUNT = 6
    OFFER_BUDGET = 7
    OUTBOX = 8


class LockedOutOfOrder(Exception):
    """The program locks rows in an order that could deadlock: a fault of ours, never of the data."""

    def __init__(self, wanted: LockOrder, held: LockOrder) -> None:
        super().__init__(f"{wanted.name} after {held.name}")
        self.wanted = wanted
        self.held = held


@dataclass(slots=True)
class LockCheck:
    """Told of each kind as it is locked; raises LockedOutOfOrder where the order is broken or a kind comes twice."""

    taken: list[LockOrder] = field(default_factory=list)

    def lock(self, kind: LockOrder) -> None:
        """Note that rows of this kind are locked now."""
        if self.taken and kind <= self.taken[-1]:
            raise LockedOutOfOrder(kind, self.taken[-1])
        self.taken.append(kind)
