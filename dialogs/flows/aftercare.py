"""What the consumer adds to a case: an appeal, more pictures, the number of the parcel that goes back."""

from collections.abc import Sequence
from datetime import timedelta

from dialogs.commands import GoodsSent
from dialogs.conversation import Asked, Conversation, Slots
from dialogs.facts import Needs
from dialogs.flows.offers import ask_offers
from dialogs.flows.reason import EVIDENCE_MAX, take_pictures
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.told import is_hinted
from dialogs.flows.turn import Question, Turn, again, answer, ask_aside, on_main, with_menu
from dialogs.flows.words import case_card, state_reply
from dialogs.messages import Reply
from dialogs.step import Step
from refund_core.case_customer import add_evidence, appeal, return_sent
from refund_core.cases import CaseState, RefundCase
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.replacing import replace

TRACKING_LENGTH_MAX = 40
WHY_LENGTH_MAX = 500
BARE_WIDTH_MAX = 18
TALK_PAUSE_MAX = timedelta(minutes=30)
_CASES_LOOKED_AT = 5
_ENDED = frozenset({CaseState.REFUNDED, CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.COMPENSATED})


def appeal_needs(conversation: Conversation, case_no: str | None) -> Needs:
    """The case with its order, as far as the order's number is known by now."""
    frame = conversation.stack[-1] if conversation.stack else None
    if frame is not None and frame.flow == "appeal" and case_no in {None, frame.case_no}:
        return Needs(order_no=frame.order_no, case_no=frame.case_no)
    known = conversation.slots.order_no if conversation.slots.case_no == case_no else None
    return Needs(order_no=known, case_no=case_no)


def appeal_case(turn: Turn) -> Step:
    """A refused (or withdrawn) case goes to a person; without its order at hand, ask first what is wrong."""
    case, facts = turn.facts.case, turn.facts.order
    if case is None:
        return _no_case(turn)
    if case.state not in {CaseState.REJECTED, CaseState.WITHDRAWN}:
        state = turn.code("state", case.state)
        text = turn.say("appeal.not_possible", case_no=case.case_no, state=state)
        return answer(turn, Reply(text, (turn.choice("status", f"status:{case.case_no}"), turn.human())))
    if facts is None or facts.order.order_no != case.order_no or _is_bare_wish(turn):
        return _ask_why(turn, case)
    limits = turn.merchant.policy.limits
    why = f"appeal: {turn.message.text[:WHY_LENGTH_MAX]}" if turn.message.text else "appeal"
    try:
        change = appeal(case, facts, limits=limits, moment=turn.moment, why=why)
    except (ClaimRefused, MoveNotAllowed):
        return answer(turn, Reply(turn.say("appeal.lines_taken", case_no=case.case_no), (turn.human(),)))
    until = turn.time(change.case.due.at) if change.case.due is not None else ""
    text = turn.say("appeal.done", case_no=case.case_no, until=until)
    choices = (
        turn.choice("add_evidence", f"evidence:add:{case.case_no}"),
        turn.choice("status", f"status:{case.case_no}"),
        turn.human(),
    )
    return answer(turn, Reply(text, choices, card=case_card(change.case)), changes=(change,))


def _is_bare_wish(turn: Turn) -> bool:
    """True for the mere word that one disagrees: what was wrong is asked before it goes to a person."""
    text = turn.message.text
    return text is not None and turn.asking != "appeal" and len(text.encode("gbk", "replace")) <= BARE_WIDTH_MAX


def _ask_why(turn: Turn, case: RefundCase) -> Step:
    choices = (
        turn.choice("send_appeal", f"appeal:{case.case_no}"),
        turn.human(),
        turn.choice("cancel", "back"),
    )
    question = Question("appeal", turn.say("appeal.ask", case_no=case.case_no), choices)
    return ask_aside(turn, "appeal", question, case_no=case.case_no, order_no=case.order_no)


def ask_more_pictures(turn: Turn) -> Step:
    """Pictures for a case that is being looked at; those that came before it was named are added now."""
    case = turn.facts.case
    if case is None or case.state in _ENDED:
        return more_pictures(turn, case, ())
    kept = turn.slots.evidence if not is_before_case(turn.conversation) else ()
    if kept:
        cleared = replace(turn.conversation, slots=replace(turn.slots, evidence=()))
        return more_pictures(replace(turn, conversation=cleared), case, kept)
    question = Question("evidence_add", turn.say("evidence.add"), (turn.choice("back", "back"), turn.human()))
    return ask_aside(turn, "evidence", question, case_no=case.case_no)


def pictures_sent(turn: Turn, *, is_asked: bool) -> Step:
    """Pictures: into what asked for them, else where they belong."""
    if not is_asked:
        return unasked_pictures(turn)
    if turn.asking == "evidence_add":
        return more_pictures(turn, turn.facts.case, turn.message.attachments)
    return take_pictures(turn)


