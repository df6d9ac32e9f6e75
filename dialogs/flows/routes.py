"""Where a message goes: whatever was understood becomes commands, which needs() and step() both go by."""

import re

from dialogs.commands import (
    AddNote,
    Appeal,
    AskAgain,
    AskPolicy,
    GiveCode,
    GoOn,
    SendPictures,
    SetOrder,
    SetReason,
    SmallTalk,
    StartRefund,
    Verify,
)
from dialogs.conversation import Conversation
from dialogs.flows.arrived_late import late_answer
from dialogs.flows.buttons import command_of_button, is_shown
from dialogs.flows.case_facts import told_of_case
from dialogs.flows.guessed import vetted
from dialogs.flows.haggling import haggled
from dialogs.flows.intents import NUMBER_ASKED, STARTS, Commands, commands_of_intent, commands_of_words
from dialogs.flows.repairs import is_in_refund, repairs
from dialogs.flows.second_wish import second_wish
from dialogs.flows.taking import taken_in_words
from dialogs.flows.told import news, told, told_reason
from dialogs.flows.wishes import changed_wish
from dialogs.messages import InboundMessage
from dialogs.nlu.answers import plain_words
from dialogs.nlu.asides import ends_in_wish
from dialogs.nlu.queueing import goes_back
from dialogs.nlu.topics import asked_topic, asks_sum, is_asking
from dialogs.understanding import Intent, Understanding

SURE_FROM = 0.55
"""Below this a reading of free text is asked about, not acted on."""
_NUMBER_ALONE = re.compile(r"(?=[0-9A-Za-z_-]*[0-9])(?=[0-9A-Za-z_-]*[A-Za-z])[0-9A-Za-z][0-9A-Za-z_-]{1,39}")
_LEAVING_APPEAL = frozenset({Intent.WANT_HUMAN, Intent.DENY, Intent.WITHDRAW_REQUEST, Intent.REFUND_STATUS})
_WISHES = frozenset({*STARTS, Intent.GIVE_REASON})
_WAITED_FOR = frozenset({Intent.REFUND_STATUS, Intent.DELIVERY_HURRY})
_ABOUT_AN_ORDER = frozenset({
    Intent.POLICY_QUESTION, Intent.REFUND_STATUS, Intent.DELIVERY_HURRY, Intent.WANT_HUMAN, Intent.WITHDRAW_REQUEST,
    Intent.INFORM_DONE,
})  # fmt: skip


