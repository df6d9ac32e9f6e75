"""Stored replies as the dialog's own, for channels to render."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from channels.channel import Spoken
from dialogs.messages import Card, CaseCard, Choice, OfferCard, OrderCard, RefundCard, Reply, Select, Sender


class _Plain(msgspec.Struct):
    """A Reply without its card, whose kinds msgspec cannot tell apart by itself."""

    text: str
    choices: tuple[Choice, ...] = ()
    select: Select | None = None
    sender: Sender = "bot"
    agent: str | None = None
    attachments: tuple[str, ...] = ()


_CARDS: Mapping[str, type[Card]] = MappingProxyType(
    {"order": OrderCard, "case": CaseCard, "offer": OfferCard, "refund": RefundCard}
)


def spoken(body: bytes, seq: int | None = None) -> Spoken:
    """A reply from the JSON of a REPLY, or from that of a Reply with its place."""
    document: dict[str, Any] = msgspec.json.decode(body)
    card = document.get("card")
    known = None if card is None else msgspec.convert(card, _CARDS[card["kind"]])
    plain = msgspec.convert(document, _Plain)
    reply = Reply(plain.text, plain.choices, plain.select, known, plain.sender, plain.agent, plain.attachments)
    return Spoken(document["seq"] if seq is None else seq, reply)
