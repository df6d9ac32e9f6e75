"""Tokens for one process, in the way that all processes share them."""

from collections.abc import Awaitable, Callable


class OwnTokens:
    """Keeps each token until it is refused; fetches counts by name."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.fetches: dict[str, int] = {}

    async def token(
        self, name: str, fetch: Callable[[], Awaitable[tuple[str, float]]], *, refused: str | None = None
    ) -> str:
        if name not in self.kept or self.kept[name] == refused:
            self.fetches[name] = self.fetches.get(name, 0) + 1
            self.kept[name], _ = await fetch()
        return self.kept[name]
