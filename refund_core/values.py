"""value: what @dataclass(frozen=True, slots=True) is to a reader and to the type checker, made several times as fast.

stored: the same for what is kept as JSON in the database: fields that are as by default are left out of it.

A frozen dataclass sets each of its fields by a call, and a turn makes hundreds of values. When the program runs, a
value is a frozen struct of msgspec: the same fields, defaults, methods, comparison, hash and patterns, what repr may
show, and faster to read from JSON too. dataclasses.replace, fields and asdict know values. What never changes refers
to nothing that came after it, so values make no cycles, and Python's collector passes them over.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

__all__ = ["stored", "value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as stored
    from dataclasses import dataclass as value
else:
    import inspect
    from dataclasses import MISSING, dataclass, make_dataclass

    import msgspec

    _StructMeta = type(msgspec.Struct)
    _MADE_BY_PYTHON = frozenset({"__dict__", "__weakref__"})

    def value(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """Make a value of a class that has fields and methods, or of one that adds some to a value."""
        if not (frozen and slots):
            raise TypeError("values are frozen and have slots")
        return _value

    def stored(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """The same, whose JSON leaves out what is as by default."""
        if not (frozen and slots):
            raise TypeError("values are frozen and have slots")
        return lambda described: _value(described, omit_defaults=True)

    def _value(described: type, *, omit_defaults: bool = False) -> type:
        if isinstance(described, _StructMeta):
            described.__dataclass_fields__ = make_dataclass("_", described.__struct_fields__).__dataclass_fields__
            return described
        dataclass(init=False, repr=False, eq=False)(described)
        parts = {name: part for name, part in vars(described).items() if name not in _MADE_BY_PYTHON}
        for name in inspect.get_annotations(described):
            parts.pop(name, None)
            made = described.__dataclass_fields__[name]
            if made.default is not MISSING:
                parts[name] = made.default
            elif made.default_factory is not MISSING:
                parts[name] = msgspec.field(default_factory=made.default_factory)
        hidden = frozenset(made.name for made in described.__dataclass_fields__.values() if not made.repr)
        if hidden and "__repr__" not in parts:
            parts["__repr__"] = _repr_without(hidden)
        settings = {"frozen": True, "omit_defaults": omit_defaults, "gc": False}
        return _StructMeta(described.__name__, (msgspec.Struct,), parts, **settings)

    def _repr_without(hidden: frozenset[str]) -> Callable[[object], str]:
        """What shows of a value some of whose fields are told to nobody (field(repr=False))."""

        def shown(self: object) -> str:
            told = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in hidden)
            return f"{type(self).__name__}({', '.join(told)})"

        return shown
