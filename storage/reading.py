"""What a store's reading function asks for: something that runs a statement, be it a database or a transaction."""

from collections.abc import Sequence
from typing import Any, Protocol


class CanFetch(Protocol):
    """A database (the statement is its own transaction) or a transaction."""

    async def fetch(self, sql: str, *args: object) -> Sequence[Any]:
        """Run a statement and return its rows."""
        ...
