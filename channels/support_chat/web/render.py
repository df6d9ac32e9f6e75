"""Replies as the chat's clients receive them; pure."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from dialogs.messages import Card, Choice, Reply, Select, Sender


class WireReply(msgspec.Struct, frozen=True):
    """One thing that was said, with its place in the conversation; client_id is the customer's own, echoed."""

    seq: int
    at: datetime
    sender: Sender
    agent: str | None
    text: str
    choices: tuple[Choice, ...] = ()
    select: Select | None = None
    card: Card | None = None
    attachments: tuple[str, ...] = ()
    action: str | None = None
    client_id: str | None = None


class ReplyFrame(WireReply, frozen=True, tag_field="type", tag="reply"):
    """A reply on the stream."""


class TypingFrame(msgspec.Struct, frozen=True, tag_field="type", tag="typing"):
    """Somebody at the merchant's is writing."""

    agent: str | None = None


class HandoverFrame(msgspec.Struct, frozen=True, tag_field="type", tag="handover"):
    """The conversation went to a person, or back to the bot."""

    holder: str
    agent: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What POST …/messages answers; seq is the last reply's."""

    seq: int
    replies: Sequence[WireReply]


class History(msgspec.Struct, frozen=True):
    """What GET …/messages answers."""

    messages: Sequence[WireReply]
    more: bool


def wire_reply(seq: int, at: datetime, reply: Reply) -> WireReply:
    """A fresh reply with its place and time."""
    return WireReply(
        seq, at, reply.sender, reply.agent, reply.text, reply.choices, reply.select, reply.card, reply.attachments
    )


def reply_frame(reply: WireReply) -> ReplyFrame:
    """A reply for the stream."""
    return ReplyFrame(*(getattr(reply, name) for name in WireReply.__struct_fields__))


encode = msgspec.json.Encoder().encode
