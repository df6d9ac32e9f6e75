"""A conversation: what is being talked about, what was asked last, and who holds it."""

from datetime import datetime

from dialogs.messages import Choice, Locale, Select
from refund_core.values import stored


@stored(frozen=True, slots=True)
class Slots:
    """What the consumer has told or chosen so far in the refund being asked for.

    reason_guessed: the reason is ours (from the logistics) and still to be confirmed. goods are words that name goods
    of an order that is not known yet. What was told is not asked again. order_version is the order's when the offers
    were last known to hold for it. was_offered_else: what may be had in place of money (faster delivery, an exchange)
    was offered in this talk.
    """

    order_no: str | None = None
    lines: tuple[tuple[str, int], ...] = ()
    reason: str | None = None
    reason_guessed: bool = False
    remedy: str | None = None
    evidence: tuple[str, ...] = ()
    case_no: str | None = None
    offer_id: str | None = None
    shown: str | None = None
    has_bonus: bool = False
    note: str | None = None
    resolution: str | None = None
    goods: str | None = None
    order_version: int | None = None
    was_offered_else: bool = False


@stored(frozen=True, slots=True)
class Frame:
    """One flow on the stack: its name, the question it waits on, and the case and order it is about.

    asked is kept here while another flow lies on top, so that the question can be put again afterwards. then is the
    action that goes on when this flow has come to its end.
    """

    flow: str
    asking: str | None = None
    case_no: str | None = None
    order_no: str | None = None
    asked: "Asked | None" = None
    then: str | None = None


@stored(frozen=True, slots=True)
class Asked:
    """The last question: its words and buttons, to tell a fresh button from a stale one and to ask it again."""

    kind: str
    choices: tuple[Choice, ...] = ()
    text: str = ""
    select: Select | None = None


@stored(frozen=True, slots=True)
class Tally:
    """The talk that is going on, in figures: since its first message, up to its last one.

    stated is the first reason that the customer told or chose, found the one that was come to; said_seq is the place of
    their last words, of which a repair may tell that they were read wrongly. answers counts what was asked for and met:
    no greeting, no thanks, nothing that was not understood.
    """

    since: datetime
    at: datetime
    turns: int = 0
    misses: int = 0
    repairs: int = 0
    stated: str | None = None
    found: str | None = None
    said_seq: int | None = None
    answers: int = 0


@stored(frozen=True, slots=True)
class Conversation:
    """The bot's whole memory of one conversation, stored with each turn.

    holder is "bot" or a staff id; epoch counts hand-overs and returns, so a bot answer computed before a hand-over can
    not be sent after it. minute_started and minute_count are the message limit's window. channel and conversation_id
    say where this is, for the cases that are opened here. only_order is set where the customer is known by a code
    sent to the phone of that order: nothing of another order may be seen. also are orders whose goods were named in one
    message, to be taken up one after the other, an empty one where that is still to be chosen; also_goods the words.
    """

    locale: Locale = "zh-CN"
    customer: str | None = None
    order_no: str | None = None
    stack: tuple[Frame, ...] = ()
    slots: Slots = Slots()
    asked: Asked | None = None
    holder: str = "bot"
    epoch: int = 0
    is_greeted: bool = False
    misses: int = 0
    waiting_since: datetime | None = None
    minute_started: datetime | None = None
    minute_count: int = 0
    conversation_id: str | None = None
    channel: str = "web"
    tally: Tally | None = None
    only_order: str | None = None
    also: tuple[str, ...] = ()
    also_goods: str | None = None
