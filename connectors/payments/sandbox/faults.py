"""What the sandbox can be told to do wrong, and for whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

EVERYBODY = "*"


class FaultKind(StrEnum):
    """The faults; what `value` means is said beside each."""

    SLOW = "slow"  # answers after value seconds
    LOST_ANSWER = "lost_answer"  # does it, then resets the connection
    TRUNCATED = "truncated"  # does it, then sends half of the answer
    RATE_LIMITED = "rate_limited"  # 429 with Retry-After value seconds, nothing done
    SERVER_ERROR = "server_error"  # 500, nothing done
    PENDING = "pending"  # settles only after value seconds
    REFUSED = "refused"  # 403 with the code `code`, nothing done
    CLOSED_LATER = "closed_later"  # closes instead of paying, after value seconds
    ABNORMAL = "abnormal"  # stuck until a person acts
    NO_NOTICE = "no_notice"  # never calls back
    DUPLICATE_NOTICES = "duplicate_notices"  # calls back value times
    STALE_NOTICE = "stale_notice"  # says PROCESSING once more, value seconds after the last word
    WRONG_AMOUNT_NOTICE = "wrong_amount_notice"  # one more minor unit than was asked
    FORGED_NOTICE = "forged_notice"  # signed with another key


class Fault(msgspec.Struct, frozen=True):
    """One fault: for a merchant and the number of a refund or a payment ("*" = any); times 0 means always."""

    kind: FaultKind
    merchant: str = EVERYBODY
    name: str = EVERYBODY
    value: float = 0.0
    code: str = ""
    times: int = 0
    share: float = 1.0


@dataclass(slots=True)
class _InForce:
    """A fault, and how often it may still happen (0 = always)."""

    fault: Fault
    left: int


class Faults:
    """The faults now in force; kept in memory, so a restarted sandbox behaves well."""

    __slots__ = ("_in_force", "_random")

    def __init__(self, random: Callable[[], float]) -> None:
        self._in_force: list[_InForce] = []
        self._random = random

    def replace_all(self, faults: Sequence[Fault]) -> None:
        """From now on just these."""
        self._in_force = [_InForce(fault, fault.times) for fault in faults]

    def add(self, fault: Fault) -> None:
        """This one too."""
        self._in_force.append(_InForce(fault, fault.times))

    def all(self) -> list[Fault]:
        """Those in force."""
        return [row.fault for row in self._in_force]

    def find(self, kind: FaultKind, merchant: str, *names: str) -> Fault | None:
        """The first fault of this kind for the merchant and one of the names; it counts as used once more."""
        for row in self._in_force:
            if row.fault.kind is kind and _is_for(row.fault, merchant, names) and self._random() < row.fault.share:
                self._use(row)
                return row.fault
        return None

    def _use(self, row: _InForce) -> None:
        row.left -= 1
        if row.left == 0:
            self._in_force.remove(row)


def _is_for(fault: Fault, merchant: str, names: Sequence[str]) -> bool:
    return fault.merchant in {EVERYBODY, merchant} and fault.name in {EVERYBODY, *names}
