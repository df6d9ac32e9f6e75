"""How is my refund doing: the case that was named, or the newest ones."""

from dialogs.facts import Needs
from dialogs.flows.asked_order import ORDERS_LOOKED_AT
from dialogs.flows.goods import order_with
from dialogs.flows.turn import Turn, answer
from dialogs.flows.words import case_card, order_card, order_title, refund_cards, state_words
from dialogs.messages import Choice, InboundMessage, Reply
from dialogs.notices import return_address
from dialogs.step import Step
from dialogs.texts.money import format_day
from refund_core.case_dates import DueAction, return_ends
from refund_core.cases import CaseState, Due, RefundCase, RefundState
from refund_core.refundable import imported

CASES_SHOWN_MAX = 3
_WITHDRAWABLE = frozenset({
    CaseState.OFFERED, CaseState.STOPPING, CaseState.UNDER_REVIEW, CaseState.AWAITING_CUSTOMER,
    CaseState.AWAITING_RETURN,
})  # fmt: skip
_THEN_A_PERSON = frozenset({DueAction.REVIEW, DueAction.NEEDS_PERSON})
_APPEALABLE = frozenset({CaseState.REJECTED, CaseState.WITHDRAWN})


def status_needs(message: InboundMessage, case_no: str | None) -> Needs:
    """That case, else the newest; words may mean an order that the shop itself has refunded, without a case of ours."""
    if case_no is not None:
        return Needs(case_no=case_no)
    return Needs(cases=CASES_SHOWN_MAX, recent_orders=ORDERS_LOOKED_AT if message.text else 0)


def tell_status(turn: Turn, case_no: str | None) -> Step:
    """Where a case stands, by when what happens, and what the consumer can do."""
    if case_no is not None:
        case = turn.facts.case
        if case is None:
            return answer(
                turn, Reply(turn.say("status.not_found"), (turn.choice("start", "start:refund"), turn.human()))
            )
        return answer(turn, *_case_replies(turn, case))
    cases = turn.facts.cases[:CASES_SHOWN_MAX]
    elsewhere = _refunded_by_shop(turn, has_cases=bool(cases))
    if elsewhere is not None:
        return answer(turn, elsewhere)
    if not cases:
        return answer(turn, Reply(turn.say("status.none"), (turn.choice("start", "start:refund"), turn.human())))
    if len(cases) == 1:
        return answer(turn, *_case_replies(turn, cases[0]))
    return answer(turn, Reply(turn.say("status.many"), (turn.human(),)), *(_short_reply(turn, case) for case in cases))


def _refunded_by_shop(turn: Turn, *, has_cases: bool) -> Reply | None:
    """What the shop refunded by itself: where its goods are named, or there is nothing else to tell."""
    refunded = [facts for facts in turn.facts.recent_orders if imported(facts.order)]
    if not refunded:
        return None
    named = order_with(turn.facts.recent_orders, turn.message.text)
    facts = named if named in refunded else None
    if facts is None and not has_cases and named is None:
        facts = next(iter(refunded), None)
    if facts is None:
        return None
    order, last = facts.order, imported(facts.order)[-1]
    day = "" if last.at is None else format_day(last.at, turn.locale, turn.merchant.timezone)
    total = order.money(sum(refund.amount for refund in imported(facts.order)))
    told = turn.say("status.by_shop", order_no=order.order_no, title=order_title(turn, order), amount=turn.money(total))
    said = f"{told}{' ' if turn.locale == 'en' else ''}{turn.say('status.by_shop_at', day=day)}" if day else told
    return Reply(said, (turn.human(),), card=order_card(turn, order))


def can_withdraw(case: RefundCase) -> bool:
    """True while nothing has been paid out and the customer may still end it."""
    return case.state in _WITHDRAWABLE


def status_reply(turn: Turn, case: RefundCase) -> Reply:
    """Where a case stands, with what the consumer can do."""
    return Reply(_status_text(turn, case), _choices(turn, case), card=case_card(case))


def _case_replies(turn: Turn, case: RefundCase) -> tuple[Reply, ...]:
    first = status_reply(turn, case)
    shown = [refund for refund in case.refunds if refund.state not in {RefundState.CREATED, RefundState.CLOSED}]
    return (first, *(Reply("", card=card) for card in refund_cards(turn, case, shown)))


def _short_reply(turn: Turn, case: RefundCase) -> Reply:
    return Reply(_status_text(turn, case), (turn.choice("status", f"status:{case.case_no}"),), card=case_card(case))


def _status_text(turn: Turn, case: RefundCase) -> str:
    state = state_words(turn, case)
    text = turn.say("status.case", case_no=case.case_no, order_no=case.order_no, state=state)
    if case.due is None or case.due.at <= turn.now:
        return text
    return f"{text}{' ' if turn.locale == 'en' else ''}{_due_text(turn, case, case.due)}"


def _due_text(turn: Turn, case: RefundCase, due: Due) -> str:
    """By when who has to do what, and what happens then."""
    if due.what == "receive_goods":
        return turn.say("status.goods_due", tracking_no=case.return_tracking_no or "", until=turn.time(due.at))
    if due.what == "send_goods":
        said = turn.say("status.return_due", until=turn.time(return_ends(due, turn.merchant.policy.limits)))
        return f"{said}\n{return_address(turn.merchant, turn.locale)}"
    if due.who == "customer":
        return turn.say("status.customer_due", until=turn.time(due.at))
    key = "status.person_due" if due.then in _THEN_A_PERSON else "status.due"
    return turn.say(key, until=turn.time(due.at))


def _choices(turn: Turn, case: RefundCase) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    if case.state is CaseState.OFFERED:
        choices.append(turn.choice("see_offers", f"order:{case.order_no}"))
    if case.state in {CaseState.UNDER_REVIEW, CaseState.AWAITING_CUSTOMER}:
        choices.append(turn.choice("add_evidence", f"evidence:add:{case.case_no}"))
    if case.state in _APPEALABLE:
        choices.append(turn.choice("appeal", f"appeal:{case.case_no}"))
    if can_withdraw(case):
        choices.append(turn.choice("withdraw", f"withdraw:{case.case_no}", case_no=case.case_no))
    return (*choices, turn.human())
