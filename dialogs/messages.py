"""What is said: an inbound message and a reply, in one vocabulary for every channel."""

from datetime import datetime
from typing import Literal

from refund_core.values import value

Locale = Literal["zh-CN", "en"]
Sender = Literal["customer", "bot", "agent", "system"]


@value(frozen=True, slots=True)
class InboundMessage:
    """One thing a consumer said or tapped: text or an action (the contract's codes), with pictures by attachment id.

    message_id is the platform's id, or the web client's client_id: the same id is the same message. order_no is an
    order that the channel itself vouches for (signed identity, mini-program card). is_locale_chosen: the consumer has
    asked for this language; words in the other one still overrule it.
    """

    message_id: str
    at: datetime
    text: str | None = None
    action: str | None = None
    attachments: tuple[str, ...] = ()
    order_no: str | None = None
    locale: Locale | None = None
    is_locale_chosen: bool = False


@value(frozen=True, slots=True)
class Choice:
    """A button: what it says and the action it sends."""

    label: str
    action: str


@value(frozen=True, slots=True)
class Select:
    """Several choices may be taken together, between min and max of them."""

    min: int
    max: int


@value(frozen=True, slots=True)
class OrderCard:
    """An order at a glance; amount in minor units, lines are its kinds of goods, pieces all of them together."""

    order_no: str
    status: str
    placed_at: datetime
    title: str
    lines: int
    amount: int
    currency: str
    pieces: int = 1
    kind: Literal["order"] = "order"


@value(frozen=True, slots=True)
class CaseCard:
    """A case at a glance; amount in minor units."""

    case_no: str
    order_no: str
    state: str
    amount: int
    currency: str
    kind: Literal["case"] = "case"


@value(frozen=True, slots=True)
class OfferCard:
    """One offer; its choices are offer:OFFER_ID:accept and :decline."""

    offer_id: str
    resolution: str
    amount: int
    currency: str
    expires_at: datetime | None
    text: str
    kind: Literal["offer"] = "offer"


@value(frozen=True, slots=True)
class RefundCard:
    """One payout; destination in the customer's words."""

    refund_no: str
    case_no: str
    amount: int
    currency: str
    destination: str
    state: str
    kind: Literal["refund"] = "refund"


Card = OrderCard | CaseCard | OfferCard | RefundCard


@value(frozen=True, slots=True)
class Reply:
    """One thing said to the consumer, before it has a place (seq) in the conversation."""

    text: str
    choices: tuple[Choice, ...] = ()
    select: Select | None = None
    card: Card | None = None
    sender: Sender = "bot"
    agent: str | None = None
    attachments: tuple[str, ...] = ()
