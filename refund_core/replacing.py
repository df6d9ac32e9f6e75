"""replace() as the library has it, for the values that a turn changes often.

dataclasses.replace asks every field what kind it is and looks it up by name; a value (values.py) is copied at once, and
of another dataclass all fields are read at once. To the type checker all of them are the same function.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace as replace
else:
    from msgspec import Struct
    from msgspec.structs import replace as _copied

    def replace(it: Any, /, **changes: object) -> Any:
        """The value with these fields changed; a field that it does not have raises TypeError or KeyError."""
        if isinstance(it, Struct):
            return _copied(it, **changes)
        read, places = _shape(type(it))
        values = list(read(it))
        for name, changed in changes.items():
            values[places[name]] = changed
        return type(it)(*values)


@lru_cache(maxsize=256)
def _shape(kind: type) -> tuple[Callable[[object], tuple[object, ...]], Mapping[str, int]]:
    """How to read all fields that make a value of this kind, in their order, and each field's place."""
    names = [it.name for it in fields(kind) if it.init]
    read = attrgetter(*names)
    return (read if len(names) > 1 else lambda value: (read(value),)), {name: at for at, name in enumerate(names)}
