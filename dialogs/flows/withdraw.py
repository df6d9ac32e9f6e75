"""Ending a request: withdrawing a case by its number, leaving a talk half-way, and one step back."""

from dataclasses import replace

from dialogs.commands import Withdraw
from dialogs.conversation import Conversation, Slots
from dialogs.facts import Needs
from dialogs.flows.buttons import WITHDRAW_ASKED
from dialogs.flows.lines import ask_lines, claimable
from dialogs.flows.offers import ask_offers, offer_needs
from dialogs.flows.reason import ask_reason
from dialogs.flows.refund import list_orders, more_needs
from dialogs.flows.status import can_withdraw
from dialogs.flows.turn import Question, Turn, again, answer, ask_aside, finish, menu_reply, on_main
from dialogs.flows.words import state_reply
from dialogs.messages import Reply
from dialogs.nlu.wishes import names_withdrawal
from dialogs.step import Step
from refund_core.case_customer import withdraw
from refund_core.case_open import without_hold
from refund_core.cases import CaseChange, CaseState, RefundCase
from refund_core.errors import MoveNotAllowed
from refund_core.orders import OrderFacts

CASES_LOOKED_AT = 5


def withdraw_case(turn: Turn, asked: Withdraw) -> Step:
    """Withdraw the case that was named; without a number ask which one."""
    if asked.case_no is None:
        return _ask_which(turn)
    case = turn.facts.case
    if case is None:
        return answer(turn, Reply(turn.say("status.not_found"), (turn.choice("start", "start:refund"), turn.human())))
    if case.return_tracking_no is not None and case.state is CaseState.AWAITING_RETURN and not asked.is_sure:
        return _ask_whether(turn, case, case.return_tracking_no)
    change = _withdrawn(turn, case)
    if change is None:
        state = turn.code("state", case.state)
        text = turn.say("withdraw.too_late", case_no=case.case_no, state=state)
        return answer(turn, replace(state_reply(turn, case), text=text))
    done = Reply(turn.say("withdraw.done", case_no=case.case_no), (turn.choice("start", "start:refund"), turn.human()))
    if case.case_no == turn.slots.case_no:
        return finish(turn, done, changes=(change,))
    return answer(turn, done, changes=(change,))


def _ask_whether(turn: Turn, case: RefundCase, tracking_no: str) -> Step:
    """The goods are on their way back: whoever withdraws now has neither goods nor money."""
    choices = (turn.choice("withdraw_anyway", "confirm:yes"), turn.choice("keep_request", "confirm:no"))
    text = turn.say("withdraw.goods_sent", case_no=case.case_no, tracking_no=tracking_no)
    return ask_aside(turn, "withdraw", Question(WITHDRAW_ASKED, text, choices), case_no=case.case_no)


def cancel(turn: Turn) -> Step:
    """Leave the talk; a case that still waits for the choice of an offer ends with it."""
    if not turn.conversation.stack:
        return finish(turn, menu_reply(turn, turn.say("cancelled_nothing")))
    case = turn.facts.case
    change = _withdrawn(turn, case) if case is not None and case.state is CaseState.OFFERED else None
    changes = () if change is None else (change,)
    return finish(turn, menu_reply(turn, turn.say("cancelled")), changes=changes)


def back_needs(conversation: Conversation) -> Needs:
    """What the question before needs."""
    frame = conversation.stack[-1] if conversation.stack else None
    slots = conversation.slots
    match None if frame is None or frame.flow != "refund" else frame.asking:
        case "order" | "lines":
            return more_needs(1)
        case "reason":
            return replace(more_needs(1), order_no=slots.order_no)
        case "evidence":
            return Needs(order_no=slots.order_no)
        case "resolution" | "confirm" | "declined":
            return offer_needs(slots)
        case _:
            return Needs()


def back(turn: Turn) -> Step:
    """The question before; aside, what was talked about before."""
    frame = turn.top
    if frame is None:
        return finish(turn, menu_reply(turn))
    if frame.flow != "refund":
        return answer(turn, menu_reply(turn)) if len(turn.conversation.stack) < 2 else _resume(turn)
    facts = turn.facts.order
    match frame.asking:
        case "order" | "lines":
            return list_orders(turn, is_listed=True)
        case "reason":
            return _before_reason(turn, facts)
        case "evidence" if facts is not None:
            return ask_reason(turn, facts, replace(turn.slots, evidence=(), reason_guessed=True))
        case "resolution" if facts is not None and turn.facts.case is not None:
            return _before_offers(turn, facts, turn.facts.case)
        case "confirm" | "declined" if facts is not None and turn.facts.case is not None:
            return _offers_again(turn, facts, turn.facts.case)
        case _:
            return again(turn)


def _resume(turn: Turn) -> Step:
    """Drop what lies on top and put the question underneath again."""
    return again(on_main(turn))


def _before_reason(turn: Turn, facts: OrderFacts | None) -> Step:
    if facts is None:
        return list_orders(turn, is_listed=True)
    left = claimable(facts)
    if len(left) == 1 and left[0].quantity == 1:
        return list_orders(turn, is_listed=True)
    return ask_lines(turn, facts, replace(turn.slots, lines=()), left)


def _before_offers(turn: Turn, facts: OrderFacts, case: RefundCase) -> Step:
    """The case was opened for this reason; it ends, and the reason is asked again."""
    change = _withdrawn(turn, case) if case.state is CaseState.OFFERED else None
    if change is None:
        return finish(turn, state_reply(turn, case))
    lines = tuple((line.line_no, line.quantity) for line in case.claim.lines)
    slots = Slots(order_no=case.order_no, lines=lines, evidence=case.claim.evidence, note=case.claim.note)
    asked = ask_reason(turn, without_hold(facts, case), slots)
    return replace(asked, changes=(change,))


def _offers_again(turn: Turn, facts: OrderFacts, case: RefundCase) -> Step:
    if case.state is not CaseState.OFFERED:
        return finish(turn, state_reply(turn, case))
    if turn.asking == "confirm" and len(case.offers) == 1:
        return _before_offers(turn, facts, case)
    return ask_offers(turn, facts, case)


def _withdrawn(turn: Turn, case: RefundCase) -> CaseChange | None:
    if not can_withdraw(case):
        return None
    try:
        return withdraw(case, turn.moment)
    except MoveNotAllowed:
        return None


def _ask_which(turn: Turn) -> Step:
    cases = [case for case in turn.facts.cases if can_withdraw(case)]
    if not cases and turn.understanding.action is None and not names_withdrawal(turn.message.text or ""):
        return answer(turn, menu_reply(turn, turn.say("cancelled_nothing")))
    if not cases:
        return answer(turn, Reply(turn.say("withdraw.none"), (turn.choice("start", "start:refund"), turn.human())))
    choices = tuple(turn.choice("withdraw", f"withdraw:{case.case_no}", case_no=case.case_no) for case in cases)
    return answer(turn, Reply(turn.say("withdraw.ask"), (*choices, turn.human())))
