"""step(): one message into a conversation gives its next state, the replies and what is to change; pure."""

from datetime import datetime

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
from dialogs.conversation import Conversation, Slots
from dialogs.facts import Facts
from dialogs.flows.aftercare import appeal_case, ask_more_pictures, done, goods_sent, more_words, pictures_sent
from dialogs.flows.beside import with_answer
from dialogs.flows.case_facts import tell_case
from dialogs.flows.clarify import ask_which
from dialogs.flows.correct import BY_A_PERSON, WAYS, ask_change, correct, keep, place_of, place_of_setting
from dialogs.flows.expedite import hasten, tell_delivery
from dialogs.flows.hand_over import want_human
from dialogs.flows.hearing import hear
from dialogs.flows.language import speak, spoken
from dialogs.flows.lines import choose_lines, count_lines, find_lines
from dialogs.flows.next_order import with_next
from dialogs.flows.order_guess import with_order
from dialogs.flows.own_accord import order_of_goods
from dialogs.flows.payee import tell_payee
from dialogs.flows.phone import with_phone
from dialogs.flows.policy import tell_policy
from dialogs.flows.reason import choose_reason, take_note, without_more_pictures
from dialogs.flows.refund import choose_order, list_orders, start, start_over
from dialogs.flows.second_wish import add_goods
from dialogs.flows.settling import answer_confirmation, choose_offer, choose_wish
from dialogs.flows.small_talk import chat, first_contact, miss, reason_hint, stale, which
from dialogs.flows.status import tell_status
from dialogs.flows.told import filled, is_late_known
from dialogs.flows.turn import Turn, again, on_main
from dialogs.flows.verify import go_on, identify, is_to_prove, tried, verify
from dialogs.flows.waiting import QUEUE, while_waiting
from dialogs.flows.withdraw import back, cancel, withdraw_case
from dialogs.messages import InboundMessage, Reply
from dialogs.needs import is_about_orders
from dialogs.needs import needs as needs
from dialogs.proof import CodeChecked
from dialogs.step import Step as Step
from dialogs.understanding import Understanding
from refund_core.ids import Ids
from refund_core.replacing import replace

_NO_SLOTS = Slots()
_REPAIRS = (Correct, StartOver, Back)


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
    if conversation.holder == QUEUE:
        return while_waiting(Turn(conversation, message, understanding, facts, now, ids))
    if conversation.holder != "bot":
        return Step(conversation)
    by_phone = with_phone(conversation, message, understanding)
    conversation, message, understanding = by_phone or (conversation, message, understanding)
    if facts.maybe_order is not None:
        understanding = with_order(understanding, facts.maybe_order.order.order_no)
        facts = replace(facts, order=facts.maybe_order)
    heard = hear(conversation, message, understanding)
    commands = heard.commands
    turn = Turn(spoken(conversation, message, understanding), heard.message, heard.understanding, facts, now, ids)
    taken = _carry_out(turn, commands[0]) if len(commands) == 1 else _carry_out_all(turn, commands)
    taken = with_next(turn, taken, commands[-1])
    for question in heard.beside:
        taken = with_answer(turn, question, taken)
    if isinstance(commands[-1], _REPAIRS):
        taken = replace(taken, is_repair=True)
    if by_phone is not None:
        taken = replace(taken, replies=(Reply(turn.say("verify.by_phone")), *taken.replies))
    return taken if conversation.is_greeted or not taken.replies else _with_greeting(turn, taken)


def _with_greeting(turn: Turn, taken: Step) -> Step:
    greeted = replace(turn, conversation=replace(taken.conversation, is_greeted=True))
    return replace(taken, conversation=greeted.conversation, replies=(first_contact(greeted), *taken.replies))


def _carry_out(turn: Turn, command: Command) -> Step:
    if _is_to_prove(turn, command):
        return _prove(turn, command)
    if isinstance(command, Setting):
        return _place(turn, (command,))
    if isinstance(command, Moving):
        return _move(turn, command)
    return _talk(turn, command) if isinstance(command, Talking) else _tell(turn, command)


def _is_to_prove(turn: Turn, command: Command) -> bool:
    conversation = turn.conversation
    if conversation.customer is not None and conversation.only_order is None:
        return False
    return is_to_prove(conversation, command, is_about_orders=is_about_orders(command))


def _prove(turn: Turn, command: Command) -> Step:
    """On the way to a proof; with the right code, on with what was asked for before."""
    checked = turn.facts.proof
    if not isinstance(command, GiveCode) or not isinstance(checked, CodeChecked) or not checked.is_right:
        return identify(turn, command)
    known, wish = go_on(turn, checked)
    done = Reply(turn.say("verify.done", order_no=checked.order_no))
    taken = _carry_out(known, wish)
    return replace(taken, replies=(done, *taken.replies), proof=tried(checked))


