"""The only list of channels: names to modules; a channel's module is imported only when it is configured."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from channels.channel import ChannelModule

# Platforms on which a merchant has accounts. Our own chat page is no platform: it reads by seq and is always there.
CHANNELS: Mapping[str, str] = MappingProxyType({
    "wechat": "channels.wechat.channel",
    "mini_program": "channels.mini_program.channel",
    "telegram": "channels.support_chat.telegram.channel",
    "rest": "channels.rest.channel",
})  # fmt: skip


def load_channel(name: str) -> ChannelModule:
    """The module of a channel. Raises KeyError for a name that is not on the list."""
    return cast(ChannelModule, import_module(CHANNELS[name]))
