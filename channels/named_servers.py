"""Which servers an address that somebody else gave may name; pure."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from refund_core.addresses import is_address

_ODD_NUMBER: Final = re.compile(r"(^|\.)(0[xX][0-9a-fA-F]*|[0-9]+)\.?$")
"""The end of a host as 127.1 or 0x7f000001, which is no name and which some take for an address."""


def may_name(url: str, is_allowed: Callable[[str], bool]) -> bool:
    """False for what names no server, and for a server in numbers to which nothing may be sent.

    A name is to be looked at again when it is resolved.
    """
    try:
        parsed = urlsplit(url)
        host, port = parsed.hostname or "", parsed.port
    except ValueError:
        return False
    if not host or port == 0 or "@" in parsed.netloc:
        return False
    if is_address(host):
        return is_allowed(host)
    return _ODD_NUMBER.search(host) is None
