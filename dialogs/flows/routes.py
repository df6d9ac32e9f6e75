"""Where a message goes: whatever was understood becomes commands, which needs() and step() both go by."""

import re

from dialogs.actions import parse_action
from dialogs.commands import (
    GUESSABLE,
    AddNote,
    Appeal,
    AskAgain,
    AskDelivery,
    AskPolicy,
    AskStatus,
    Back,
    Cancel,
    Command,
    Confirm,
    GoodsSent,
    GoOn,
    HandOver,
    Miss,
    ReportDone,
    SendPictures,
    SetGoods,
    SetLines,
    SetOrder,
    SetQuantity,
    SetReason,
    SetRemedy,
    SetResolution,
    SmallTalk,
    Stale,
    StartRefund,
    TakeOffer,
    Withdraw,
)
from dialogs.conversation import Conversation
from dialogs.messages import InboundMessage
from dialogs.understanding import Intent, Understanding
from refund_core.claims import Reason, Remedy

SURE_FROM = 0.55
"""Below this a reading of free text is asked about, not acted on."""

_NUMBER_ALONE = re.compile(r"(?=[0-9A-Za-z_-]*[0-9])(?=[0-9A-Za-z_-]*[A-Za-z])[0-9A-Za-z][0-9A-Za-z_-]{1,39}")
WITHDRAW_ASKED = "withdraw_goods_sent"
"""The question whether a case is withdrawn although its goods are on their way back."""

_AGAIN, _MISS, _STALE, _START, _NOTE = (AskAgain(),), (Miss(),), (Stale(),), (StartRefund(),), (AddNote(),)
_GO_ON, _BACK, _CANCEL = (GoOn(),), (Back(),), (Cancel(),)
Commands = tuple[Command, ...]
_REASONS = frozenset(reason.value for reason in Reason)
_LEAVING_APPEAL = frozenset({Intent.WANT_HUMAN, Intent.DENY, Intent.WITHDRAW_REQUEST, Intent.REFUND_STATUS})
_CHOOSING = frozenset({"resolution", "confirm", "declined"})
_REPLACING = frozenset({Remedy.EXCHANGE, Remedy.RESHIP})
_STARTS = frozenset({Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.CANCEL_ORDER})
_WORDS: dict[Intent, Commands] = {
    Intent.WANT_HUMAN: (HandOver(),),
    Intent.REFUND_STATUS: (AskStatus(),),
    Intent.WITHDRAW_REQUEST: (Withdraw(),),
    Intent.DELIVERY_HURRY: (AskDelivery(),),
    Intent.POLICY_QUESTION: (AskPolicy(),),
    Intent.GREETING: (SmallTalk("greeting"),),
    Intent.THANKS: (SmallTalk("thanks"),),
    Intent.ANGER: (SmallTalk("anger"),),
}


