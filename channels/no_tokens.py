"""Tokens where no platform is to be called: settings are only tried, payloads only read and rendered."""

from collections.abc import Awaitable, Callable

from refund_core.sending import SendRefused


class NoTokens:
    """The Tokens of channels.channel that never fetch."""

    async def token(
        self, name: str, fetch: Callable[[], Awaitable[tuple[str, float]]], *, refused: str | None = None
    ) -> str:
        """Raises SendRefused, as a platform does that gives no token."""
        del fetch, refused
        raise SendRefused(f"NO_TOKEN {name}")
