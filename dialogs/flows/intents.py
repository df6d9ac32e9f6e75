"""Words as commands: what each intent asks for at the question that is open, and what words alone may still answer."""

import re

from dialogs.commands import (
    AddNote,
    AskAgain,
    AskDelivery,
    AskPolicy,
    AskStatus,
    Back,
    Cancel,
    Command,
    GoodsSent,
    GoOn,
    HandOver,
    Miss,
    ReportDone,
    SetGoods,
    SetOrder,
    SetQuantity,
    SetReason,
    SetRemedy,
    SetResolution,
    SmallTalk,
    StartRefund,
    Withdraw,
)
from dialogs.conversation import Conversation
from dialogs.flows.buttons import command_of_button, is_shown, none_of_these
from dialogs.flows.clarify import unsure
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.told import is_hinted, is_late_known, news, order_shown, told, told_reason, with_goods
from dialogs.messages import InboundMessage
from dialogs.nlu.answers import denies, goes_ahead, is_no, plain_words
from dialogs.nlu.asides import has_no_pictures
from dialogs.nlu.topics import asked_topic, is_asking, topic_of
from dialogs.nlu.wishes import asks_for_other_goods, asks_of_case, may_wish_goods, postpones
from dialogs.understanding import Intent, Understanding
from refund_core.claims import Remedy, Resolution

NUMBER_ASKED = frozenset({"order", "code"})
"""Questions that an order number answers."""
WORDS_COUNT = frozenset({"evidence", "evidence_add"})
"""Questions for pictures, which words answer as well."""
STARTS = frozenset({Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.CANCEL_ORDER})
Commands = tuple[Command, ...]
_NUMBER = re.compile(r"[0-9]{3}")
_OF_PAYING = frozenset({"route", "duration", "amount"})
_OF_NOW = re.compile(
    r"^(?!.*(?:刚才|上次|之前|那笔|那个|earlier|last|previous|already|before)).*"
    r"(?:哪[张个种家]|多久|几天|什么时候|which|what (?:card|account)|how (?:long|soon|many days))"
)
GOODS_LETTERS_MAX = 48
GOODS_CHARACTERS_MAX = 20
_HOLDING = ("reason", "remedy", "resolution", "quantity", "product", "except", "order_no")
_AGAIN, _MISS, _START, _NOTE = (AskAgain(),), (Miss(),), (StartRefund(),), (AddNote(),)
_WHICH = (AskAgain(is_choice_open=True),)
_OFF_TOPIC, _CLOSING = (SmallTalk("off_topic"),), (SmallTalk("closing"),)
_GO_ON, _BACK, _CANCEL = (GoOn(),), (Back(),), (Cancel(),)
_WORDS: dict[Intent, Commands] = {
    Intent.WANT_HUMAN: (HandOver(),),
    Intent.REFUND_STATUS: (AskStatus(),),
    Intent.WITHDRAW_REQUEST: (Withdraw(),),
    Intent.GREETING: (SmallTalk("greeting"),),
    Intent.THANKS: (SmallTalk("thanks"),),
    Intent.ANGER: (SmallTalk("anger"),),
}


