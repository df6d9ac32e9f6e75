"""How many messages may still be sent to a person, where a platform counts them; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.channel import Window


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A reply window: when it was opened, by which message, and how many messages were sent in it."""

    at: datetime
    by: str
    sent: int = 0


def free_window(
    windows: Mapping[str, OpenWindow], limits: Mapping[str, Window], *, keep: int, now: datetime
) -> str | None:
    """The name of the window to send in, the one that closes first; None where no message may be sent.

    keep messages are left over in all windows together, for what must not go unsaid.
    """
    free = {}
    for name, window in windows.items():
        limit = limits.get(name)
        if limit is None or now >= window.at + timedelta(seconds=limit.seconds) or window.sent >= limit.count:
            continue
        free[window.at + timedelta(seconds=limit.seconds), name] = limit.count - window.sent
    if sum(free.values()) <= keep:
        return None
    return min(free)[1]
