"""Arguments that are columns: a statement takes rows as one array for each column, and unnests them side by side."""

from collections.abc import Sequence
from typing import TypeVar

Value = TypeVar("Value")


def column(values: Sequence[Value], otherwise: Value | None = None) -> Sequence[Value]:
    """The values, or none where all of them are as by default: unnest() fills up with NULL, and each element costs."""
    return () if values.count(otherwise) == len(values) else values
