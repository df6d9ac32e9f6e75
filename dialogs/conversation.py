"""A conversation: what is being talked about, what was asked last, and who holds it."""

from dataclasses import dataclass, field
from datetime import datetime

from dialogs.messages import Choice, Locale


@dataclass(frozen=True, slots=True)
class Slots:
    """What the consumer has told or chosen so far in the refund being asked for."""

    order_no: str | None = None
    lines: tuple[tuple[str, int], ...] = ()
    reason: str | None = None
    reason_guessed: bool = False
    remedy: str | None = None
    evidence: tuple[str, ...] = ()
    evidence_asked: bool = False
    case_no: str | None = None
    offer_id: str | None = None
    shown: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow on the stack: its name and the question it waits on."""

    flow: str
    asking: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The last question's buttons, so that a typed "2" or a stale button can be told from a fresh one."""

    kind: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """The bot's whole memory of one conversation, stored with each turn.

    holder is "bot" or a staff id; epoch counts hand-overs and returns, so a bot answer computed before a hand-over can
    not be sent after it. minute_started and minute_count are the message limit's window.
    """

    locale: Locale = "zh-CN"
    customer: str | None = None
    order_no: str | None = None
    stack: tuple[Frame, ...] = ()
    slots: Slots = field(default_factory=Slots)
    asked: Asked | None = None
    holder: str = "bot"
    epoch: int = 0
    is_greeted: bool = False
    misses: int = 0
    waiting_since: datetime | None = None
    minute_started: datetime | None = None
    minute_count: int = 0
