"""Which network addresses a server may be sent to by somebody else's word; pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Network = IPv4Network | IPv6Network
# Public by their number, but answered by the cloud that a machine runs in, for that machine alone.
_INSIDE_CLOUDS: Final = (ip_network("168.63.129.16/32"), ip_network("192.0.0.0/24"), ip_network("100.100.100.200/32"))
_TELLS_SECRETS: Final = (*_INSIDE_CLOUDS, ip_network("fd00:ec2::254/128"))
_TRANSLATED: Final = ip_network("64:ff9b::/96")
_UNICAST: Final = ip_network("2000::/3")


class AddressRefused(OSError):
    """A name leads to an address to which nothing may be sent."""


def is_public(address: str) -> bool:
    """True for an address that anybody on the internet may reach, also where one is wrapped into another."""
    inner = _inner(address)
    if inner is None or any(inner in network for network in _INSIDE_CLOUDS):
        return False
    if isinstance(inner, IPv6Address) and inner not in _UNICAST:
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved)


def is_ordinary(address: str) -> bool:
    """True for a server's address, here or elsewhere: none of those at which a cloud tells a machine its secrets."""
    inner = _inner(address)
    if inner is None or any(inner in network for network in _TELLS_SECRETS):
        return False
    if inner.is_loopback:
        return True
    return not (inner.is_link_local or inner.is_multicast or inner.is_unspecified or inner.is_reserved)


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """True for an address in one of the networks."""
    inner = _inner(address)
    return inner is not None and any(inner in network for network in networks)


def is_address(host: str) -> bool:
    """True for a host that is an address in numbers, so that no name is looked up for it."""
    return _inner(host) is not None


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks with commas between them. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _inner(address: str) -> IPv4Address | IPv6Address | None:
    """The address, and of an IPv6 one that carries an IPv4 address, that; None where it is none."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    if found.teredo is not None:
        return found.teredo[1]
    if found in _TRANSLATED:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or found
