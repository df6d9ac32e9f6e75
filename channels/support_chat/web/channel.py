"""The merchant's own chat, in the browser, the mini-program or a script: verify, parse and render in one place."""

from channels.support_chat.web.parse import parse_message
from channels.support_chat.web.render import encode, wire_reply
from channels.support_chat.web.signature import read_identity, read_session

NAME = "web"
HAS_BUTTONS = True
HAS_CARDS = True
TEXT_LENGTH_MAX = 4_000

__all__ = [
    "HAS_BUTTONS",
    "HAS_CARDS",
    "NAME",
    "TEXT_LENGTH_MAX",
    "encode",
    "parse_message",
    "read_identity",
    "read_session",
    "wire_reply",
]