def commands_of(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """What this message asks for; never empty."""
    if understanding.action is not None:
        return (_of_button(conversation, understanding.action),)
    if understanding.commands:
        return tuple(it for it in understanding.commands if isinstance(it, GUESSABLE)) or _MISS
    asking = conversation.stack[-1].asking if conversation.stack else None
    if message.attachments:
        return _of_pictures(conversation, asking, understanding)
    if asking == "appeal" and understanding.intent not in _LEAVING_APPEAL:
        return (Appeal(conversation.stack[-1].case_no),)
    if asking == "order" and _is_number_alone(message.text) and understanding.entity("quantity") is None:
        return (SetOrder((message.text or "").strip()),)
    if understanding.confidence < SURE_FROM:
        return _of_words(message, asking, understanding)
    return _of_intent(conversation, message, understanding)


def _is_number_alone(text: str | None) -> bool:
    """True for one word of letters and digits: what the order is called, however short."""
    return text is not None and _NUMBER_ALONE.fullmatch(text.strip()) is not None


def _of_button(conversation: Conversation, text: str) -> Command:
    command = parse_action(text)
    asking = conversation.stack[-1].asking if conversation.stack else None
    match command:
        case None:
            return _STALE[0]
        case SetLines():
            return command if asking == "lines" else _STALE[0]
        case SetReason():
            return command if asking == "reason" and _is_shown(conversation, text) else _STALE[0]
        case GoOn():
            return command if asking == "evidence" else _STALE[0]
        case SetRemedy():
            return command if asking == "resolution" and _is_shown(conversation, text) else _STALE[0]
        case SetResolution():
            return command if asking == "resolution" else _STALE[0]
        case Confirm(is_yes) if asking == WITHDRAW_ASKED:
            return Withdraw(conversation.stack[-1].case_no, is_sure=True) if is_yes else _BACK[0]
        case Confirm():
            return command if asking == "confirm" else _late(conversation)
        case TakeOffer():
            return command if asking in _CHOOSING else _late(conversation)
        case _:
            return command


def _late(conversation: Conversation) -> Command:
    """A choice or confirmation that comes (again) when it is over: where the case stands now."""
    case_no = conversation.slots.case_no
    return _STALE[0] if case_no is None else AskStatus(case_no)


def _is_shown(conversation: Conversation, action: str) -> bool:
    asked = conversation.asked
    return asked is not None and any(choice.action == action for choice in asked.choices)


def _of_pictures(conversation: Conversation, asking: str | None, understanding: Understanding) -> Commands:
    """Pictures answer the question for them; with words that name the reason they answer that one."""
    if asking == "reason":
        named = _reason(conversation, asking, understanding)
        return named if isinstance(named[0], SetReason) else (SendPictures(is_asked=False),)
    return (SendPictures(is_asked=asking in {"evidence", "evidence_add"}),)


def _of_words(message: InboundMessage, asking: str | None, understanding: Understanding) -> Commands:
    """Words that mean nothing by themselves may still answer what was asked."""
    order_no = understanding.entity("order_no")
    tracking_no = understanding.entity("tracking_no")
    if asking == "tracking":
        return (GoodsSent(None, tracking_no or order_no),)
    named = order_no or tracking_no
    if asking in {None, "order"} and named is not None:
        return (SetOrder(named),)
    if asking == "lines":
        return (SetGoods(message.text or ""),)
    return _NOTE if asking == "evidence" else _MISS


def _of_intent(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    asking = conversation.stack[-1].asking if conversation.stack else None
    intent = understanding.intent
    if intent is Intent.WITHDRAW_REQUEST and asking is not None and conversation.stack[0].flow == "refund":
        return _CANCEL
    if intent in _WORDS:
        return _WORDS[intent]
    if intent in _STARTS:
        return _start(conversation, asking, understanding)
    match intent:
        case Intent.GIVE_REASON:
            return _reason(conversation, asking, understanding)
        case Intent.AFFIRM | Intent.INFORM_DONE if asking == "evidence" and conversation.slots.evidence:
            return _GO_ON
        case Intent.AFFIRM:
            return _yes(conversation, asking)
        case Intent.DENY:
            return _no(asking)
        case Intent.CHOOSE:
            return _chosen(message, asking, understanding)
        case Intent.INFORM_DONE:
            return _done(asking, understanding)
        case _:
            return _of_words(message, asking, understanding)


def _start(conversation: Conversation, asking: str | None, understanding: Understanding) -> Commands:
    order_no = understanding.entity("order_no")
    if order_no is not None and order_no != conversation.slots.order_no:
        return (SetOrder(order_no),)
    reason = understanding.entity("reason")
    if asking == "reason" and reason is not None and _is_shown(conversation, f"reason:{reason}"):
        return (SetReason(reason),)
    if asking is not None and conversation.stack[0].flow == "refund":
        return _AGAIN
    return _START


def _reason(conversation: Conversation, asking: str | None, understanding: Understanding) -> Commands:
    reason = understanding.entity("reason")
    if asking == "reason" and reason is not None and _is_shown(conversation, f"reason:{reason}"):
        return (SetReason(reason),)
    if asking == "evidence":
        return _NOTE
    if asking is not None or reason is None:
        return _MISS
    return (SetReason(reason),)


def _yes(conversation: Conversation, asking: str | None) -> Commands:
    slots = conversation.slots
    if asking == "reason" and slots.reason_guessed and slots.reason is not None:
        return (SetReason(slots.reason),)
    return _AGAIN if asking is not None else _MISS


def _no(asking: str | None) -> Commands:
    if asking == "order":
        return _BACK
    if asking == "evidence":
        return _GO_ON
    return _AGAIN if asking is not None else _CANCEL


def _chosen(message: InboundMessage, asking: str | None, understanding: Understanding) -> Commands:
    """A number: at the goods it is no full answer, so which of them, or how many, is asked next."""
    option, quantity = understanding.entity("option"), understanding.entity("quantity")
    if asking == "lines" and (option or quantity):
        return (SetQuantity(int(quantity or 0), int(option or 0)),)
    resolution = understanding.entity("resolution")
    if asking == "resolution" and resolution is not None:
        return (SetResolution(resolution),)
    if asking == "order" and option is not None:
        return (SetOrder(option),)
    if option is None and quantity is None:
        return _of_words(message, asking, understanding)
    return _AGAIN if asking is not None else _MISS


def _done(asking: str | None, understanding: Understanding) -> Commands:
    tracking_no = understanding.entity("tracking_no")
    if asking == "evidence":
        return _NOTE
    has_sent_goods = understanding.entity("remedy") == Remedy.RETURN_REFUND
    if asking == "tracking" or tracking_no is not None or has_sent_goods:
        return (GoodsSent(None, tracking_no),)
    return (ReportDone(understanding.entity("order_no")),)


def wished_remedy(understanding: Understanding) -> str | None:
    """What the consumer said should happen to the goods, where that is not for the rules to say."""
    named = understanding.entity("remedy")
    if understanding.intent is Intent.EXCHANGE_REQUEST:
        return named if named in _REPLACING else Remedy.EXCHANGE.value
    is_refund = understanding.intent is Intent.REFUND_REQUEST
    return named if is_refund and named in {Remedy.REFUND_ONLY, Remedy.PRICE_ADJUST} else None


def told_reason(understanding: Understanding) -> str | None:
    """The reason that was named, if it is one of the contract's."""
    reason = understanding.entity("reason")
    return reason if reason in _REASONS else None
