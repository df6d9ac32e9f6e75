"""Settings of the channels to chat platforms that are the installation's, not a merchant's."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta

from refund_core.addresses import is_public, is_within, read_networks

_Networks = Annotated[str, Meta(pattern=r"^[0-9a-fA-F:./, ]*$", examples=["10.20.0.0/16,192.168.7.5/32"])]


class ChannelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What merchants' accounts on chat platforms may do.

    An address that a merchant gives to be called back must lead to the public internet, or into one of the
    callback_networks.
    """

    callback_networks: _Networks = ""

    def may_call(self) -> Callable[[str], bool]:
        """Whether an address that a merchant has named may lead to a network address. Raises ValueError."""
        networks = read_networks(self.callback_networks)
        return lambda address: is_public(address) or is_within(address, networks)
