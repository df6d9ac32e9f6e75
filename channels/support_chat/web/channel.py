"""The merchant's own chat, in the browser, the mini-program or a script: its four parts under one name."""

from channels.support_chat.web.parse import parse_message as parse_message
from channels.support_chat.web.render import reply_frame as reply_frame
from channels.support_chat.web.signature import read_identity as read_identity
from channels.support_chat.web.signature import read_session as read_session
