"""What is noted of a talk: how each message was read, what of that is doubtful, and how the talk ended; pure.

A talk is a part of a conversation: it begins with the first message after the one before has ended, and ends when the
customer's request is off their hands, a person takes over, or a day goes by in silence.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from dialogs.actions import parse_action
from dialogs.commands import SetReason
from dialogs.conversation import Conversation, Tally
from dialogs.flows.routes import SURE_FROM
from dialogs.messages import InboundMessage
from dialogs.step import Step
from dialogs.understanding import Intent, Understanding
from refund_core.cases import CaseState
from refund_core.replacing import replace

SILENCE = timedelta(hours=24)
"""After this the talk is over, whoever writes then."""


class Outcome(StrEnum):
    """How a talk ended."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UPDATED = "updated"
    HANDED_OVER = "handed_over"
    ANSWERED = "answered"
    LEFT = "left"


class Read(msgspec.Struct, frozen=True, omit_defaults=True):
    """How words were read; expecting is the question that was open."""

    intent: str
    confidence: float
    expecting: str | None = None
    reason: str | None = None
    resolution: str | None = None
    act: str | None = None


class Ended(msgspec.Struct, frozen=True, omit_defaults=True):
    """A talk that is over."""

    outcome: Outcome
    since: datetime
    at: datetime
    turns: int
    misses: int = 0
    repairs: int = 0
    stated: str | None = None
    found: str | None = None
    case_no: str | None = None


class Noted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept beside a customer's message.

    doubt says that we were not sure of it, corrects the place of words that it takes back, ended the talks that it ends
    (one that had been left, and its own).
    """

    read: Read | None = None
    doubt: str | None = None
    corrects: int | None = None
    ended: tuple[Ended, ...] = ()


_UNDER_WAY = frozenset({
    CaseState.STOPPING, CaseState.REFUNDING, CaseState.AWAITING_RETURN, CaseState.AWAITING_FINANCE, CaseState.REFUNDED,
    CaseState.REPLACING, CaseState.COMPENSATED,
})  # fmt: skip
_NO_BEGINNING = frozenset({Intent.THANKS, Intent.AFFIRM, Intent.DENY})
_SMALL_TALK = frozenset({*_NO_BEGINNING, Intent.GREETING, Intent.ANGER, Intent.WANT_HUMAN, Intent.OTHER})
_LEAVING = frozenset({"human", "back", "cancel"})
_NOTHING = Noted()


def noted(
    before: Conversation, message: InboundMessage, understanding: Understanding, step: Step, *, seq: int, now: datetime
) -> tuple[Tally | None, Noted | None]:
    """The talk's figures after this message, None between talks; and what is kept of the message, None for nothing."""
    tally, left = _going_on(before, now)
    if tally is None and _begins_nothing(before, understanding, step):
        return None, None if left is None else Noted(ended=(left,))
    old = tally or Tally(now, now)
    is_miss = step.conversation.misses > before.misses
    new = _counted(old, understanding, step, is_miss=is_miss, now=now)
    if left is None and not (message.text or step.changes or step.is_repair or step.hand_over):
        return new, None
    read = _read(before, message, understanding)
    said_seq = seq if read is not None else old.said_seq
    outcome, case_no = _outcome(before, step)
    if outcome is None and step.is_farewell and new.answers:
        outcome = Outcome.ANSWERED
    over = () if outcome is None else (_ended(new, outcome, now, case_no),)
    kept = Noted(
        read=read,
        doubt="unsure" if read is not None and (is_miss or read.confidence < SURE_FROM) else None,
        corrects=old.said_seq if step.is_repair else None,
        ended=over if left is None else (left, *over),
    )
    after = None if over else replace(new, said_seq=None if step.is_repair and read is None else said_seq)
    return after, None if kept == _NOTHING else kept


def ended_in_silence(tally: Tally, *, is_asked: bool) -> Ended:
    """A talk after which nothing more was said: left at a question, or answered."""
    return _ended(tally, Outcome.LEFT if is_asked else Outcome.ANSWERED, tally.at, None)


def _going_on(before: Conversation, now: datetime) -> tuple[Tally | None, Ended | None]:
    """The talk that this message belongs to, and the one that silence had ended."""
    tally = before.tally
    if tally is None or now - tally.at < SILENCE:
        return tally, None
    return None, ended_in_silence(tally, is_asked=bool(before.stack))


def _begins_nothing(before: Conversation, understanding: Understanding, step: Step) -> bool:
    """True for thanks and the like after everything is said."""
    return (
        understanding.action is None and understanding.intent in _NO_BEGINNING and not before.stack and not step.changes
    )


def _counted(old: Tally, understanding: Understanding, step: Step, *, is_miss: bool, now: datetime) -> Tally:
    slots = step.conversation.slots
    return Tally(
        since=old.since,
        at=now,
        turns=old.turns + 1,
        misses=old.misses + is_miss,
        repairs=old.repairs + step.is_repair,
        stated=old.stated or _stated(understanding),
        found=step.changes[-1].case.claim.reason.value if step.changes else slots.reason or old.found,
        said_seq=old.said_seq,
        answers=old.answers + (not is_miss and _asks_something(understanding)),
    )


def _asks_something(understanding: Understanding) -> bool:
    if understanding.action is not None:
        return understanding.action not in _LEAVING
    return understanding.intent not in _SMALL_TALK


def _stated(understanding: Understanding) -> str | None:
    """The reason told in words or by a button."""
    if understanding.action is not None and understanding.action.startswith("reason:"):
        chosen = parse_action(understanding.action)
        return chosen.reason if isinstance(chosen, SetReason) else None
    return understanding.entity("reason")


def _read(before: Conversation, message: InboundMessage, understanding: Understanding) -> Read | None:
    """How words were read, where that took more than reading them exactly."""
    if not message.text or understanding.action is not None or understanding.confidence >= 1.0:
        return None
    asked = before.stack[-1].asking if before.stack else None
    reason, resolution = understanding.entity("reason"), understanding.entity("resolution")
    confidence, act = round(understanding.confidence, 2), understanding.entity("act")
    return Read(understanding.intent.value, confidence, asked, reason, resolution, act)


def _outcome(before: Conversation, step: Step) -> tuple[Outcome | None, str | None]:
    """How the talk ends with this step, and with which case; None while it goes on."""
    if step.hand_over is not None:
        return Outcome.HANDED_OVER, step.hand_over.case_no
    if not step.changes:
        return None, None
    change = step.changes[-1]
    case = change.case
    is_new = change.previous_version == 0 or case.case_no == before.slots.case_no
    match case.state:
        case CaseState.WITHDRAWN:
            return (None if step.conversation.stack else Outcome.WITHDRAWN), case.case_no
        case CaseState.OFFERED | CaseState.COLLECTING:
            return None, None
        case CaseState.REJECTED if is_new:
            return Outcome.REFUSED, case.case_no
        case CaseState.UNDER_REVIEW if is_new:
            return Outcome.UNDER_REVIEW, case.case_no
        case state if is_new and state in _UNDER_WAY:
            return Outcome.SUBMITTED, case.case_no
        case _:
            return Outcome.UPDATED, case.case_no


def _ended(tally: Tally, outcome: Outcome, at: datetime, case_no: str | None) -> Ended:
    return Ended(
        outcome=outcome,
        since=tally.since,
        at=at,
        turns=tally.turns,
        misses=tally.misses,
        repairs=tally.repairs,
        stated=tally.stated,
        found=tally.found,
        case_no=case_no,
    )
