"""What one message leads to."""

from dataclasses import dataclass

from dialogs.conversation import Conversation
from dialogs.messages import Reply
from refund_core.cases import CaseChange


@dataclass(frozen=True, slots=True)
class HandOver:
    """The conversation goes to a person: why, and the case it is about (if any)."""

    reason: str
    case_no: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one message leads to; is_repair where it took something back that was said or understood before."""

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    changes: tuple[CaseChange, ...] = ()
    hand_over: HandOver | None = None
    is_repair: bool = False
