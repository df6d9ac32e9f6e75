"""Whose address a request comes from where proxies stand in front: what trusted ones say, and nobody else."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

Network = IPv4Network | IPv6Network
_HEADER = "X-Forwarded-For"


def behind_proxies(networks: Sequence[Network]) -> Middleware:
    """Requests have as `remote` the address for which the proxies of these networks vouch."""

    @web.middleware
    async def with_address(request: web.Request, handler: Handler) -> web.StreamResponse:
        address = address_behind(request.remote, request.headers.getall(_HEADER, ()), networks)
        return await handler(request if address == request.remote else request.clone(remote=address or ""))

    return with_address


def address_behind(peer: str | None, forwarded: Iterable[str], networks: Sequence[Network]) -> str | None:
    """The last address that is none of a trusted proxy's; what stands before it anybody may have written.

    Where a proxy passes on what is no address, it stands for itself.
    """
    known = _address(peer or "")
    if known is None or not _is_trusted(known, networks):
        return peer
    for written in reversed([part for line in forwarded for part in line.split(",")]):
        address = _address(written)
        if address is None:
            break
        known = address
        if not _is_trusted(address, networks):
            break
    return str(known)


def _is_trusted(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: bare, with a port, or in brackets; an IPv4 one within IPv6 is that."""
    text = written.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
