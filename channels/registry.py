"""The only list of channels: names to modules; a channel's module is imported only when it is configured."""

from importlib import import_module
from types import ModuleType

CHANNELS = {"web": "channels.support_chat.web.channel"}


def load_channel(name: str) -> ModuleType:
    """The module of a channel. Raises KeyError for a name that is not on the list."""
    return import_module(CHANNELS[name])
