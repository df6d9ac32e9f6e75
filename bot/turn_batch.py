"""One batch of messages, thought through: what each conversation becomes, what is replied and what changes; pure.

Everything here is computed from what was read before; nothing awaits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

import msgspec

from bot.lanes import Waiting
from bot.turn_errors import RateLimited
from dialogs.actions import spoken_language
from dialogs.conversation import Conversation
from dialogs.engine import Step
from dialogs.facts import Facts, Needs
from dialogs.flows.waiting import QUEUE, is_for_the_queue
from dialogs.insight import Noted, noted
from dialogs.messages import Choice, InboundMessage, Locale, Reply
from dialogs.proof import ProofChange
from dialogs.texts.catalogue import say
from dialogs.understanding import Understanding
from refund_core.cases import CaseChange
from refund_core.ids import Ids
from refund_core.replacing import replace
from storage.awaited_media import MediaFailure
from storage.message_store import inbound_body, reply_json, stamp
from storage.send_store import SendNote, send_id
from storage.turn_store import ReplyToSave, SendToSave, TurnConversation, TurnToSave

BOT = "bot"
_MINUTE = timedelta(minutes=1)
_MISSING: Mapping[MediaFailure, str] = MappingProxyType(
    {
        "not_evidence": "evidence.not_evidence",
        "too_large": "evidence.too_large",
        "too_many": "evidence.too_many",
        "gone": "evidence.gone",
        "unreachable": "evidence.unreachable",
    }
)
_encode = msgspec.json.Encoder().encode


class StepFunction(Protocol):
    """The dialog's step()."""

    def __call__(
        self,
        conversation: Conversation,
        message: InboundMessage,
        understanding: Understanding,
        facts: Facts,
        *,
        now: datetime,
        ids: Ids,
    ) -> Step:
        """One turn."""
        ...


@dataclass(frozen=True, slots=True)
class Dialog:
    """What thinks: reading a message, which facts that wants, the step, and the words for a message that failed."""

    read: Callable[[Conversation, InboundMessage], Understanding]
    needs: Callable[[Conversation, InboundMessage, Understanding], Needs]
    step: StepFunction
    apology: Callable[[Locale], Reply]


@dataclass(slots=True, eq=False)
class Turn:
    """A message with its conversation as read, and what became of it so far; signal is what the live pages are told."""

    waiting: Waiting
    before: TurnConversation
    state: Conversation
    understanding: Understanding | None = None
    needs: Needs | None = None
    save: TurnToSave | None = None
    answer_parts: tuple[bytes, ...] = ()
    changes: tuple[CaseChange, ...] = ()
    signal: str = "reply"
    noted: Noted | None = None
    proof: ProofChange | None = None

    def saved(self) -> TurnToSave:
        """What is to be saved; only a thought turn has it."""
        if self.save is None:
            raise RuntimeError("the turn was not thought through")
        return self.save