def commands_of_intent(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """What a message asks for that was read surely."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    intent = understanding.intent
    if intent is Intent.WITHDRAW_REQUEST and is_in_refund(conversation):
        return _CANCEL
    plain = _question_beside(conversation, message, understanding) or _WORDS.get(intent)
    if plain is not None:
        return plain
    if intent in STARTS:
        return _start(conversation, message, understanding)
    match intent:
        case Intent.POLICY_QUESTION:
            return _about_rules(conversation, message, understanding)
        case Intent.DELIVERY_HURRY:
            return _hurry(conversation, understanding)
        case Intent.GIVE_REASON:
            return _reason(conversation, message, understanding)
        case Intent.AFFIRM | Intent.INFORM_DONE if asking == "evidence" and conversation.slots.evidence:
            return _GO_ON
        case Intent.AFFIRM:
            return _yes(conversation, message, understanding)
        case Intent.DENY:
            return _no(conversation, message, understanding)
        case Intent.CHOOSE:
            return _chosen(conversation, message, understanding)
        case Intent.INFORM_DONE:
            return _done(asking, understanding)
        case _:
            found = commands_of_words(conversation, message, understanding)
            return _OFF_TOPIC if found is _MISS else found


def _question_beside(
    conversation: Conversation, message: InboundMessage, understanding: Understanding
) -> Commands | None:
    """A question about the rules in words that sound like another one; None where there is none.

    Where goods are sent to is no question of a parcel that comes. How and how soon money will be paid is, while a
    refund is being asked for, no question of an earlier one, unless the words say so.
    """
    intent, words = understanding.intent, message.text or ""
    if intent not in {Intent.DELIVERY_HURRY, Intent.REFUND_STATUS}:
        return None
    topic = topic_of(words)
    is_meant = topic == "address"
    if intent is Intent.REFUND_STATUS:
        is_meant = is_in_refund(conversation) and topic in _OF_PAYING and _OF_NOW.search(words.lower()) is not None
    return (AskPolicy(topic, understanding.entity("order_no")),) if is_meant else None


def _about_rules(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """What the rules say; right after a complaint, goods that are named in place of it are what is wished for."""
    if is_hinted(conversation) and asks_for_other_goods(plain_words(message.text or "")):
        return _start(conversation, message, understanding)
    return (AskPolicy(topic_of(message.text or ""), understanding.entity("order_no")),)


def _is_elsewhere(conversation: Conversation, asking: str | None, order_no: str | None) -> bool:
    """True where another order is named while the ways of paying are chosen from: its number answers nothing there."""
    return asking in {"resolution", "declined"} and order_no not in {None, conversation.slots.order_no}


def commands_of_words(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """Words that mean nothing by themselves may still answer what was asked."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    order_no = understanding.entity("order_no")
    tracking_no = understanding.entity("tracking_no")
    if asking == "tracking":
        is_number = order_no or tracking_no or _NUMBER.search(message.text or "")
        return (GoodsSent(None, tracking_no or order_no),) if is_number else _AGAIN
    named = order_no or tracking_no
    is_asked = asking is None or asking in NUMBER_ASKED
    if named is not None and (is_asked or _is_elsewhere(conversation, asking, order_no)):
        return (SetOrder(named),)
    words = plain_words(message.text or "")
    if asking is None and postpones(words):
        return _CANCEL
    is_question = understanding.entity("act") == "question" and is_asking(message.text or "")
    if asking == "lines":
        return (SetGoods(message.text or ""),) if is_question else with_goods(conversation, message, understanding)
    has_way = understanding.entity("resolution") is not None and not is_question
    if has_way and is_in_refund(conversation) and asking != "evidence":
        return news(conversation, told(message.text or "", understanding)) or _AGAIN
    is_other_goods = understanding.entity("resolution") == Resolution.EXCHANGE and may_wish_goods(words)
    if (has_way or is_other_goods) and is_hinted(conversation):
        return _start(conversation, message, understanding)
    topic = asked_topic(message.text or "")
    if topic is not None:
        return (AskPolicy(topic, order_no),)
    if asking in WORDS_COUNT:
        return _beside_pictures(understanding, words, is_question=is_question)
    readings = unsure(conversation, understanding)
    if readings is not None:
        return (readings,)
    return (SetGoods(message.text or ""),) if _may_be_goods(conversation, message, understanding) else _MISS


def _beside_pictures(understanding: Understanding, words: str, *, is_question: bool) -> Commands:
    """What is told while pictures are waited for is kept; what is asked is no account of what happened."""
    if not is_question:
        return _NOTE
    is_of_case = Intent.REFUND_STATUS in {understanding.intent, understanding.entity("second")} or asks_of_case(words)
    return (AskStatus(),) if is_of_case else _MISS


def _may_be_goods(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> bool:
    """True for a few words, said of their own accord or for the order, that may name goods of the customer's."""
    asking, text = conversation.stack[-1].asking if conversation.stack else None, message.text or ""
    is_open = conversation.customer is not None and asking in {None, "order"}
    is_short = 2 <= len(text) <= (GOODS_LETTERS_MAX if text.isascii() else GOODS_CHARACTERS_MAX)
    return is_open and is_short and understanding.entity("act") != "question" and not is_asking(text)


def _start(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """A wish: with everything that is told beside it; within a refund only what is new."""
    order_no = understanding.entity("order_no")
    is_on = is_in_refund(conversation)
    settings = told(message.text or "", understanding, is_opening=not is_on)
    if order_no is not None and not (is_on and order_no == conversation.slots.order_no):
        return (*settings, SetOrder(order_no))
    if is_on:
        is_declined = conversation.stack[-1].asking == "declined"
        return news(conversation, settings) or (_BACK if is_declined else _AGAIN)
    known = conversation.slots.order_no
    is_taken = known is not None and is_hinted(conversation) and is_shown(conversation, f"order:{known}")
    return (*settings, SetOrder(known) if known is not None and is_taken else StartRefund())


def _hurry(conversation: Conversation, understanding: Understanding) -> Commands:
    """Where is it; or, with faster delivery on offer, the wish for just that."""
    is_wish = understanding.entity("resolution") == Resolution.EXPEDITE or is_late_known(conversation)
    if is_wish and is_shown(conversation, f"remedy:{Remedy.EXPEDITE.value}"):
        return (SetRemedy(Remedy.EXPEDITE.value),)
    return (AskDelivery(understanding.entity("order_no")),)


def _reason(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """A reason: told within a refund, or a complaint that may become one."""
    if conversation.stack and conversation.stack[-1].asking in WORDS_COUNT:
        return _NOTE
    reason = told_reason(understanding)
    if is_in_refund(conversation):
        if reason is None:
            return _MISS
        if conversation.stack[-1].asking == "lines":
            return with_goods(conversation, message, understanding)
        return news(conversation, told(message.text or "", understanding)) or _AGAIN
    if reason is None or conversation.stack:
        return _MISS
    settings = told(message.text or "", understanding, is_opening=True)
    order_no = understanding.entity("order_no")
    about = () if order_no is None else (SetOrder(order_no),)
    if any(isinstance(setting, SetResolution) for setting in settings):
        return (*settings, *(about or _START))
    return (*about, *(it for it in settings if not isinstance(it, SetReason)), SetReason(reason))


def _yes(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    asking = conversation.stack[-1].asking if conversation.stack else None
    slots, asked = conversation.slots, conversation.asked
    if asking == "order" and "?" not in (message.text or "").replace("？", "?"):
        proposed = order_shown(conversation)
        return _WHICH if proposed is None else (*told(message.text or "", understanding), SetOrder(proposed))
    if asking == "reason" and slots.reason_guessed and slots.reason is not None:
        return (SetReason(slots.reason),)
    if asked is not None and (asking == "change" or (asking is None and asked.kind in {"hint", "next"})):
        return (command_of_button(conversation, asked.choices[0].action),)
    if asking is not None:
        return _WHICH
    return _go_ahead(conversation) if goes_ahead(plain_words(message.text or "")) else _CLOSING


def _go_ahead(conversation: Conversation) -> Commands:
    """To be done at once: what the last buttons offered, where that is one thing; no money moves by it."""
    order_no = order_shown(conversation)
    if order_no is not None:
        return (SetOrder(order_no),)
    return _START if is_shown(conversation, "start:refund") else _AGAIN


def _no(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    asking = conversation.stack[-1].asking if conversation.stack else None
    if told_reason(understanding) is not None and is_in_refund(conversation):
        return _reason(conversation, message, understanding)
    if asking in {"order", "change"}:
        return _denied(conversation, message, understanding)
    if asking == "evidence":
        return _GO_ON
    if asking == "resolution":
        return (none_of_these(conversation),)
    return _AGAIN if asking is not None else _CANCEL


def _denied(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """No to what was proposed; words that hold something, or deny nothing, are no such answer."""
    words = plain_words(message.text or "")
    if is_no(words):
        return _BACK
    if has_no_pictures(words):
        return _AGAIN
    if not denies(words) or any(understanding.entity(name) is not None for name in _HOLDING):
        return commands_of_words(conversation, message, understanding)
    return _BACK


def _chosen(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """A number: at the goods it is no full answer, so which of them, or how many, is asked next."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    option, quantity = understanding.entity("option"), understanding.entity("quantity")
    if asking == "lines" and (option or quantity):
        return (SetQuantity(int(quantity or 0), int(option or 0)),)
    if is_in_refund(conversation) and understanding.entity("resolution") is not None:
        return news(conversation, told(message.text or "", understanding)) or _AGAIN
    if asking == "order" and option is not None:
        return (SetOrder(option),)
    if option is None and quantity is None:
        return commands_of_words(conversation, message, understanding)
    return _AGAIN if asking is not None else _MISS


def _done(asking: str | None, understanding: Understanding) -> Commands:
    tracking_no = understanding.entity("tracking_no")
    if asking in WORDS_COUNT:
        return _NOTE
    has_sent_goods = understanding.entity("remedy") == Remedy.RETURN_REFUND
    if asking == "tracking" or tracking_no is not None or has_sent_goods:
        return (GoodsSent(None, tracking_no),)
    return (ReportDone(understanding.entity("order_no")),)
