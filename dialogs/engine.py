"""step(): one message into a conversation gives its next state, the replies and what is to change; pure."""

from dataclasses import dataclass
from datetime import datetime

from dialogs.conversation import Conversation
from dialogs.facts import Facts, Needs
from dialogs.messages import InboundMessage, Reply
from dialogs.understanding import Understanding
from refund_core.cases import CaseChange
from refund_core.ids import Ids


@dataclass(frozen=True, slots=True)
class HandOver:
    """The conversation goes to a person: why, and the case it is about (if any)."""

    reason: str
    case_no: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one message leads to."""

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    changes: tuple[CaseChange, ...] = ()
    hand_over: HandOver | None = None


def needs(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Needs:
    """Which facts step() will want for this message."""
    raise NotImplementedError


def step(
    conversation: Conversation,
    message: InboundMessage,
    understanding: Understanding,
    facts: Facts,
    *,
    now: datetime,
    ids: Ids,
) -> Step:
    """One turn; the same arguments always give the same step."""
    raise NotImplementedError
