"""What the chat's clients receive, put together from replies that are already JSON; pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from dialogs.messages import Choice, Select, Sender


class WireReply(msgspec.Struct, frozen=True):
    """REPLY of the chat's interface, for its description; client_id is the customer's own, echoed.

    card has a `kind` (order, case, offer, refund) and the fields of that kind.
    """

    seq: int
    at: datetime
    sender: Sender
    agent: str | None
    text: str
    choices: tuple[Choice, ...] = ()
    select: Select | None = None
    card: dict[str, Any] | None = None
    attachments: tuple[str, ...] = ()
    action: str | None = None
    client_id: str | None = None


class AnswerView(msgspec.Struct, frozen=True):
    """What POST …/messages answers; seq is the last reply's."""

    seq: int
    replies: Sequence[WireReply]


class TypingFrame(msgspec.Struct, frozen=True, tag_field="type", tag="typing"):
    """Somebody at the merchant's is writing."""

    agent: str | None = None


class HandoverFrame(msgspec.Struct, frozen=True, tag_field="type", tag="handover"):
    """The conversation waits for a person (holder "queue"), has one ("agent"), or is the bot's again ("bot")."""

    holder: str
    agent: str | None = None


class HistoryView(msgspec.Struct, frozen=True):
    """What GET …/messages answers; handover: in whose hands the conversation is now."""

    messages: Sequence[WireReply]
    more: bool
    handover: HandoverFrame


def history(replies: Sequence[bytes], handover: HandoverFrame, *, has_more: bool) -> bytes:
    """A page of the conversation."""
    more = b"true" if has_more else b"false"
    return b'{"messages":[%b],"more":%b,"handover":%b}' % (b",".join(replies), more, msgspec.json.encode(handover))


def reply_frame(reply: bytes) -> str:
    """A reply on the stream."""
    return (b'{"type":"reply",%b' % reply[1:]).decode()


def signal_frame(frame: TypingFrame | HandoverFrame) -> str:
    """A small signal on the stream."""
    return msgspec.json.encode(frame).decode()