class ChangedWorld(Exception):
    """The world changed under turns of a transaction that many share: they step again, the others are saved again."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        super().__init__(len(turns))
        self.turns = turns


def within_limit(state: Conversation, per_minute: int, *, now: datetime) -> Conversation:
    """The conversation with this message counted; 0 per minute means no limit. Raises RateLimited."""
    if per_minute == 0:
        return state
    started = state.minute_started
    if started is None or not timedelta(0) <= now - started < _MINUTE:
        return replace(state, minute_started=now, minute_count=1)
    if state.minute_count >= per_minute:
        raise RateLimited(max(1, ceil((started + _MINUTE - now).total_seconds())))
    return replace(state, minute_count=state.minute_count + 1)


def understand(dialog: Dialog, turn: Turn) -> None:
    """Read the message and note which facts it wants; while a person holds the conversation, nothing.

    Who still waits for one is answered about the waiting alone, and can end it. What still lies with a platform is read
    when it is there.
    """
    waiting, holder = turn.waiting, turn.state.holder
    if waiting.media or (waiting.resumed is not None and not _is_something_said(waiting.message)):
        return
    if holder != BOT and not (holder == QUEUE and is_for_the_queue(turn.state, waiting.message)):
        return
    if waiting.understanding is not None and waiting.read_version == turn.before.version:
        turn.understanding = waiting.understanding
    else:
        turn.understanding = dialog.read(turn.state, waiting.message)
    turn.needs = dialog.needs(turn.state, waiting.message, turn.understanding)


def think(dialog: Dialog, turn: Turn, facts: Facts | None, *, now: datetime) -> None:
    """Step the conversation and prepare what is saved and answered."""
    if turn.understanding is None or facts is None:
        _prepare(turn, Step(turn.state), _as_spoken(turn), now=now)
        return
    ids, message = Ids(turn.waiting.turn_id), turn.waiting.message
    step = dialog.step(turn.state, message, turn.understanding, facts, now=now, ids=ids)
    if turn.state.holder == QUEUE:
        turn.signal = "reply" if step.conversation.holder == QUEUE else "returned"
        _prepare(turn, step, step.conversation, now=now)
        return
    if spoken_language(message.action) is not None:
        _prepare(turn, step, replace(step.conversation, tally=turn.state.tally), now=now)
        return
    seq = _place_of(turn)
    tally, turn.noted = noted(turn.state, message, turn.understanding, step, seq=seq, now=now)
    if step.hand_over is not None and step.hand_over.is_later:
        state = replace(step.conversation, tally=tally, waiting_since=turn.state.waiting_since or now)
    elif step.hand_over is not None:
        turn.signal = "handover"
        epoch = turn.state.epoch + 1
        state = replace(step.conversation, tally=tally, holder=QUEUE, epoch=epoch, waiting_since=now)
    else:
        state = replace(step.conversation, tally=tally)
    _prepare(turn, step, state, now=now)


def _is_something_said(message: InboundMessage) -> bool:
    return bool(message.text or message.action or message.attachments)


def _place_of(turn: Turn) -> int:
    resumed = turn.waiting.resumed
    return turn.before.last_seq + 1 if resumed is None else resumed.seq


def _missing(turn: Turn) -> tuple[Reply, ...]:
    """What is said of pictures and videos that will not be there."""
    resumed = turn.waiting.resumed
    if resumed is None or not resumed.missing:
        return ()
    keys = dict.fromkeys(_MISSING[reason] for reason in resumed.missing)
    return tuple(Reply(say(key, turn.state.locale), sender="system") for key in keys)


def _as_spoken(turn: Turn) -> Conversation:
    """A language that is chosen while a person holds the conversation is kept for what is said afterwards."""
    message, state = turn.waiting.message, turn.state
    locale = spoken_language(message.action) or (message.locale if message.is_locale_chosen else None)
    return state if locale in {None, state.locale} else replace(state, locale=locale)


def think_failed(dialog: Dialog, turn: Turn, *, now: datetime) -> None:
    """Prepare the turn of a message that cannot be handled: the consumer is told, the conversation stays as it was."""
    apology = dialog.apology(turn.state.locale)
    waiting = turn.waiting
    waiting.media = ()
    if waiting.resumed is None:
        waiting.message = InboundMessage(waiting.message.message_id, waiting.message.at, text="")
    _prepare(turn, Step(turn.state, (apology,)), turn.state, now=now)


def _prepare(turn: Turn, step: Step, state: Conversation, *, now: datetime) -> None:
    before, waiting = turn.before, turn.waiting
    said_until, seed = before.last_seq + (waiting.resumed is None), waiting.turn_id.int
    at, saves, parts = stamp(now), [], []
    for place, reply in enumerate((*_missing(turn), *step.replies), 1):
        body = _encode(reply)
        seq = said_until + place
        saves.append(ReplyToSave(UUID(int=seed + place), seq, reply.sender, reply.agent, body))
        parts.append(reply_json(seq, at, body))
    turn.answer_parts, turn.changes, turn.proof = tuple(parts), step.changes, step.proof
    turn.save = TurnToSave(
        before,
        _after(before, state, said_until + len(saves)),
        waiting.turn_id,
        inbound_body(waiting.message, _shown(turn.state), state.locale),
        waiting.message.message_id,
        waiting.body_hash,
        tuple(saves),
        None if turn.noted is None else _encode(turn.noted),
        _send(turn, said_until, said_until + len(saves), now) if waiting.sending and saves else None,
        waiting.media,
        waiting.resumed is not None,
    )


def _send(turn: Turn, after: int, to: int, now: datetime) -> SendToSave | None:
    waiting, sending = turn.waiting, turn.waiting.sending
    if sending is None:
        return None
    conversation_id = turn.before.conversation_id
    note = SendNote(str(conversation_id), after, to, edits=sending.edits)
    not_before = now + timedelta(seconds=sending.hold_seconds) if sending.hold_seconds else None
    return SendToSave(send_id(conversation_id, waiting.message.message_id), _encode(note), not_before)


def _after(before: TurnConversation, state: Conversation, last_seq: int) -> TurnConversation:
    return TurnConversation(
        before.conversation_id,
        before.merchant_id,
        before.channel,
        before.customer_id,
        before.customer,
        state,
        before.version + 1,
        last_seq,
    )


def _shown(state: Conversation) -> Sequence[Choice]:
    return state.asked.choices if state.asked is not None else ()
