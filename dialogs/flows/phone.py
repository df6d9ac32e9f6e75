"""A phone that the platform vouches for tells who writes, before the turn; here what was asked for goes on then."""

from dialogs.conversation import Conversation, Frame, Slots
from dialogs.flows.turn import Turn
from dialogs.messages import Choice, InboundMessage
from dialogs.understanding import Understanding
from refund_core.replacing import replace

FLOW = "verify"
SHARES_PHONE = frozenset({"telegram"})
"""Where people can share their phone by a button, and the platform says that it is theirs."""
_BY_PHONE = "verify:phone"
_REFUND = "start:refund"
_NOTHING = Slots()
_Said = tuple[Conversation, InboundMessage, Understanding]


def proof_frame(conversation: Conversation) -> Frame | None:
    """The frame of a proof that is under way."""
    stack = conversation.stack
    return stack[0] if stack and stack[0].flow == FLOW else None


def sharing(turn: Turn) -> tuple[Choice, ...]:
    """The button that shares the phone, where there is one."""
    return (turn.choice("share_phone", _BY_PHONE),) if turn.conversation.channel in SHARES_PHONE else ()


def with_phone(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> _Said | None:
    """What goes on once a phone told who writes, as the button for what they had asked for; None where nothing does."""
    if message.action != _BY_PHONE or conversation.customer is None or conversation.only_order is not None:
        return None
    frame = proof_frame(conversation)
    if frame is None:
        return None
    known, action = _going_on(replace(conversation, stack=(), asked=None, misses=0), frame)
    return known, replace(message, action=action), replace(understanding, action=action)


def _going_on(known: Conversation, frame: Frame) -> tuple[Conversation, str]:
    if frame.then != _REFUND:
        return replace(known, slots=_NOTHING), frame.then or "ask:help"
    if frame.order_no is None:
        return known, _REFUND
    return replace(known, stack=(Frame("refund", "order"),)), f"order:{frame.order_no}"
