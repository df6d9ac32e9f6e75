"""How many messages may still be sent to a person, where a platform counts them; pure.

The platform counts a message when it reaches it, perhaps in a window that opened without our knowing yet, and of which
of several open windows it takes one is its own affair. So a message counts here in every window that was open, or
opened, at any moment from before its call until the call's end was heard: never less than with the platform.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from sys import maxsize

from channels.channel import Window
from refund_core.replacing import replace

LOST = timedelta(minutes=5)
"""For so long a call whose end nobody heard of may still reach the platform."""
TOLD_LATE = timedelta(seconds=30)
"""So long after it opened a window may be told to us: WeChat pushes four times, five seconds apart."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message on its way: when it was counted, for which row of the outbox, and when its end was heard, if it was.

    by is empty for one that got lost: nobody will hear its end any more.
    """

    at: datetime
    by: str
    ended: datetime | None = None

    @property
    def arrives_until(self) -> datetime:
        """The last moment at which the platform may have counted it."""
        return self.ended or self.at + LOST


def may_send(
    opened: Mapping[str, datetime], calls: Sequence[Call], limits: Mapping[str, Window], *, keep: int, now: datetime
) -> bool:
    """True where one message more may be sent and the window that closes last still has room for keep after it."""
    rooms: dict[datetime, int] = {}
    for name, at in opened.items():
        closes = _closes(at, limits.get(name))
        if closes is None or now >= closes:
            continue
        room = _room(limits[name], sum(call.arrives_until >= at for call in calls))
        if room > 0:
            rooms[closes] = max(room, rooms.get(closes, 0))
    return bool(rooms) and rooms[max(rooms)] > keep


def is_too_fast(calls: Sequence[Call], per_second: int, *, now: datetime) -> bool:
    """True where the next message has to wait for the next second."""
    second = now.replace(microsecond=0)
    return 0 < per_second <= sum(call.at >= second for call in calls)


def with_call(calls: Sequence[Call], by: str, *, is_again: bool, now: datetime) -> tuple[Call, ...]:
    """The calls and one more; is_again says that nobody knows what became of the row's last one, else it has ended."""
    return (*(_before(call, by, is_again=is_again, now=now) for call in calls), Call(now, by))


def without_call(calls: Sequence[Call], by: str) -> tuple[Call, ...]:
    """The calls but for the one of this row that was under way: it was surely not counted."""
    return tuple(call for call in calls if call.by != by or call.ended is not None)


def still_needed(
    calls: Sequence[Call], opened: Mapping[str, datetime], limits: Mapping[str, Window], *, now: datetime
) -> tuple[Call, ...]:
    """The calls that count in a window that is open, or that we may yet be told of."""
    begins = [at for name, at in opened.items() if (closes := _closes(at, limits.get(name))) and now < closes]
    since = min([now - TOLD_LATE, *begins])
    return tuple(call for call in calls if call.arrives_until >= since)


def _before(call: Call, by: str, *, is_again: bool, now: datetime) -> Call:
    if call.by != by or call.ended is not None:
        return call
    return replace(call, by="") if is_again else replace(call, ended=now)


def _room(limit: Window, used: int) -> int:
    return limit.count - used if limit.count else maxsize


def _closes(at: datetime, limit: Window | None) -> datetime | None:
    return None if limit is None else at + timedelta(seconds=limit.seconds)
