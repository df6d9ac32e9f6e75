"""Goods of several orders were named in one message: when one request is made, the next order is offered."""

from dialogs.commands import Cancel, Command, StartOver
from dialogs.conversation import Asked
from dialogs.flows.turn import Turn
from dialogs.messages import Reply
from dialogs.step import Step
from refund_core.cases import CaseState
from refund_core.replacing import replace


def with_next(turn: Turn, taken: Step, command: Command) -> Step:
    """The step, and after a request that was made the way to the next order; leaving the talk forgets it."""
    conversation = taken.conversation
    if not conversation.also:
        return taken
    if isinstance(command, Cancel | StartOver):
        return replace(taken, conversation=replace(conversation, also=()))
    order_no = conversation.slots.order_no
    left = tuple([it for it in conversation.also if it != order_no])
    is_made = not conversation.stack and any(it.case.state is not CaseState.OFFERED for it in taken.changes)
    if not is_made or not left or taken.hand_over is not None:
        return replace(taken, conversation=replace(conversation, also=left)) if order_no is not None else taken
    following = Reply(
        turn.say("order.next", order_no=left[0]), (turn.choice("refund_this", f"order:{left[0]}"), turn.human())
    )
    shown = () if conversation.asked is None else conversation.asked.choices
    asked = Asked("next", (*following.choices, *shown), following.text)
    return replace(
        taken, conversation=replace(conversation, asked=asked, also=left), replies=(*taken.replies, following)
    )