def unasked_pictures(turn: Turn) -> Step:
    """Pictures that nobody asked for just now: into what is being talked about, else where they belong is asked.

    Only the one case that waits for pictures takes them otherwise: they were asked for there.
    """
    pictures, case = turn.message.attachments, turn.facts.case
    if is_before_case(turn.conversation):
        return take_pictures(turn)
    if case is not None and case.state is CaseState.OFFERED and is_in_refund(turn.conversation):
        return _into_the_talk(turn, case, pictures)
    waiting = [it for it in turn.facts.cases if it.state is CaseState.AWAITING_CUSTOMER]
    reviewed = [it for it in turn.facts.cases if it.state is CaseState.UNDER_REVIEW]
    if len(waiting) == 1:
        return more_pictures(turn, waiting[0], pictures)
    if not waiting and case is not None and reviewed == [case] and _is_just_talked_of(turn):
        return more_pictures(turn, case, pictures)
    return _ask_what_for(turn, pictures, (*waiting, *reviewed))


def _is_just_talked_of(turn: Turn) -> bool:
    """True while the talk about the case at hand has hardly paused."""
    tally = turn.conversation.tally
    return tally is None or turn.now - tally.at <= TALK_PAUSE_MAX


def _into_the_talk(turn: Turn, case: RefundCase, pictures: tuple[str, ...]) -> Step:
    """The case of which the ways of paying are being chosen from has them, and the ways are shown again."""
    facts = turn.facts.order
    change = add_evidence(case, pictures, limits=turn.merchant.policy.limits, moment=turn.moment)
    said = turn.say("evidence.added", case_no=case.case_no)
    if facts is None:
        return answer(turn, Reply(said), changes=(change,))
    asked = ask_offers(on_main(turn), facts, change.case, is_listed=True)
    first = replace(asked.replies[0], text=f"{said}\n{asked.replies[0].text}")
    return replace(asked, replies=(first, *asked.replies[1:]), changes=(change,))


def _ask_what_for(turn: Turn, pictures: tuple[str, ...], open_ones: Sequence[RefundCase]) -> Step:
    """Which case they belong to, or that an order is to be chosen; they are kept until that is said."""
    named = [
        turn.choice("evidence_for", f"evidence:add:{it.case_no}", case_no=it.case_no, order_no=it.order_no)
        for it in open_ones
    ]
    key = "evidence.which" if named else "picture_unasked"
    start = turn.choice("evidence_new" if named else "start", "start:refund")
    reply = Reply(turn.say(key), (*named, start, turn.human()))
    asked = Asked("pictures", reply.choices, reply.text)
    before = turn.slots.evidence if is_hinted(turn.conversation) else ()
    kept = Slots(evidence=tuple(dict.fromkeys((*before, *pictures)))[:EVIDENCE_MAX])
    return Step(replace(turn.conversation, stack=(), slots=kept, asked=asked, misses=0), (reply,))


def is_before_case(conversation: Conversation) -> bool:
    """True while a refund is being asked for of which no case is open yet."""
    stack = conversation.stack
    return bool(stack) and stack[0].flow == "refund" and conversation.slots.case_no is None


def more_pictures(turn: Turn, case: RefundCase | None, pictures: tuple[str, ...]) -> Step:
    """The pictures go to the case."""
    if case is None:
        return _no_case(turn)
    limits = turn.merchant.policy.limits
    words = turn.message.text if turn.message.action is None and turn.message.attachments else None
    try:
        change = add_evidence(case, pictures, limits=limits, moment=turn.moment, words=_short(words))
    except MoveNotAllowed:
        text = turn.say("evidence.closed", case_no=case.case_no, state=turn.code("state", case.state))
        return answer(turn, Reply(text, (turn.choice("status", f"status:{case.case_no}"), turn.human())))
    choices = (
        turn.choice("add_evidence", f"evidence:add:{case.case_no}"),
        turn.choice("status", f"status:{case.case_no}"),
        turn.human(),
    )
    done = Reply(turn.say("evidence.added", case_no=case.case_no), choices, card=case_card(change.case))
    return answer(turn, done, changes=(change,))


def more_words(turn: Turn) -> Step:
    """Words where pictures were asked for: a case that waits for its customer is reviewed again, others keep them."""
    case, text = turn.facts.case, turn.message.text
    if case is None or case.state in _ENDED or not text:
        return again(turn, "done_noted")
    limits = turn.merchant.policy.limits
    change = add_evidence(case, (), limits=limits, moment=turn.moment, words=_short(text))
    if case.state is not CaseState.AWAITING_CUSTOMER:
        return replace(again(turn, "done_noted"), changes=(change,))
    choices = (
        turn.choice("add_evidence", f"evidence:add:{case.case_no}"),
        turn.choice("status", f"status:{case.case_no}"),
        turn.human(),
    )
    done = Reply(turn.say("done_noted"), choices, card=case_card(change.case))
    return answer(turn, done, changes=(change,))


