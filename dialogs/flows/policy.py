"""Questions about the rules, answered from the merchant's live policy for the very order that is meant."""

from dialogs.conversation import Conversation
from dialogs.facts import Needs
from dialogs.flows.goods import order_with
from dialogs.flows.policy_answers import answer_for, answer_in_general, window_in_general
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.turn import Turn, answer, lines_of, with_menu
from dialogs.flows.words import order_title
from dialogs.messages import InboundMessage, Reply
from dialogs.step import Step
from refund_core.orders import OrderFacts, OrderStatus

ORDERS_LOOKED_AT = 5
_NEVER_PAID = frozenset({OrderStatus.UNPAID, OrderStatus.CANCELLED})


def policy_needs(conversation: Conversation, message: InboundMessage, order_no: str | None) -> Needs:
    """The order that is named or talked about, else the newest ones."""
    known = order_no or conversation.slots.order_no or message.order_no or conversation.order_no
    return Needs(order_no=known) if known is not None else Needs(recent_orders=ORDERS_LOOKED_AT)


def tell_policy(turn: Turn, topic: str | None) -> Step:
    """The answer for the order at hand; without one, what the policy says in general."""
    facts = turn.facts.order or _order_meant(turn)
    if facts is None:
        general = lines_of((turn.say("policy"), *window_in_general(turn), *answer_in_general(turn, topic)))
        return answer(turn, Reply(general, with_menu(turn, "policy").choices))
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


def _order_meant(turn: Turn) -> OrderFacts | None:
    """The one whose goods the words name, else the newest that was paid."""
    found = turn.facts.recent_orders
    named = order_with(found, turn.message.text)
    paid = (facts for facts in found if facts.order.status not in _NEVER_PAID)
    return named or next(paid, None) or next(iter(found), None)
