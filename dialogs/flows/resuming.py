"""Back from a person: where things stand, and what was told meanwhile is not asked again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dialogs.conversation import Asked, Conversation, Slots
from dialogs.facts import Facts, Needs
from dialogs.flows.correct import WAYS, place_of
from dialogs.flows.status import status_reply
from dialogs.flows.told import told_reason
from dialogs.flows.turn import Turn, menu_reply, question_again
from dialogs.messages import InboundMessage, Reply
from dialogs.nlu.embedded import understand_now
from dialogs.step import Step
from dialogs.understanding import Intent, Understanding
from refund_core.cases import RefundCase
from refund_core.ids import Ids
from refund_core.replacing import replace
from refund_core.values import value

CASES_LOOKED_AT = 3
RECENTLY = timedelta(days=1)
_READ_NOTHING = Understanding(Intent.OTHER, 0.0)


@value(frozen=True, slots=True)
class Meanwhile:
    """What the customer told the person: the last order's number and the last reason that were named."""

    order_no: str | None = None
    reason: str | None = None


def told_meanwhile(conversation: Conversation, texts: Sequence[str]) -> Meanwhile:
    """Read what was said while nobody of ours was listening."""
    told = Meanwhile()
    for text in texts:
        read = understand_now(text, conversation.locale)
        number = read.entity("order_no") or read.entity("maybe_order_no")
        told = Meanwhile(number or told.order_no, told_reason(read) or told.reason)
    return told


def resume_needs(conversation: Conversation, told: Meanwhile) -> Needs:
    """The case that was talked about, those of the customer, and the order that was named."""
    if conversation.customer is None:
        return Needs()
    return Needs(case_no=_case_no(conversation), cases=CASES_LOOKED_AT, maybe_order_no=told.order_no)


def resume(conversation: Conversation, notice: str, told: Meanwhile, facts: Facts, *, now: datetime, ids: Ids) -> Step:
    """One reply: that the assistant goes on, and where. A question is put again only where it still fits."""
    turn = Turn(conversation, InboundMessage("", now), _READ_NOTHING, facts, now, ids)
    case = _case_of(turn)
    frame = turn.top
    if case is not None and (frame is None or place_of(conversation.stack[0].asking) >= WAYS):
        return _at_case(turn, notice, case)
    if frame is not None and conversation.asked is not None:
        open_question = question_again(turn, conversation.asked)
        return Step(conversation, (_said(open_question, f"{notice}\n{open_question.text}"),))
    if facts.maybe_order is not None:
        return _with_order(turn, notice, told, facts.maybe_order.order.order_no)
    return Step(replace(conversation, stack=(), asked=None), (_said(menu_reply(turn), notice),))


def _at_case(turn: Turn, notice: str, case: RefundCase) -> Step:
    """The case may have moved on meanwhile: its state is told, and what can be done now."""
    status = status_reply(turn, case)
    reply = _said(status, f"{notice}\n{status.text}")
    kept = Slots(order_no=case.order_no, case_no=case.case_no)
    asked = Asked("menu", reply.choices, reply.text)
    return Step(replace(turn.conversation, stack=(), slots=kept, asked=asked), (reply,))


def _with_order(turn: Turn, notice: str, told: Meanwhile, order_no: str) -> Step:
    """An order was named to the person and no case came of it: it is one tap away, with the reason that was told."""
    text = turn.say("resume.order", order_no=order_no)
    choices = (turn.choice("refund_this", f"order:{order_no}"), turn.human())
    reply = Reply(f"{notice}\n{text}", choices, sender="system")
    kept = Slots(order_no=order_no, reason=told.reason)
    asked = Asked("hint", choices, text)
    return Step(replace(turn.conversation, stack=(), slots=kept, asked=asked), (reply,))


def _said(reply: Reply, text: str) -> Reply:
    return replace(reply, text=text, sender="system")


def _case_no(conversation: Conversation) -> str | None:
    top = conversation.stack[-1] if conversation.stack else None
    return (top.case_no if top is not None else None) or conversation.slots.case_no


def _case_of(turn: Turn) -> RefundCase | None:
    """The one that was being talked about, else the newest of this conversation that is open or has just moved."""
    here = turn.conversation.conversation_id
    mine = [it for it in turn.facts.cases if here is not None and it.conversation_id == here and _is_fresh(turn, it)]
    return turn.facts.case or max(mine, key=lambda case: case.created_at, default=None)


def _is_fresh(turn: Turn, case: RefundCase) -> bool:
    moved_at = case.history[-1].at if case.history else case.created_at
    return case.due is not None or turn.now - moved_at <= RECENTLY
