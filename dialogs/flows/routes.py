"""Where a message goes: whatever was understood becomes one action, which needs() and step() both go by."""

import re

from dialogs.conversation import Conversation
from dialogs.messages import InboundMessage
from dialogs.nlu.exact import Action, parse_action
from dialogs.understanding import Intent, Understanding
from refund_core.claims import Reason, Remedy

SURE_FROM = 0.55
"""Below this a reading of free text is asked about, not acted on."""

_NUMBER_ALONE = re.compile(r"(?=[0-9A-Za-z_-]*[0-9])(?=[0-9A-Za-z_-]*[A-Za-z])[0-9A-Za-z][0-9A-Za-z_-]{1,39}")
START = Action("start", "refund")
AGAIN = Action("again")
MISS = Action("miss")
STALE = Action("stale")
BACK = Action("back")
WITHDRAW_ASKED = "withdraw_goods_sent"
"""The question whether a case is withdrawn although its goods are on their way back."""
GO_ON = Action("evidence", answer="skip")

_REASONS = frozenset(reason.value for reason in Reason)
_LEAVING_APPEAL = frozenset({Intent.WANT_HUMAN, Intent.DENY, Intent.WITHDRAW_REQUEST, Intent.REFUND_STATUS})
_CHOOSING = frozenset({"resolution", "confirm", "declined"})
_REPLACING = frozenset({Remedy.EXCHANGE, Remedy.RESHIP})
_STARTS = frozenset({Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.CANCEL_ORDER})
_WORDS = {
    Intent.WANT_HUMAN: "human",
    Intent.REFUND_STATUS: "status",
    Intent.WITHDRAW_REQUEST: "withdraw",
    Intent.DELIVERY_HURRY: "hurry",
    Intent.POLICY_QUESTION: "policy",
    Intent.GREETING: "greeting",
    Intent.THANKS: "thanks",
    Intent.ANGER: "anger",
}


