"""How many messages WeChat lets through to a user, and when: its published rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

OUT_OF_TIME, OUT_OF_COUNT = 45015, 45047
LIMITS = {"message": (48 * 3600, 5), "menu": (60, 3), "follow": (60, 3), "scan": (60, 3), "enter": (60, 2)}
Order = Callable[[float, str], float]


def closes_first(opened: float, kind: str) -> float:
    """Use first what closes first."""
    return opened + LIMITS[kind][0]


def closes_last(opened: float, kind: str) -> float:
    """Use first what closes last."""
    return -opened - LIMITS[kind][0]


def newest(opened: float, _kind: str) -> float:
    """Use first what the user did last."""
    return -opened


ORDERS: Mapping[str, Order] = {"closes first": closes_first, "closes last": closes_last, "newest": newest}
"""WeChat does not publish of which open window it takes a message; whichever it is, no caller may go over."""


@dataclass
class Allowance:
    """One user's windows: what the last event of each kind allows, and what of that is used; story tells how."""

    opened: dict[str, float] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    order: Order = closes_first
    story: list[str] = field(default_factory=list)

    def open(self, kind: str, now: float) -> None:
        """The user did something; its allowance begins anew."""
        self.opened[kind], self.used[kind] = now, 0
        self.story.append(f"{now:.3f} {kind} opens")

    def take(self, now: float) -> int:
        """Send one message: 0, or the error."""
        alive = [kind for kind, at in self.opened.items() if now < at + LIMITS[kind][0]]
        free = [kind for kind in alive if self.used[kind] < LIMITS[kind][1]]
        if not free:
            error = OUT_OF_COUNT if alive else OUT_OF_TIME
            self.story.append(f"{now:.3f} refused: {error}, used {self.used}")
            return error
        chosen = min(free, key=lambda kind: self.order(self.opened[kind], kind))
        self.used[chosen] += 1
        self.story.append(f"{now:.3f} {chosen} takes {self.used[chosen]} of {LIMITS[chosen][1]}")
        return 0
