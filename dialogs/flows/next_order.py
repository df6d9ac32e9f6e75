"""Several orders were named, at once or one after the other: when one request is made, the next order is offered."""

from collections.abc import Sequence

from dialogs.commands import Cancel, Command, StartOver, StartRefund
from dialogs.conversation import Asked, Conversation
from dialogs.flows.ranking import rank
from dialogs.flows.turn import Turn
from dialogs.messages import Reply
from dialogs.nlu.besides import orders_counted
from dialogs.step import Step
from refund_core.cases import CaseState
from refund_core.orders import OrderFacts
from refund_core.replacing import replace

ALSO_MAX = 5
TO_CHOOSE = ""
"""Stands for an order that is still to be chosen."""


def with_next(turn: Turn, taken: Step, command: Command) -> Step:
    """The step, and after a request that was made the way to the next order; leaving the talk forgets it."""
    conversation = taken.conversation
    if not conversation.also:
        return taken
    if isinstance(command, Cancel | StartOver):
        return replace(taken, conversation=replace(conversation, also=(), also_goods=None))
    order_no = conversation.slots.order_no
    left = tuple([it for it in _without_chosen(turn, conversation, command) if it != order_no])
    is_made = not conversation.stack and any(it.case.state is not CaseState.OFFERED for it in taken.changes)
    if not is_made or not left or taken.hand_over is not None:
        return taken if left == conversation.also else replace(taken, conversation=replace(conversation, also=left))
    following = _offered(turn, left[0])
    shown = () if conversation.asked is None else conversation.asked.choices
    asked = Asked("next", (*following.choices, *shown), following.text)
    return replace(
        taken, conversation=replace(conversation, asked=asked, also=left), replies=(*taken.replies, following)
    )


def _without_chosen(turn: Turn, conversation: Conversation, command: Command) -> tuple[str, ...]:
    """The orders that are left; one that was to be chosen is no more once the choice has begun."""
    asked = turn.conversation.asked
    is_begun = isinstance(command, StartRefund) and asked is not None and asked.kind == "next"
    also = conversation.also
    return also[1:] if is_begun and also[0] == TO_CHOOSE else also


def _offered(turn: Turn, order_no: str) -> Reply:
    if order_no == TO_CHOOSE:
        return Reply(turn.say("order.next_chosen"), (turn.choice("start", "start:refund"), turn.human()))
    choices = (turn.choice("refund_this", f"order:{order_no}"), turn.human())
    return Reply(turn.say("order.next", order_no=order_no), choices)


def goods_said(turn: Turn) -> str | None:
    """In which words the goods of the next order were named, where that order is taken up just now."""
    asked = turn.conversation.asked
    return turn.conversation.also_goods if asked is not None and asked.kind == "next" else None


def further_orders(words: str, found: Sequence[OrderFacts], taken: str | None = None) -> tuple[str, ...]:
    """The orders meant by "both orders", best first; those that may be any of more are still to be chosen."""
    fitting = [it.order.order_no for it in found if rank(it) == 0 or it.order.order_no == taken]
    count = orders_counted(words)
    if count is None or count >= len(fitting):
        return tuple([it for it in fitting if it != taken])[:ALSO_MAX]
    return (TO_CHOOSE,) * min(count - 1, ALSO_MAX)