def _short(text: str | None) -> str | None:
    """The customer's words as far as they are kept, without what no database takes."""
    return None if not text else text.encode("utf-8", "replace").decode("utf-8")[:WHY_LENGTH_MAX]


def return_needs(conversation: Conversation, case_no: str | None) -> Needs:
    """The case that was named or is being asked about, else the customer's newest ones."""
    frame = conversation.stack[-1] if conversation.stack else None
    known = case_no or (frame.case_no if frame is not None and frame.flow == "return" else None)
    return Needs(case_no=known) if known is not None else Needs(cases=_CASES_LOOKED_AT)


def goods_sent(turn: Turn, said: GoodsSent) -> Step:
    """The goods are on their way back: note the parcel's number, or ask for it."""
    case = turn.facts.case or _the_one_awaited(turn)
    if case is None and len(_awaited(turn)) > 1:
        return _ask_which_return(turn, said.tracking_no)
    if case is None:
        key = "return_sent.none" if said.case_no is None else "status.not_found"
        return answer(turn, Reply(turn.say(key), (turn.choice("start", "start:refund"), turn.human())))
    if case.state is not CaseState.AWAITING_RETURN:
        text = turn.say("return_sent.not_possible", case_no=case.case_no, state=turn.code("state", case.state))
        return answer(turn, Reply(text, state_reply(turn, case).choices))
    tracking_no = _tracking_no(said.tracking_no)
    if said.tracking_no is None and case.return_tracking_no:
        return answer(turn, state_reply(turn, case))
    if tracking_no is None:
        return _ask_tracking(turn, case, said)
    try:
        change = return_sent(case, tracking_no, limits=turn.merchant.policy.limits, moment=turn.moment)
    except MoveNotAllowed:
        return answer(turn, state_reply(turn, case))
    done = turn.say("return_sent.done", tracking_no=tracking_no, case_no=case.case_no)
    return answer(turn, Reply(done, state_reply(turn, case).choices, card=case_card(change.case)), changes=(change,))


def done(turn: Turn) -> Step:
    """Something was done: the goods that a case waits for were sent, or there is nothing to note."""
    if _awaited(turn):
        return goods_sent(turn, GoodsSent())
    return again(turn, "done_heard") if turn.conversation.stack else answer(turn, with_menu(turn, "done_heard"))


def parcel_named(turn: Turn) -> Step | None:
    """A number that is no order's may be that of the parcel that a case waits for; None where none does."""
    number = turn.understanding.entity("tracking_no")
    if number is None or not _awaited(turn):
        return None
    return goods_sent(turn, GoodsSent(None, number))


def _awaited(turn: Turn) -> list[RefundCase]:
    return [case for case in turn.facts.cases if case.state is CaseState.AWAITING_RETURN]


def _the_one_awaited(turn: Turn) -> RefundCase | None:
    awaited = _awaited(turn)
    return awaited[0] if len(awaited) == 1 else None


def _ask_which_return(turn: Turn, told: str | None) -> Step:
    """Several requests wait for goods: which of them is in the parcel; without its number that is asked first."""
    tracking_no = _tracking_no(told)
    if tracking_no is None:
        key = "return_sent.ask" if told is None else "return_sent.bad"
        return answer(turn, Reply(turn.say(key), (turn.human(),)))
    choices = [
        turn.choice("return_of", f"return_sent:{it.case_no}:{tracking_no}", case_no=it.case_no, order_no=it.order_no)
        for it in _awaited(turn)
    ]
    return answer(turn, Reply(turn.say("return_sent.which", tracking_no=tracking_no), (*choices, turn.human())))


def _tracking_no(told: str | None) -> str | None:
    if told is None:
        return None
    told = told.strip()
    is_number = told.isascii() and 6 <= len(told) <= TRACKING_LENGTH_MAX and told.replace("-", "").isalnum()
    return told if is_number and any(sign.isdigit() for sign in told) else None


def _ask_tracking(turn: Turn, case: RefundCase, said: GoodsSent) -> Step:
    key = "return_sent.ask" if said.tracking_no is None else "return_sent.bad"
    if turn.asking == "tracking" and said.tracking_no is None:
        key = "return_sent.bad"
    question = Question("tracking", turn.say(key), (turn.choice("back", "back"), turn.human()))
    return ask_aside(turn, "return", question, case_no=case.case_no)


def _no_case(turn: Turn) -> Step:
    return answer(turn, Reply(turn.say("status.not_found"), (turn.choice("start", "start:refund"), turn.human())))
