"""To a person: at once, from anywhere, with whatever is known."""

from dataclasses import replace

from dialogs.flows.turn import Turn
from dialogs.flows.waiting import place_words, to_assistant
from dialogs.flows.words import hours_told
from dialogs.hours import StaffHours, moment_words
from dialogs.messages import Reply
from dialogs.step import HandOver, Step


def want_human(turn: Turn) -> Step:
    """The conversation goes to the desk's queue; the case that was talked about goes along.

    While nobody is there it waits in the queue all the same, and the assistant goes on answering.
    """
    case_no = _case_no(turn)
    hours = turn.merchant.hours
    is_later = hours is not None and not hours.is_open(turn.now)
    if hours is not None and is_later:
        told = hours_told(turn)
        parts = [_back_at(turn, hours), *(() if told is None else (turn.say("human.hours", hours=told),))]
    else:
        parts = [turn.say("human.queue"), *place_words(turn)]
    if case_no is not None:
        parts.append(turn.say("human.case", case_no=case_no))
    conversation = replace(turn.conversation, misses=0)
    reply = Reply("\n".join(parts), () if is_later else (to_assistant(turn),), sender="system")
    return Step(conversation, (reply,), hand_over=HandOver(_reason(turn), case_no, is_later=is_later))


def _back_at(turn: Turn, hours: StaffHours) -> str:
    opens_at = hours.opens_at(turn.now)
    if opens_at is None:
        return turn.say("human.closed_long")
    return turn.say("human.closed", opens=moment_words(opens_at, turn.locale, hours.timezone))


def _case_no(turn: Turn) -> str | None:
    top = turn.top
    return (top.case_no if top is not None else None) or turn.slots.case_no


def _reason(turn: Turn) -> str:
    """Why, for the desk: asked for with the button, said in words, or a complaint to an authority in sight."""
    if turn.understanding.entity("complaint") is not None:
        return "complaint"
    return "asked" if turn.understanding.action is not None else turn.understanding.intent.value
