"""Fetching from an address that somebody else named, without being sent where only we may go.

Only https, only hosts that the caller names, only their usual port; a redirect is looked at like the first address.
The connection goes to the very addresses that were resolved and found to be public, so a name that answers otherwise
the next time gains nothing. What comes is read no further than it may be long.
"""

import socket
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from channels.channel import Fetched
from refund_core.sending import SendLater, SendRefused

REDIRECTS_MAX: Final = 3
_HTTPS_PORT: Final = 443
_CHUNK_BYTES: Final = 65_536
_AGAIN_SECONDS: Final = 5.0
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
# Public by their number, but answered by the cloud that a machine runs in, for that machine alone.
_INSIDE_CLOUDS: Final = (ip_network("168.63.129.16/32"), ip_network("192.0.0.0/24"))
_TRANSLATED: Final = ip_network("64:ff9b::/96")
_UNICAST: Final = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class FetchRules:
    """Where may be fetched from; a host that begins with a dot stands for all names that end so."""

    hosts: Collection[str]
    port: int = _HTTPS_PORT
    seconds: float = 20.0
    connect_seconds: float = 5.0


class _NotPublic(OSError):
    """A name leads to an address that is not for everybody."""


def is_public(address: str) -> bool:
    """True for an address that anybody on the internet may reach, also where one is wrapped into another."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _unwrapped(found)
    if any(inner in network for network in _INSIDE_CLOUDS):
        return False
    if isinstance(inner, IPv6Address) and inner not in _UNICAST:
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved)


class GuardedFetch:
    """One set of rules with its connections; resolver, is_allowed and trust let tests have a server of their own."""

    def __init__(
        self,
        rules: FetchRules,
        *,
        resolver: AbstractResolver | None = None,
        is_allowed: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._rules = rules
        self._resolver, self._is_allowed, self._trust = resolver, is_allowed, trust
        self._http: aiohttp.ClientSession | None = None

    async def fetch(self, address: str, *, bytes_max: int) -> Fetched:
        """What lies there. Raises SendRefused (its code says why) and SendLater."""
        url = self._checked(address)
        try:
            for _ in range(REDIRECTS_MAX + 1):
                async with self._session().get(url, allow_redirects=False) as answer:
                    if answer.status not in _REDIRECTS:
                        return await _read(answer, bytes_max)
                    url = self._checked(answer.headers.get("Location", ""), seen_from=url)
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _NotPublic):
                raise SendRefused("address_not_public") from None
            raise SendLater(_AGAIN_SECONDS, type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendLater(_AGAIN_SECONDS, type(error).__name__) from error
        raise SendRefused("too_many_redirects")

    async def close(self) -> None:
        """Give back connections."""
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            connector = aiohttp.TCPConnector(
                resolver=PublicResolver(self._resolver, self._is_allowed),
                use_dns_cache=False,
                force_close=True,
                ssl=self._trust or True,
            )
            self._http = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=self._rules.seconds, sock_connect=self._rules.connect_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"Accept-Encoding": "identity"},
            )
        return self._http

    def _checked(self, address: str, *, seen_from: URL | None = None) -> URL:
        """The address, if the rules allow it. Raises SendRefused."""
        try:
            url = URL(address) if seen_from is None else seen_from.join(URL(address))
            host, port = (url.raw_host or "").lower().rstrip("."), url.port
        except ValueError:
            raise SendRefused("address_unreadable") from None
        if url.scheme != "https" or port != self._rules.port or url.user is not None or url.password is not None:
            raise SendRefused("address_not_allowed")
        if not any(host == known or (known.startswith(".") and host.endswith(known)) for known in self._rules.hosts):
            raise SendRefused("host_not_allowed")
        return url


class PublicResolver(AbstractResolver):
    """Gives out addresses only where all that a name leads to are public; what it gives out is connected to."""

    def __init__(self, inner: AbstractResolver | None = None, is_allowed: Callable[[str], bool] = is_public) -> None:
        self._inner, self._is_allowed = inner or aiohttp.ThreadedResolver(), is_allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """What the host leads to. Raises OSError where it leads nowhere, or to somewhere that is not for everybody."""
        found = await self._inner.resolve(host, port, family)
        if not found or not all(self._is_allowed(each["host"]) for each in found):
            raise _NotPublic(host)
        return found

    async def close(self) -> None:
        """Close the resolver beneath."""
        await self._inner.close()


async def _read(answer: aiohttp.ClientResponse, bytes_max: int) -> Fetched:
    if answer.status in _PASSING:
        raise SendLater(_AGAIN_SECONDS, str(answer.status))
    if answer.status != 200:
        raise SendRefused(str(answer.status))
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise SendRefused("encoded")
    if answer.content_length is not None and answer.content_length > bytes_max:
        raise SendRefused("too_large")
    content = bytearray()
    async for piece in answer.content.iter_chunked(_CHUNK_BYTES):
        content += piece
        if len(content) > bytes_max:
            raise SendRefused("too_large")
    return Fetched(bytes(content), answer.content_type)


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one carries, where it carries one."""
    if isinstance(address, IPv4Address):
        return address
    if address.teredo is not None:
        return address.teredo[1]
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
