"""What the SMS sandbox can be told to do wrong, and for which phone."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

ANYBODY = "*"


class SmsFaultKind(StrEnum):
    """The faults; what `value` means is said beside each."""

    SLOW = "slow"  # answers after value seconds
    LOST_ANSWER = "lost_answer"  # takes it, then resets the connection
    TRUNCATED = "truncated"  # takes it, then sends half of the answer
    RATE_LIMITED = "rate_limited"  # 429 with Retry-After value seconds, nothing taken
    SERVER_ERROR = "server_error"  # 500, nothing taken
    REFUSED = "refused"  # 403 with the code `code`, nothing taken


class SmsFault(msgspec.Struct, frozen=True):
    """One fault: for a phone ("*" = any); times 0 means always."""

    kind: SmsFaultKind
    phone: str = ANYBODY
    value: float = 0.0
    code: str = "REFUSED"
    times: int = 0


class SmsFaults:
    """The faults now in force; kept in memory, so a restarted sandbox behaves well."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left: list[tuple[SmsFault, int]] = []

    def replace_all(self, faults: Sequence[SmsFault]) -> None:
        """From now on just these."""
        self._left = [(fault, fault.times) for fault in faults]

    def find(self, kind: SmsFaultKind, phone: str) -> SmsFault | None:
        """The first fault of this kind for the phone; it counts as used once more."""
        for place, (fault, left) in enumerate(self._left):
            if fault.kind is kind and fault.phone in {ANYBODY, phone}:
                self._left[place] = (fault, left - 1)
                if left == 1:
                    del self._left[place]
                return fault
        return None
