"""needs(): which facts a message wants before it is stepped; the fewer, the cheaper its turn."""

from dialogs.commands import (
    AddGoods,
    AddNote,
    AddPictures,
    Appeal,
    AskAgain,
    AskDelivery,
    Asking,
    AskPolicy,
    AskStatus,
    Back,
    Cancel,
    Clarify,
    Command,
    Confirm,
    Correct,
    GiveCode,
    GoodsSent,
    GoOn,
    HandOver,
    Miss,
    MoreOrders,
    Moving,
    Opening,
    OtherPayee,
    ReportDone,
    SendPictures,
    SetGoods,
    SetLines,
    SetOrder,
    SetQuantity,
    SetReason,
    SetRemedy,
    SetResolution,
    Setting,
    SmallTalk,
    Speak,
    Stale,
    StartOver,
    StartRefund,
    TakeOffer,
    Talking,
    TellCase,
    Verify,
    Withdraw,
)
from dialogs.conversation import Conversation
from dialogs.facts import Needs
from dialogs.flows.aftercare import appeal_needs, is_before_case, return_needs
from dialogs.flows.case_facts import case_needs
from dialogs.flows.correct import BY_A_PERSON, place_of, place_of_setting
from dialogs.flows.expedite import hurry_needs
from dialogs.flows.hearing import hear
from dialogs.flows.language import speak_needs
from dialogs.flows.offers import offer_needs
from dialogs.flows.order_guess import order_guess, with_order
from dialogs.flows.phone import with_phone
from dialogs.flows.policy import policy_needs
from dialogs.flows.reason import decision_needs, reason_needs
from dialogs.flows.refund import CASES_LOOKED_AT, more_needs, start_needs
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.status import status_needs
from dialogs.flows.told import is_hinted, is_late_known, is_reason_told
from dialogs.flows.verify import is_to_prove, proof_wanted, proven
from dialogs.flows.waiting import QUEUE, waiting_needs
from dialogs.flows.withdraw import CASES_LOOKED_AT as CASES_TO_WITHDRAW
from dialogs.flows.withdraw import back_needs
from dialogs.messages import InboundMessage
from dialogs.nlu.repairs import means_the_other
from dialogs.understanding import Understanding
from refund_core.replacing import replace

_NOTHING = Needs()


