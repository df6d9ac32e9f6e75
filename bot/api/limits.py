"""How much one caller may ask for: a count per minute in this process, bounded however many callers there are."""


class MinuteLimit:
    """Counts per key and minute; 0 per minute means no limit."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._minute = 0
        self._counts: dict[object, int] = {}

    def seconds_to_wait(self, key: object, now_seconds: float) -> int:
        """Count one call; 0 if it may go on, else the seconds until the next minute."""
        if self._per_minute == 0:
            return 0
        minute, second = divmod(int(now_seconds), 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        count = self._counts.get(key, 0) + 1
        self._counts[key] = count
        return 0 if count <= self._per_minute else 60 - second
