"""Taking the port that a server listens on; a port that cannot be had is told with what to do about it."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.settings import PREFIX

_PORT_FIRST_FREE_TO_ALL = 1_024
_PORT_MAX = 65_535


class CannotListen(Exception):
    """The address cannot be had: whose it is, why, and which setting changes it."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"Cannot listen on {host}, port {port}: {reason}")
        self.host = host
        self.port = port


@dataclass(frozen=True, slots=True)
class AddressSettings:
    """The settings that say where a server listens."""

    host: str = PREFIX + "HOST"
    port: str = PREFIX + "PORT"


_SERVE = AddressSettings()


def listen(host: str, port: int, settings: AddressSettings = _SERVE, *, is_shared: bool = False) -> socket.socket:
    """Take the port before anything is started, so that a taken one is told at once. Raises CannotListen.

    A shared one may be taken by several of one user's processes, so that a new one serves before the old one ends.
    """
    with told_port(host, port, settings):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            listening.bind((host, port))
        except OSError:
            listening.close()
            raise
        listening.setblocking(False)
        return listening


@contextmanager
def told_port(host: str, port: int, settings: AddressSettings = _SERVE) -> Iterator[None]:
    """Turn the system's refusal of an address into CannotListen."""
    try:
        yield
    except OSError as error:
        reason = _reason(error, port, settings)
        if reason is None:
            raise
        raise CannotListen(host, port, reason) from None


def _reason(error: OSError, port: int, settings: AddressSettings) -> str | None:
    another = f"set {settings.port} to another one, as {settings.port}={_another(port)} (0 takes any free port)"
    if isinstance(error, socket.gaierror):
        return f"the name is not known here; set {settings.host} to an address of this machine."
    match error.errno:
        case errno.EADDRINUSE:
            return f"another program has taken the port. End it, or {another}."
        case errno.EACCES | errno.EPERM:
            return f"this user may not use the port; {another}."
        case errno.EADDRNOTAVAIL:
            return f"this machine does not have that address; set {settings.host} to one that it has."
        case _:
            return None


def _another(port: int) -> int:
    return port + 1 if _PORT_FIRST_FREE_TO_ALL <= port < _PORT_MAX else 8_081