def _carry_out_all(turn: Turn, commands: tuple[Command, ...]) -> Step:
    """Several at once: what is told by the way is known to the last one, which acts on it."""
    *before, last = commands
    settings = tuple([it for it in before if isinstance(it, Setting)])
    if _is_to_prove(turn, last):
        return _prove(replace(turn, told=settings), last)
    match last:
        case SetOrder() | StartRefund() | StartOver():
            return _carry_out(replace(turn, told=settings), last)
        case Correct(setting):
            corrected = [it.setting for it in before if isinstance(it, Correct) and it.setting is not None]
            return correct(on_main(turn), (*settings, *corrected, *(() if setting is None else (setting,))))
        case _ if isinstance(last, Setting):
            return _place(turn, (*settings, last))
        case _:
            kept = replace(turn.conversation, slots=filled(turn.slots, settings))
            return _carry_out(replace(turn, conversation=kept), last)


def _place(turn: Turn, settings: tuple[Setting, ...]) -> Step:
    """What answers the open question is taken, what comes before its question kept, what comes after it changed."""
    last = settings[-1]
    if isinstance(last, SetGoods) and len(settings) == 1 and turn.asking in {None, "order"}:
        return order_of_goods(turn, last.words)
    if isinstance(last, SetRemedy) and is_late_known(turn.conversation):
        return hasten(turn)
    if isinstance(last, SetOrder) or not turn.conversation.stack:
        told = replace(turn.conversation, slots=filled(_NO_SLOTS, settings)) if len(settings) > 1 else turn.conversation
        return _set(replace(turn, conversation=told), last)
    if turn.asking == "change":
        return correct(on_main(turn), settings)
    here = place_of(turn.asking)
    if len(settings) == 1 and place_of_setting(last) == here:
        return _set(turn, last)
    turn = on_main(turn)
    here = place_of(turn.asking)
    early = tuple([it for it in settings if place_of_setting(it) > here])
    rest = tuple([it for it in settings if it not in early])
    if not rest:
        return keep(turn, early)
    kept = replace(turn, conversation=replace(turn.conversation, slots=filled(turn.slots, early)))
    if len(rest) == 1 and place_of_setting(rest[0]) == here:
        return _set(kept, rest[0])
    if here >= WAYS and len(rest) == 1 and isinstance(rest[0], SetReason):
        return ask_change(turn, rest[0].reason)
    return correct(kept, rest)


def _set(turn: Turn, command: Setting) -> Step:
    match command:
        case SetOrder():
            return choose_order(turn)
        case SetLines():
            return choose_lines(turn, command)
        case SetGoods(words):
            return find_lines(turn, words)
        case SetQuantity():
            return count_lines(turn, command)
        case SetReason(reason):
            return choose_reason(turn, reason) if turn.conversation.stack else reason_hint(turn, reason)
        case SetRemedy(remedy):
            return choose_wish(turn, remedy) if remedy in BY_A_PERSON else correct(turn, (command,))
        case SetResolution():
            return choose_offer(turn, command)


def _open(turn: Turn, command: Opening) -> Step:
    match command:
        case StartRefund():
            return start(turn)
        case StartOver():
            return start_over(turn)
        case MoreOrders(page):
            return list_orders(turn, page=page)
        case AddGoods():
            return add_goods(turn, command)


def _move(turn: Turn, command: Moving) -> Step:
    if isinstance(command, Opening):
        return _open(turn, command)
    match command:
        case Correct(setting):
            return again(turn) if setting is None else correct(on_main(turn), (setting,))
        case TakeOffer():
            return choose_offer(turn, command)
        case Confirm(is_yes):
            return answer_confirmation(turn, is_yes=is_yes)
        case SendPictures(is_asked):
            return pictures_sent(turn, is_asked=is_asked)
        case AddNote():
            return more_words(turn) if turn.asking == "evidence_add" else take_note(turn)
        case TellCase():
            return tell_case(turn, command)
        case GoOn():
            return without_more_pictures(turn)
        case Back():
            return back(turn)
        case Cancel():
            return cancel(turn)


def _tell(turn: Turn, command: Asking) -> Step:
    match command:
        case AskStatus(case_no):
            return tell_status(turn, case_no)
        case AskDelivery():
            return tell_delivery(turn)
        case AskPolicy(topic):
            return tell_policy(turn, topic)
        case OtherPayee():
            return tell_payee(turn)
        case Withdraw():
            return withdraw_case(turn, command)
        case Appeal():
            return appeal_case(turn)
        case GoodsSent():
            return goods_sent(turn, command)
        case ReportDone():
            return done(turn)
        case AddPictures():
            return ask_more_pictures(turn)
        case Verify() | GiveCode():
            return verify(turn)


def _talk(turn: Turn, command: Talking) -> Step:
    match command:
        case HandOver():
            return want_human(turn)
        case SmallTalk(kind):
            return chat(turn, kind)
        case AskAgain(is_choice_open):
            return which(turn) if is_choice_open else again(turn)
        case Stale():
            return stale(turn)
        case Clarify():
            return ask_which(turn, command)
        case Speak(locale):
            return speak(turn, locale)
        case Miss():
            return miss(turn)