def commands_of(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """What this message asks for, never empty: settings that are told by the way, and last what acts on them."""
    if understanding.action is not None:
        command = command_of_button(conversation, understanding.action)
        if not understanding.entities:
            return (command,)
        return (*(it for it in told(message.text or "", understanding) if type(it) is not type(command)), command)
    if understanding.commands:
        return vetted(conversation, understanding.commands)
    return _of_text(conversation, message, understanding)


def _of_text(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    asking = conversation.stack[-1].asking if conversation.stack else None
    is_wish = understanding.intent in _WISHES and understanding.confidence >= SURE_FROM
    if asking == "code":
        answered = _of_code(understanding)
        if answered is not None:
            return answered
    if message.attachments and (asking is not None or not is_wish):
        return _of_pictures(conversation, message, understanding)
    if asking == "appeal" and not _is_leaving_appeal(understanding):
        return (Appeal(conversation.stack[-1].case_no),)
    may_be_number = asking in NUMBER_ASKED or (asking is None and understanding.entity("maybe_order_no") is not None)
    number = _number_given(conversation, message, understanding) if may_be_number else None
    if number is not None:
        return (SetOrder(number),)
    if understanding.entity("pictures") is not None and asking == "evidence":
        return (GoOn(),) if understanding.entity("pictures") == "none" else (AddNote(),)
    words = plain_words(message.text or "")
    more = second_wish(conversation, message, understanding, words) if words else None
    if more is not None:
        return more
    elsewhere = _to_the_bot(understanding, message.text or "") or _of_known_order(conversation, message, understanding)
    if elsewhere is not None:
        return elsewhere
    offer = taken_in_words(conversation, message, words)
    if offer is not None:
        return offer
    changed = _changes(conversation, message, understanding, words) if words else None
    if changed is not None:
        return changed
    if understanding.confidence < SURE_FROM:
        return _likely_reason(conversation, message, understanding) or commands_of_words(
            conversation, message, understanding
        )
    return commands_of_intent(conversation, message, understanding)


def _changes(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, words: str
) -> Commands | None:
    """What is told of a case, something else than was wished for, or a repair of what was said."""
    if conversation.stack:
        answered = late_answer(conversation, words) or haggled(conversation, understanding, words)
        if answered is not None:
            return answered
    if asks_sum(words):
        return (AskPolicy("amount", understanding.entity("order_no")),)
    if understanding.intent in _WAITED_FOR and not conversation.stack and ends_in_wish(words):
        settings = told(message.text or "", understanding, is_opening=True)
        order_no = understanding.entity("order_no")
        return (*settings, StartRefund() if order_no is None else SetOrder(order_no))
    if not conversation.stack and conversation.slots.case_no is not None:
        of_case = told_of_case(conversation, message, understanding, words)
        if of_case is not None:
            return of_case
    changed = changed_wish(conversation, message, understanding, words)
    return repairs(conversation, message, understanding, words) if changed is None else changed


def _likely_reason(
    conversation: Conversation, message: InboundMessage, understanding: Understanding
) -> Commands | None:
    """A reason that is named in answer to the question for it, though what is meant by it is not sure."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    is_meant = Intent.GIVE_REASON in {understanding.intent, understanding.entity("second")}
    if asking != "reason" or not is_meant or told_reason(understanding) is None or is_asking(message.text or ""):
        return None
    return news(conversation, told(message.text or "", understanding)) or (AskAgain(),)


def _is_leaving_appeal(understanding: Understanding) -> bool:
    """True for a person, an end or a question that is surely meant; whatever else is said are the grounds."""
    is_sure = understanding.intent in _LEAVING_APPEAL and understanding.confidence >= SURE_FROM
    return is_sure and not (understanding.intent is Intent.DENY and told_reason(understanding) is not None)


def _to_the_bot(understanding: Understanding, text: str) -> Commands | None:
    """Whether a program answers, or that it is to go on where no person is waited for."""
    if understanding.entity("about") == "bot":
        return (SmallTalk("bot"),)
    is_back = understanding.intent is Intent.WANT_HUMAN and goes_back(plain_words(text))
    return (AskAgain(),) if is_back else None


def _of_code(understanding: Understanding) -> Commands | None:
    """The code that was asked for, or that none has come."""
    code = understanding.entity("code")
    if code is None:
        return None
    return (GiveCode(code),) if code else (Verify("code"),)


def _number_given(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> str | None:
    """What answers the question for a number; of a visitor's orders none is known, so any may be meant."""
    if _is_number_alone(message.text) and understanding.entity("quantity") is None:
        return (message.text or "").strip()
    return understanding.entity("maybe_order_no") if conversation.customer is None else None


def _is_number_alone(text: str | None) -> bool:
    """True for one word of letters and digits: what the order is called, however short."""
    return text is not None and _NUMBER_ALONE.fullmatch(text.strip()) is not None


def _of_known_order(
    conversation: Conversation, message: InboundMessage, understanding: Understanding
) -> Commands | None:
    """Another order of the customer's is named: it is taken up, unless something is just asked about it."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    order_no, text = understanding.entity("order_no"), message.text or ""
    if understanding.entity("known_order") is None or order_no in {None, conversation.slots.order_no}:
        return None
    is_question = understanding.intent in _ABOUT_AN_ORDER and understanding.confidence >= SURE_FROM
    if asking == "tracking" or is_question or asked_topic(text) is not None:
        return None
    settings = told(text, understanding, is_opening=not is_in_refund(conversation) and not _is_number_alone(text))
    return (*settings, SetOrder(str(order_no)))


def _of_pictures(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """Pictures answer the question for them; with words that name the reason they answer that one."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    reason = told_reason(understanding)
    if asking == "reason" and reason is not None and is_shown(conversation, f"reason:{reason}"):
        return (*_told_beside(conversation, message, understanding), SetReason(reason))
    return (SendPictures(is_asked=asking in {"evidence", "evidence_add"}),)


def _told_beside(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Commands:
    """What else is told with a reason."""
    settings = news(conversation, told(message.text or "", understanding))
    return tuple([setting for setting in settings if not isinstance(setting, SetReason)])