def route(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Action:
    """The one action that this message amounts to."""
    if understanding.action is not None:
        return _of_button(conversation, understanding.action)
    asking = conversation.stack[-1].asking if conversation.stack else None
    if message.attachments:
        return _of_pictures(conversation, asking, understanding)
    if asking == "appeal" and understanding.intent not in _LEAVING_APPEAL:
        return Action("appeal", conversation.stack[-1].case_no)
    if asking == "order" and _is_number_alone(message.text) and understanding.entity("quantity") is None:
        return Action("order", (message.text or "").strip())
    if understanding.confidence < SURE_FROM:
        return _of_words(asking, understanding)
    return _of_intent(conversation, asking, understanding)


def _is_number_alone(text: str | None) -> bool:
    """True for one word of letters and digits: what the order is called, however short."""
    return text is not None and _NUMBER_ALONE.fullmatch(text.strip()) is not None


def _of_button(conversation: Conversation, text: str) -> Action:
    action = parse_action(text)
    if action is None:
        return STALE
    asking = conversation.stack[-1].asking if conversation.stack else None
    match action.name:
        case "line" | "lines":
            return action if asking == "lines" else STALE
        case "reason":
            return action if asking == "reason" and _is_shown(conversation, text) else STALE
        case "evidence":
            return action if action.answer == "add" or asking == "evidence" else STALE
        case "remedy":
            return action if asking == "resolution" and _is_shown(conversation, text) else STALE
        case "resolution":
            return action if asking == "resolution" else STALE
        case "confirm" if asking == WITHDRAW_ASKED:
            return Action("withdraw", conversation.stack[-1].case_no, "yes") if action.answer == "yes" else BACK
        case "confirm":
            return action if asking == "confirm" else _late(conversation)
        case "offer":
            return action if asking in _CHOOSING else _late(conversation)
        case _:
            return action


def _late(conversation: Conversation) -> Action:
    """A choice or confirmation that comes (again) when it is over: where the case stands now."""
    case_no = conversation.slots.case_no
    return STALE if case_no is None else Action("status", case_no)


def _is_shown(conversation: Conversation, action: str) -> bool:
    asked = conversation.asked
    return asked is not None and any(choice.action == action for choice in asked.choices)


def _of_pictures(conversation: Conversation, asking: str | None, understanding: Understanding) -> Action:
    """Pictures answer the question for them; with words that name the reason they answer that one."""
    if asking == "reason":
        named = _reason(conversation, asking, understanding)
        return named if named.name == "reason" else Action("pictures_unasked")
    return Action("pictures") if asking in {"evidence", "evidence_add"} else Action("pictures_unasked")


def _of_words(asking: str | None, understanding: Understanding) -> Action:
    """Words that mean nothing by themselves may still answer what was asked."""
    order_no = understanding.entity("order_no")
    tracking_no = understanding.entity("tracking_no")
    if asking == "tracking":
        return Action("return_sent", None, tracking_no or order_no)
    if asking == "order" and (order_no or tracking_no) is not None:
        return Action("order", order_no or tracking_no)
    if asking == "lines":
        return Action("find_lines")
    if asking == "evidence":
        return Action("note")
    if asking is None and (order_no or tracking_no) is not None:
        return Action("order", order_no or tracking_no)
    return MISS


def _of_intent(conversation: Conversation, asking: str | None, understanding: Understanding) -> Action:
    intent = understanding.intent
    if intent is Intent.WITHDRAW_REQUEST and asking is not None and conversation.stack[0].flow == "refund":
        return Action("cancel")
    if intent in _WORDS:
        return Action(_WORDS[intent])
    if intent in _STARTS:
        return _start(conversation, asking, understanding)
    match intent:
        case Intent.GIVE_REASON:
            return _reason(conversation, asking, understanding)
        case Intent.AFFIRM | Intent.INFORM_DONE if asking == "evidence" and conversation.slots.evidence:
            return GO_ON
        case Intent.AFFIRM:
            return _yes(conversation, asking)
        case Intent.DENY:
            return _no(asking)
        case Intent.CHOOSE:
            return _line_counted(understanding) if asking == "lines" else _chosen(asking, understanding)
        case Intent.INFORM_DONE:
            return _done(asking, understanding)
        case _:
            return _of_words(asking, understanding)


def _start(conversation: Conversation, asking: str | None, understanding: Understanding) -> Action:
    order_no = understanding.entity("order_no")
    if order_no is not None and order_no != conversation.slots.order_no:
        return Action("order", order_no)
    reason = understanding.entity("reason")
    if asking == "reason" and reason is not None and _is_shown(conversation, f"reason:{reason}"):
        return Action("reason", reason)
    if asking is not None and conversation.stack[0].flow == "refund":
        return AGAIN
    return START


def _reason(conversation: Conversation, asking: str | None, understanding: Understanding) -> Action:
    reason = understanding.entity("reason")
    if asking == "reason" and reason is not None and _is_shown(conversation, f"reason:{reason}"):
        return Action("reason", reason)
    if asking == "evidence":
        return Action("note")
    if asking is not None or reason is None:
        return MISS
    return Action("reason_hint", reason)


def _yes(conversation: Conversation, asking: str | None) -> Action:
    slots = conversation.slots
    if asking == "reason" and slots.reason_guessed and slots.reason is not None:
        return Action("reason", slots.reason)
    return AGAIN if asking is not None else MISS


def _no(asking: str | None) -> Action:
    if asking == "order":
        return Action("back")
    if asking == "evidence":
        return GO_ON
    return AGAIN if asking is not None else Action("cancel")


def _line_counted(understanding: Understanding) -> Action:
    """A number that is no full answer to which goods: which of them, or how many, is asked next."""
    option, count = understanding.entity("option"), understanding.entity("quantity")
    return Action("count_lines", option, count) if option or count else _of_words("lines", understanding)


def _chosen(asking: str | None, understanding: Understanding) -> Action:
    resolution = understanding.entity("resolution")
    if asking == "resolution" and resolution is not None:
        return Action("resolution", resolution)
    option = understanding.entity("option")
    if asking == "order" and option is not None:
        return Action("order", option)
    if option is None and understanding.entity("quantity") is None:
        return _of_words(asking, understanding)
    return AGAIN if asking is not None else MISS


def _done(asking: str | None, understanding: Understanding) -> Action:
    tracking_no = understanding.entity("tracking_no")
    if asking == "evidence":
        return Action("note")
    has_sent_goods = understanding.entity("remedy") == Remedy.RETURN_REFUND
    if asking == "tracking" or tracking_no is not None or has_sent_goods:
        return Action("return_sent", None, tracking_no)
    return Action("done", None, understanding.entity("order_no"))


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
