"""How many messages WeChat lets through to a user, and when: its published rules."""

from dataclasses import dataclass, field

OUT_OF_TIME, OUT_OF_COUNT = 45015, 45047
LIMITS = {"message": (48 * 3600, 5), "menu": (60, 3), "follow": (60, 3), "scan": (60, 3), "enter": (60, 2)}


@dataclass
class Allowance:
    """One user's windows: what the last event of each kind allows, and what of that is used."""

    opened: dict[str, float] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)

    def open(self, kind: str, now: float) -> None:
        """The user did something; its allowance begins anew."""
        self.opened[kind], self.used[kind] = now, 0

    def take(self, now: float) -> int:
        """Send one message: 0, or the error. What closes first is used first."""
        alive = [kind for kind, at in self.opened.items() if now < at + LIMITS[kind][0]]
        if not alive:
            return OUT_OF_TIME
        free = [kind for kind in alive if self.used[kind] < LIMITS[kind][1]]
        if not free:
            return OUT_OF_COUNT
        self.used[min(free, key=lambda kind: self.opened[kind] + LIMITS[kind][0])] += 1
        return 0
