"""Repairs of a talk: what was said is taken back, everything is started over, a pause or the talk ends."""

from dialogs.commands import (
    Appeal,
    AskAgain,
    AskStatus,
    Command,
    Correct,
    GoOn,
    SetGoods,
    SetOrder,
    SetQuantity,
    Setting,
    SmallTalk,
    StartOver,
    StartRefund,
)
from dialogs.conversation import Conversation
from dialogs.flows.buttons import none_of_these
from dialogs.flows.told import told
from dialogs.messages import InboundMessage
from dialogs.nlu.answers import gives_up, is_no
from dialogs.nlu.asides import names_only_some
from dialogs.nlu.embedded import context_of, understand_now
from dialogs.nlu.repairs import (
    is_appealing,
    is_closing,
    is_correcting,
    is_going_on,
    is_starting_over,
    means_the_other,
    what_instead,
)
from dialogs.understanding import Intent, Understanding

_NO_REPAIR = frozenset({
    Intent.WANT_HUMAN, Intent.POLICY_QUESTION, Intent.REFUND_STATUS, Intent.WITHDRAW_REQUEST, Intent.ANGER,
})  # fmt: skip
Commands = tuple[Command, ...]


def is_in_refund(conversation: Conversation) -> bool:
    """True while a refund is being talked about, whatever lies on top."""
    return bool(conversation.stack) and conversation.stack[0].flow == "refund"


def repairs(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, words: str
) -> Commands | None:
    """The commands of a text that repairs the talk; None for any other. words are the text, lower and trimmed."""
    if is_starting_over(words):
        return (StartOver(),)
    if is_appealing(words):
        case_no = conversation.slots.case_no
        return (AskStatus() if case_no is None else Appeal(case_no),)
    has_shown = _asking(conversation) == "evidence" and bool(conversation.slots.evidence)
    if has_shown and (is_closing(words) or is_going_on(words)):
        return (GoOn(),)
    if _asking(conversation) == "resolution" and gives_up(words):
        return (none_of_these(conversation),)
    if is_going_on(words):
        return (AskAgain(),)
    if is_closing(words):
        return (SmallTalk("closing"),)
    if _asking(conversation) == "evidence" and is_no(words):
        return None
    if _asking(conversation) == "order" and names_only_some(words):
        return (SetGoods(message.text or ""), StartRefund())
    if is_in_refund(conversation) and understanding.intent not in _NO_REPAIR and is_correcting(words):
        return _corrections(conversation, message.text or "")
    return None


def _asking(conversation: Conversation) -> str | None:
    return conversation.stack[-1].asking if conversation.stack else None


def _corrections(conversation: Conversation, text: str) -> Commands | None:
    """What takes the place of what was said, read without what is taken back."""
    instead = what_instead(text)
    is_open = _asking(conversation) == "order"
    if means_the_other(text.lower()) and not is_open:
        return (Correct(SetGoods(text)),)
    if not instead:
        return None
    read = understand_now(instead, conversation.locale, context_of(conversation))
    settings = _instead(instead, read)
    order_no = read.entity("order_no")
    if order_no is not None and order_no != conversation.slots.order_no:
        return (*settings, SetOrder(order_no))
    if is_open:
        return (*settings, StartRefund()) if settings else None
    return tuple([Correct(setting) for setting in settings]) or (Correct(SetGoods(instead)),)


def _instead(text: str, read: Understanding) -> tuple[Setting, ...]:
    """The settings of a correction; a bare count is of the goods chosen before."""
    settings = told(text, read)
    quantity = read.entity("quantity")
    if quantity is None or read.entity("product") is not None or read.entity("except") is not None:
        return settings
    return (SetQuantity(int(quantity)), *(it for it in settings if not isinstance(it, SetGoods)))
