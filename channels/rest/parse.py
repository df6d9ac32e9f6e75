"""A call's body: `{"sender": ID, "message": TEXT}`, as Rasa's REST channel takes it, with a few fields of ours.

`message` is text, or a button's payload (an action behind a slash). With `message_id` a repeated call is the same
message. `metadata.start` is a start token, by which the shop vouches for the customer; `metadata.locale` is zh-CN or
en.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from channels.channel import Arrival, PayloadUnreadable
from channels.clean import clean
from dialogs.actions import parse_action
from dialogs.messages import InboundMessage
from refund_core.shape_words import UNREADABLE

TEXT_MAX = 4_000
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]


class _Metadata(msgspec.Struct):
    start: str | None = None
    locale: Literal["zh-CN", "en"] | None = None


class _Body(msgspec.Struct):
    sender: _Name
    message: Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_MAX)]
    message_id: _Name | None = None
    metadata: _Metadata | None = None


_DECODER = msgspec.json.Decoder(_Body)


def parse_call(payload: bytes, *, now: datetime) -> Arrival:
    """What was said. Without a message_id every call is a message of its own. Raises PayloadUnreadable."""
    try:
        body = _DECODER.decode(payload)
    except UNREADABLE as error:
        raise PayloadUnreadable(str(error)) from None
    metadata = body.metadata or _Metadata()
    message_id = body.message_id or _fresh_id(payload, now)
    text, action = _said(body.message)
    message = InboundMessage(message_id, now, text=text, action=action, locale=metadata.locale)
    return Arrival(body.sender, message, token=metadata.start, handle=body.sender)


def _said(message: str) -> tuple[str | None, str | None]:
    text = clean(message)
    if text.startswith("/") and parse_action(text[1:]) is not None:
        return None, text[1:]
    return text, None


def _fresh_id(payload: bytes, now: datetime) -> str:
    return hashlib.blake2b(payload, key=now.isoformat().encode(), digest_size=16).hexdigest()
