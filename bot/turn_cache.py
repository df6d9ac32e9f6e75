"""What a process keeps of what it read or wrote last, never more than so much; a stale copy is told by its version."""

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(Generic[Key, Value]):
    """A dictionary that forgets what was put there longest ago when it is full.

    Of a plain one finding its first key takes the longer the more were deleted before it.
    """

    def __init__(self, count_max: int) -> None:
        self._count_max = count_max
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, if it is still there."""
        return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value as the newest."""
        values = self._values
        values[key] = value
        values.move_to_end(key)
        if len(values) > self._count_max:
            values.popitem(last=False)

    def forget(self, key: Key) -> None:
        """Keep it no longer."""
        self._values.pop(key, None)

    def __len__(self) -> int:
        return len(self._values)
