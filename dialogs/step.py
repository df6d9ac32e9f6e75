"""What one message leads to."""

from dialogs.conversation import Conversation
from dialogs.messages import Reply
from dialogs.proof import ProofChange
from refund_core.cases import CaseChange
from refund_core.values import value


@value(frozen=True, slots=True)
class HandOver:
    """The conversation goes to a person: why, and the case it is about (if any).

    is_later: nobody is there now, so it waits for one while the assistant goes on answering.
    """

    reason: str
    case_no: str | None = None
    is_later: bool = False


@value(frozen=True, slots=True)
class Step:
    """What one message leads to; is_repair where it took something back that was said or understood before.

    is_farewell: nothing is open and the customer took leave. proof is a code asked for or tried.
    """

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    changes: tuple[CaseChange, ...] = ()
    hand_over: HandOver | None = None
    is_repair: bool = False
    proof: ProofChange | None = None
    is_farewell: bool = False
