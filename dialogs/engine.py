"""step(): one message into a conversation gives its next state, the replies and what is to change; pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from dialogs.conversation import Conversation
from dialogs.facts import Facts, Needs
from dialogs.flows.aftercare import (
    appeal_case,
    appeal_needs,
    ask_more_pictures,
    done,
    goods_sent,
    is_before_case,
    more_pictures,
    return_needs,
    unasked_pictures,
)
from dialogs.flows.expedite import hurry_needs, tell_delivery
from dialogs.flows.hand_over import want_human
from dialogs.flows.lines import choose_lines, count_lines, find_lines
from dialogs.flows.offers import answer_confirmation, choose_offer, choose_wish, offer_needs
from dialogs.flows.reason import (
    choose_reason,
    decision_needs,
    reason_needs,
    take_note,
    take_pictures,
    without_more_pictures,
)
from dialogs.flows.refund import CASES_LOOKED_AT, choose_order, start, start_needs
from dialogs.flows.routes import route
from dialogs.flows.small_talk import (
    anger,
    anonymous,
    first_contact,
    greet,
    miss,
    policy,
    reason_hint,
    stale,
    thanks,
    verify,
)
from dialogs.flows.status import CASES_SHOWN_MAX, tell_status
from dialogs.flows.turn import Turn, again
from dialogs.flows.withdraw import CASES_LOOKED_AT as CASES_TO_WITHDRAW
from dialogs.flows.withdraw import back, back_needs, cancel, cancel_needs, withdraw_case
from dialogs.messages import InboundMessage
from dialogs.nlu.exact import Action
from dialogs.step import HandOver as HandOver
from dialogs.step import Step as Step
from dialogs.understanding import Understanding
from refund_core.ids import Ids
from refund_core.replacing import replace

_NOTHING = Needs()


def needs(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Needs:
    """Which facts step() will want for this message; nothing for a conversation that a person holds."""
    if conversation.holder != "bot" or conversation.customer is None:
        return _NOTHING
    action = route(conversation, message, understanding)
    wanted = _NEEDS.get(action.name)
    return _NOTHING if wanted is None else wanted(conversation, message, action)


def step(
    conversation: Conversation,
    message: InboundMessage,
    understanding: Understanding,
    facts: Facts,
    *,
    now: datetime,
    ids: Ids,
) -> Step:
    """One turn; the same arguments always give the same step. Nothing is said while a person holds the conversation."""
    if conversation.holder != "bot":
        return Step(conversation)
    action = route(conversation, message, understanding)
    spoken = _spoken(conversation, message, understanding)
    turn = Turn(spoken, message, understanding, action, facts, now, ids)
    is_hidden = spoken.customer is None and action.name in _NEEDS
    taken = anonymous(turn) if is_hidden else _STEPS[action.name](turn)
    return taken if conversation.is_greeted else _with_greeting(turn, taken)


def _spoken(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Conversation:
    """The conversation in the language of this message, as far as it shows one."""
    locale = understanding.locale
    if locale is None and not conversation.is_greeted:
        locale = message.locale
    return conversation if locale in {None, conversation.locale} else replace(conversation, locale=locale)


def _with_greeting(turn: Turn, taken: Step) -> Step:
    greeted = replace(taken.conversation, is_greeted=True)
    return replace(taken, conversation=greeted, replies=(first_contact(turn), *taken.replies))


def _known_order(conversation: Conversation, message: InboundMessage) -> str | None:
    return message.order_no or conversation.order_no


def _order_needs(_: Conversation, __: InboundMessage, action: Action) -> Needs:
    return Needs(order_no=action.subject, cases=CASES_LOOKED_AT)


def _status_needs(_: Conversation, __: InboundMessage, action: Action) -> Needs:
    return Needs(case_no=action.subject) if action.subject is not None else Needs(cases=CASES_SHOWN_MAX)


def _withdraw_needs(_: Conversation, __: InboundMessage, action: Action) -> Needs:
    return Needs(case_no=action.subject) if action.subject is not None else Needs(cases=CASES_TO_WITHDRAW)


def _offer_needs(conversation: Conversation, _: InboundMessage, action: Action) -> Needs:
    slots = conversation.slots
    return Needs(case_no=slots.case_no) if action.answer == "decline" else offer_needs(slots)


def _confirm_needs(conversation: Conversation, _: InboundMessage, action: Action) -> Needs:
    slots = conversation.slots
    if action.answer != "yes":
        return _NOTHING
    return Needs(order_no=slots.order_no, case_no=slots.case_no, offer_use=slots.has_bonus)


def _evidence_needs(conversation: Conversation, _: InboundMessage, action: Action) -> Needs:
    return decision_needs(conversation) if action.answer == "skip" else Needs(case_no=action.subject)


def _pictures_needs(conversation: Conversation, _: InboundMessage, __: Action) -> Needs:
    top = conversation.stack[-1]
    return Needs(case_no=top.case_no) if top.asking == "evidence_add" else _NOTHING


def _unasked_pictures_needs(conversation: Conversation, _: InboundMessage, __: Action) -> Needs:
    return _NOTHING if _asks_for_claim(conversation) else Needs(cases=CASES_LOOKED_AT)


def _asks_for_claim(conversation: Conversation) -> bool:
    return is_before_case(conversation) and len(conversation.stack) == 1


def _hurry_needs(conversation: Conversation, message: InboundMessage, _: Action) -> Needs:
    return hurry_needs(conversation.slots.order_no or _known_order(conversation, message))


NeedsOf = Callable[[Conversation, InboundMessage, Action], Needs]
# Actions that look at the customer's orders or cases; none of them does anything for an anonymous visitor.
_NEEDS: Mapping[str, NeedsOf] = {
    "start": lambda conversation, message, _: start_needs(_known_order(conversation, message)),
    "order": _order_needs,
    "line": lambda conversation, _, __: Needs(order_no=conversation.slots.order_no),
    "lines": lambda conversation, _, __: Needs(order_no=conversation.slots.order_no),
    "count_lines": lambda conversation, _, __: Needs(order_no=conversation.slots.order_no),
    "find_lines": lambda conversation, _, __: Needs(order_no=conversation.slots.order_no),
    "reason": lambda conversation, message, action: reason_needs(conversation, message, action.subject or ""),
    "evidence": _evidence_needs,
    "pictures": _pictures_needs,
    "remedy": lambda conversation, _, __: Needs(case_no=conversation.slots.case_no),
    "resolution": _offer_needs,
    "offer": _offer_needs,
    "confirm": _confirm_needs,
    "status": _status_needs,
    "withdraw": _withdraw_needs,
    "appeal": lambda conversation, _, action: appeal_needs(conversation, action.subject),
    "return_sent": lambda conversation, _, action: return_needs(conversation, action.subject),
    "hurry": _hurry_needs,
    "done": lambda conversation, _, __: return_needs(conversation, None),
    "pictures_unasked": _unasked_pictures_needs,
    "cancel": lambda conversation, _, __: cancel_needs(conversation),
    "back": lambda conversation, _, __: back_needs(conversation),
}


def _evidence(turn: Turn) -> Step:
    return ask_more_pictures(turn) if turn.action.answer == "add" else without_more_pictures(turn)


def _pictures(turn: Turn) -> Step:
    return (
        more_pictures(turn, turn.facts.case, turn.message.attachments)
        if turn.asking == "evidence_add"
        else take_pictures(turn)
    )


def _unasked_pictures(turn: Turn) -> Step:
    return take_pictures(turn) if _asks_for_claim(turn.conversation) else unasked_pictures(turn)


_STEPS: Mapping[str, Callable[[Turn], Step]] = {
    "start": start,
    "order": choose_order,
    "line": choose_lines,
    "lines": choose_lines,
    "count_lines": count_lines,
    "find_lines": find_lines,
    "reason": choose_reason,
    "evidence": _evidence,
    "pictures": _pictures,
    "pictures_unasked": _unasked_pictures,
    "note": take_note,
    "remedy": choose_wish,
    "resolution": choose_offer,
    "offer": choose_offer,
    "confirm": answer_confirmation,
    "status": tell_status,
    "withdraw": withdraw_case,
    "appeal": appeal_case,
    "return_sent": goods_sent,
    "hurry": tell_delivery,
    "cancel": cancel,
    "back": back,
    "human": want_human,
    "verify": verify,
    "greeting": greet,
    "thanks": thanks,
    "anger": anger,
    "policy": policy,
    "reason_hint": reason_hint,
    "done": done,
    "again": again,
    "stale": stale,
    "miss": miss,
}
