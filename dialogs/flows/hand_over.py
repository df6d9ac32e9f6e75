"""To a person: at once, from anywhere, with whatever is known."""

from dataclasses import replace

from dialogs.flows.turn import Turn
from dialogs.messages import Reply
from dialogs.step import HandOver, Step


def want_human(turn: Turn) -> Step:
    """The conversation goes to the desk's queue; the case that was talked about goes along."""
    case_no = _case_no(turn)
    parts = [turn.say("human.queue")]
    if turn.merchant.staff_hours is not None:
        parts.append(turn.say("human.hours", hours=turn.merchant.staff_hours))
    if case_no is not None:
        parts.append(turn.say("human.case", case_no=case_no))
    conversation = replace(turn.conversation, misses=0)
    reply = Reply("\n".join(parts), sender="system")
    return Step(conversation, (reply,), hand_over=HandOver(_reason(turn), case_no))


def _case_no(turn: Turn) -> str | None:
    top = turn.top
    return (top.case_no if top is not None else None) or turn.slots.case_no


def _reason(turn: Turn) -> str:
    """Why, for the desk: asked for with the button, said in words, or a complaint to an authority in sight."""
    if turn.understanding.entity("complaint") is not None:
        return "complaint"
    return "asked" if turn.understanding.action is not None else turn.understanding.intent.value
