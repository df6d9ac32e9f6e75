"""Questions about the rules, answered from the merchant's live policy for the very order that is meant."""

from dialogs.conversation import Conversation
from dialogs.facts import Needs
from dialogs.flows.asked_order import ORDERS_LOOKED_AT, order_meant, paid_orders
from dialogs.flows.policy_answers import answer_for, answer_in_general, window_in_general
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.status import status_reply
from dialogs.flows.turn import Turn, answer, lines_of, with_menu
from dialogs.flows.words import order_title
from dialogs.messages import Choice, InboundMessage, Reply
from dialogs.step import Step
from dialogs.texts.money import format_day
from refund_core.cases import CaseState
from refund_core.orders import OrderFacts

ORDERS_OFFERED_MAX = 3
_CASES_LOOKED_AT = 5


def policy_needs(conversation: Conversation, message: InboundMessage, topic: str | None, order_no: str | None) -> Needs:
    """The order that is named or talked about, else the newest ones; where goods go back to depends on open cases."""
    cases = _CASES_LOOKED_AT if topic == "address" else 0
    if topic == "amount" and order_no is None:
        return Needs(order_no=conversation.slots.order_no, recent_orders=ORDERS_LOOKED_AT)
    known = order_no or conversation.slots.order_no or message.order_no or conversation.order_no
    return Needs(order_no=known, cases=cases) if known else Needs(recent_orders=ORDERS_LOOKED_AT, cases=cases)


def tell_policy(turn: Turn, topic: str | None) -> Step:
    """The answer for the order at hand; without one, what holds in general, and for which orders more can be said."""
    going_back = [case for case in turn.facts.cases if case.state is CaseState.AWAITING_RETURN]
    if topic == "address" and going_back:
        return answer(turn, *[status_reply(turn, case) for case in going_back[:ORDERS_OFFERED_MAX]])
    facts = order_meant(turn)
    if facts is None:
        return answer(turn, _in_general(turn, topic))
    choices = (
        ()
        if is_in_refund(turn.conversation)
        else (turn.choice("refund_this", f"order:{facts.order.order_no}"), turn.human())
    )
    return answer(turn, Reply(_answer_for(turn, facts, topic), choices))


def answer_beside(turn: Turn, topic: str | None) -> Reply:
    """The answer that goes before the question of a refund: for its order where that is known, else in general."""
    found = turn.facts.recent_orders
    facts = turn.facts.order or (found[0] if len(found) == 1 else None)
    if facts is not None:
        return Reply(_answer_for(turn, facts, topic))
    return Reply(lines_of(answer_in_general(turn, topic) or (turn.say("policy"), *window_in_general(turn))))


def _answer_for(turn: Turn, facts: OrderFacts, topic: str | None) -> str:
    about = turn.say("policy.about", order_no=facts.order.order_no, title=order_title(turn, facts.order))
    return lines_of((about, *answer_for(turn, facts, topic)))


def _in_general(turn: Turn, topic: str | None) -> Reply:
    """What holds for every order; of which one it is asked, where there are several, is one tap away."""
    said = answer_in_general(turn, topic)
    paid = paid_orders(turn.facts.recent_orders)[:ORDERS_OFFERED_MAX]
    if not paid:
        general = lines_of((turn.say("policy"), *window_in_general(turn), *said))
        return Reply(general, with_menu(turn, "policy").choices)
    asked = turn.say("policy.which")
    choices = tuple([_of_order(turn, facts, topic) for facts in paid])
    lead = () if topic == "amount" else said or window_in_general(turn)
    return Reply(lines_of((*lead, asked)), (*choices, turn.human()))


def _of_order(turn: Turn, facts: OrderFacts, topic: str | None) -> Choice:
    order = facts.order
    day = format_day(order.placed_at, turn.locale, turn.merchant.timezone)
    action = f"ask:policy:{topic or 'window'}:{order.order_no}"
    return turn.choice("order", action, title=order_title(turn, order), day=day)
