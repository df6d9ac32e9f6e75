"""Calling an address that somebody else named, without being sent where only we may go.

The connection goes to the very addresses that were resolved and found to be allowed, so a name that answers otherwise
the next time gains nothing. An address in numbers, which nobody resolves, is looked at where it is set (named_servers).
"""

import socket
from collections.abc import Callable

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from refund_core.addresses import AddressRefused, is_public

IsAllowed = Callable[[str], bool]


class GuardedResolver(AbstractResolver):
    """Resolves names, and refuses those that lead to any address that is not allowed."""

    def __init__(self, is_allowed: IsAllowed = is_public, inner: AbstractResolver | None = None) -> None:
        self._is_allowed = is_allowed
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """What the host leads to. Raises OSError where it leads nowhere, AddressRefused where it may not be called."""
        found = await self._inner.resolve(host, port, family)
        if not found or not all(self._is_allowed(each["host"]) for each in found):
            raise AddressRefused(host)
        return found

    async def close(self) -> None:
        """Close the resolver beneath."""
        await self._inner.close()


def guarded_connector(is_allowed: IsAllowed, names: AbstractResolver | None = None) -> aiohttp.TCPConnector:
    """Connections to allowed addresses alone; of what was resolved nothing is kept."""
    return aiohttp.TCPConnector(resolver=GuardedResolver(is_allowed, names), use_dns_cache=False)


def is_refused(error: BaseException) -> bool:
    """True for a call that was not made since its name leads where nothing may be sent."""
    return isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, AddressRefused)