def needs(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Needs:
    """Which facts step() will want for this message; nothing for a conversation that a person holds."""
    wanted = _needs(conversation, message, understanding)
    pictures = (*conversation.slots.evidence, *message.attachments) if wanted.risk else ()
    return replace(wanted, pictures=pictures) if pictures else wanted


def _needs(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Needs:
    if conversation.holder == QUEUE and conversation.customer is not None:
        return waiting_needs(conversation, message)
    if conversation.holder != "bot":
        return _NOTHING
    said = with_phone(conversation, message, understanding)
    if said is not None:
        conversation, message, understanding = said
    if conversation.customer is None or conversation.only_order is not None:
        of_visitor = _needs_of_visitor(conversation, message, understanding)
        if of_visitor is not None:
            return of_visitor
    wanted = _needs_of_words(conversation, message, understanding)
    guess = order_guess(conversation, understanding)
    if guess is None:
        return wanted
    if_known = _needs_of_words(conversation, message, with_order(understanding, guess))
    if if_known.order_no != guess or (wanted.order_no == guess and guess == guess.upper()):
        return wanted
    return replace(wanted.together(if_known), order_no=wanted.order_no, maybe_order_no=guess)


def _needs_of_visitor(
    conversation: Conversation, message: InboundMessage, understanding: Understanding
) -> Needs | None:
    """What a proof wants; None where it is no matter of one."""
    heard = hear(conversation, message, understanding)
    last = heard.commands[-1]
    if is_to_prove(conversation, last, is_about_orders=is_about_orders(last)):
        return _to_prove(conversation, heard.message, last)
    return _NOTHING if conversation.customer is None else None


def _needs_of_words(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Needs:
    """What all parts of the message want."""
    heard = hear(conversation, message, understanding)
    commands = heard.commands
    if len(commands) == 1:
        wanted = _needs_of(conversation, heard.message, commands[0])
    else:
        wanted = _needs_of_several(conversation, heard.message, commands[-1])
    for question in heard.beside:
        wanted = wanted.together(_needs_of(conversation, message, question))
    return wanted


def is_about_orders(command: Command) -> bool:
    """True for what looks at the customer's orders or cases, and so is nothing for an anonymous visitor."""
    return not isinstance(command, _ABOUT_NOTHING)


_ABOUT_NOTHING = (AddNote, AskPolicy, HandOver, SmallTalk, AskAgain, Clarify, Speak, Stale, Miss)


def _to_prove(conversation: Conversation, message: InboundMessage, command: Command) -> Needs:
    """What has to be known of a code; with one that may be right, what goes on then wants its facts as well."""
    wanted = proof_wanted(conversation, message, command)
    if wanted is None or wanted.code is None:
        return Needs(proof=wanted)
    known, wish = proven(conversation, wanted.order_no, "")
    return replace(_needs_of(known, replace(message, text=None, action=None), wish), proof=wanted)


def _needs_of(conversation: Conversation, message: InboundMessage, command: Command) -> Needs:
    if isinstance(command, Setting):
        return _of_setting(conversation, message, command)
    if isinstance(command, Moving):
        return _of_move(conversation, message, command)
    if isinstance(command, HandOver):
        return Needs(is_queue_asked=True)
    if isinstance(command, Speak):
        return speak_needs(conversation, command.locale)
    return _NOTHING if isinstance(command, Talking) else _of_question(conversation, message, command)


def _needs_of_several(conversation: Conversation, message: InboundMessage, last: Command) -> Needs:
    """What is told by the way may lead as far as a decision."""
    match last:
        case SetOrder(order_no):
            return Needs(order_no=order_no, cases=CASES_LOOKED_AT, risk=True, offer_use=True)
        case Correct():
            return _to_decide_anew(conversation)
        case _ if isinstance(last, Setting):
            return _to_decide_anew(conversation) if conversation.stack else _NOTHING
        case _:
            return _needs_of(conversation, message, last)


def _to_decide_anew(conversation: Conversation) -> Needs:
    slots = conversation.slots
    return Needs(order_no=slots.order_no, case_no=slots.case_no, risk=True, offer_use=True)


def _of_setting(conversation: Conversation, message: InboundMessage, command: Setting) -> Needs:
    slots = conversation.slots
    asking = conversation.stack[-1].asking if conversation.stack else None
    if isinstance(command, SetOrder):
        decides = (asking == "order" or is_hinted(conversation)) and is_reason_told(slots)
        return Needs(order_no=command.order_no, cases=CASES_LOOKED_AT, risk=decides, offer_use=decides)
    if isinstance(command, SetRemedy) and is_late_known(conversation):
        return _to_decide_anew(conversation)
    if isinstance(command, SetGoods) and asking in {None, "order"}:
        return more_needs(1)
    if asking is None:
        return _NOTHING
    if place_of(asking) != place_of_setting(command):
        return _to_decide_anew(conversation)
    match command:
        case SetLines() | SetGoods() | SetQuantity():
            decides = is_reason_told(slots)
            return Needs(order_no=slots.order_no, risk=decides, offer_use=decides)
        case SetReason(reason):
            return reason_needs(conversation, message, reason)
        case SetRemedy(remedy):
            return Needs(case_no=slots.case_no) if remedy in BY_A_PERSON else _to_decide_anew(conversation)
        case SetResolution():
            return offer_needs(slots)


def _of_opening(conversation: Conversation, message: InboundMessage, command: Opening) -> Needs:
    match command:
        case StartRefund():
            return start_needs(message.order_no or conversation.order_no)
        case StartOver():
            return replace(start_needs(message.order_no or conversation.order_no), case_no=conversation.slots.case_no)
        case MoreOrders(page):
            return more_needs(page)
        case AddGoods():
            return _to_decide_anew(conversation).together(more_needs(1))


def _of_move(conversation: Conversation, message: InboundMessage, command: Moving) -> Needs:
    if isinstance(command, Opening):
        return _of_opening(conversation, message, command)
    slots = conversation.slots
    match command:
        case Correct(setting):
            wanted = _to_decide_anew(conversation)
            is_other = isinstance(setting, SetGoods) and means_the_other(setting.words.casefold())
            return wanted.together(more_needs(1)) if is_other else wanted
        case TakeOffer(_, is_accepted):
            return offer_needs(slots) if is_accepted else Needs(case_no=slots.case_no)
        case Confirm(is_yes):
            wanted = Needs(order_no=slots.order_no, case_no=slots.case_no, offer_use=slots.has_bonus)
            return wanted if is_yes else _NOTHING
        case SendPictures(is_asked):
            return _of_pictures(conversation, is_asked=is_asked)
        case TellCase():
            return case_needs(conversation, command)
        case GoOn():
            return decision_needs(conversation)
        case Back():
            return back_needs(conversation)
        case Cancel():
            return Needs(case_no=slots.case_no)
        case AddNote():
            return _of_pictures(conversation, is_asked=True)


def _of_pictures(conversation: Conversation, *, is_asked: bool) -> Needs:
    if not is_asked:
        slots = conversation.slots
        if is_before_case(conversation):
            return _NOTHING
        if is_in_refund(conversation):
            return Needs(order_no=slots.order_no, case_no=slots.case_no)
        return Needs(case_no=slots.case_no, cases=CASES_LOOKED_AT)
    top = conversation.stack[-1]
    return Needs(case_no=top.case_no) if top.asking == "evidence_add" else _NOTHING


def _of_question(conversation: Conversation, message: InboundMessage, command: Asking) -> Needs:
    match command:
        case AskStatus(case_no):
            return status_needs(message, case_no)
        case AskDelivery(order_no):
            return hurry_needs(order_no or conversation.slots.order_no or message.order_no or conversation.order_no)
        case AskPolicy(topic, order_no):
            return policy_needs(conversation, message, topic, order_no)
        case OtherPayee():
            return Needs(order_no=conversation.slots.order_no, case_no=conversation.slots.case_no)
        case Withdraw(case_no):
            return Needs(case_no=case_no) if case_no is not None else Needs(cases=CASES_TO_WITHDRAW)
        case Appeal(case_no):
            return appeal_needs(conversation, case_no)
        case GoodsSent(case_no):
            return return_needs(conversation, case_no)
        case ReportDone():
            return return_needs(conversation, None)
        case AddPictures(case_no):
            return Needs(case_no=case_no)
        case Verify() | GiveCode():
            return _NOTHING
