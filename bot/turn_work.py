"""The work of one batch: read what it wants, think, save with one commit, and only then answer.

A message leaves its batch in one of two ways: it is finished (answered or refused), or it goes back to its lane because
its conversation is held by somebody else, has moved on, or its customer is in the batch already.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import structlog

from bot.lanes import Answer, Lanes, Waiting
from bot.turn_batch import BOT, ChangedWorld, Turn, think, understand, within_limit
from bot.turn_burial import bury
from bot.turn_cache import Bounded
from bot.turn_changes import case_changes, in_conversation, save_case_changes, save_proofs
from bot.turn_errors import Conflict, NoSuchConversation, RateLimited, TooBusy, TurnFailed
from bot.turn_facts import load_turn_facts
from bot.turn_parts import TurnLimits, TurnParts
from dialogs.flows.verify import is_code_asked
from dialogs.nlu.embedded import context_of
from dialogs.understanding import Nlu
from refund_core.replacing import replace
from storage.case_store import are_of_different_orders
from storage.fact_store import Known
from storage.known_cases import KnownCases
from storage.known_orders import KnownOrders
from storage.live import Wakeup
from storage.reading import CanFetch
from storage.transaction import OutcomeUnknown, Transaction, TryAgain, transact
from storage.turn_store import SavedAs, TurnConversation, load_answers, load_conversations, save_turns
from storage.whole_turn_store import NotAtOnce, save_whole_turns

_log = structlog.get_logger()


class TurnWork:
    """What the workers of one loop share."""

    def __init__(self, parts: TurnParts, limits: TurnLimits, lanes: Lanes, wake: Callable[[], None]) -> None:
        self._parts = parts
        self._limits = limits
        self._lanes = lanes
        self._wake = wake
        self._conversations: Bounded[UUID, TurnConversation] = Bounded(limits.conversations_cached_max)
        self._known = Known(KnownOrders(limits.orders_cached_max), KnownCases(limits.cases_cached_max))
        self._reading: set[asyncio.Task[None]] = set()

    async def attempt(self, db: CanFetch, batch: object, taken: Sequence[Waiting]) -> None:
        """Take the batch through once, over the worker's own connection.

        Messages that are still the batch's own after an error were neither answered nor given back.
        """
        for waiting in taken:
            waiting.owner = batch
        now = self._parts.clock.now()
        turns = await self._turns(taken, now)
        for turn in turns:
            understand(self._parts.dialog, turn)
        found = await load_turn_facts(self._parts, self._known, db, turns, now=now)
        for turn, facts in zip(turns, found, strict=True):
            think(self._parts.dialog, turn, facts, now=now)
        plain = [turn for turn in turns if turn.proof is None]
        await self._save(db, [turn for turn in plain if not turn.waiting.tries], now)
        again = [turn for turn in plain if turn.waiting.tries]
        await self._save(db, [turn for turn in again if not turn.changes], now)
        await self._save_apart(db, [turn for turn in again if turn.changes], now)
        if len(plain) < len(turns):
            await self._save_apart(db, [turn for turn in turns if turn.proof is not None], now)

    def finish(self, waiting: Waiting, outcome: Answer | Exception) -> None:
        """Answer a message or tell why there is no answer; its lane goes on."""
        waiting.owner = None
        if isinstance(outcome, Answer):
            waiting.answer(outcome)
        else:
            waiting.fail(outcome)
        self._lanes.finish(waiting)
        if self._lanes.ready:
            self._wake()

    def give_back(self, waiting: Waiting, *, pause_seconds: float = 0.0) -> None:
        """Put a message back at the front, at once or after a pause."""
        waiting.owner = None
        if pause_seconds:
            asyncio.get_running_loop().call_later(pause_seconds, self.give_back, waiting)
            return
        self._lanes.give_back(waiting)
        self._wake()

    def forget(self, conversation_id: UUID) -> None:
        """The conversation may have changed; read it anew."""
        self._conversations.forget(conversation_id)

    async def bury(self, waiting: Waiting, error: Exception) -> None:
        """Keep a message that failed alone for an operator, and tell the consumer so."""
        _log.error("turns.buried", conversation_id=str(waiting.conversation_id), error=repr(error))
        self.forget(waiting.conversation_id)
        try:
            outcome: Answer | Exception = await bury(self._parts, waiting, error)
        except Exception as second:  # noqa: BLE001 # the caller is told, and may send it again
            _log.exception("turns.not_buried", conversation_id=str(waiting.conversation_id))
            outcome = TurnFailed(repr(second))
        self.finish(waiting, outcome)

    async def _turns(self, taken: Sequence[Waiting], now: datetime) -> list[Turn]:
        conversations = await self._conversations_of(taken)
        turns: list[Turn] = []
        customers: set[UUID] = set()
        for waiting in taken:
            before = conversations.get(waiting.conversation_id)
            if before is None:
                self.finish(waiting, NoSuchConversation())
            elif before.customer_id in customers:
                self.give_back(waiting)
            elif self._is_read_elsewhere(waiting, before):
                waiting.owner = None
            else:
                if before.customer_id is not None:
                    customers.add(before.customer_id)
                turns.append(Turn(waiting, before, before.state))
        return await self._within_limit(turns, now)

    async def _conversations_of(self, taken: Sequence[Waiting]) -> dict[UUID, TurnConversation]:
        found, missing = {}, []
        for waiting in taken:
            known = self._conversations.get(waiting.conversation_id)
            if known is None:
                missing.append(waiting.conversation_id)
            else:
                found[waiting.conversation_id] = known
        if missing:
            read = await load_conversations(self._parts.db, missing)
            found.update(read)
            for conversation_id, conversation in read.items():
                self._conversations.put(conversation_id, conversation)
        return found

    def _is_read_elsewhere(self, waiting: Waiting, before: TurnConversation) -> bool:
        """True when a remote Nlu reads the text first; the message waits at the head of its lane meanwhile."""
        nlu, message = self._parts.nlu, waiting.message
        if nlu is None or waiting.is_read or not message.text or message.attachments or before.state.holder != BOT:
            return False
        if waiting.media or is_code_asked(before.state):
            return False
        waiting.is_read = True
        task = asyncio.create_task(self._read(nlu, waiting, before), name="understanding")
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)
        return True

    async def _read(self, nlu: Nlu, waiting: Waiting, before: TurnConversation) -> None:
        state = before.state
        try:
            async with asyncio.timeout(self._limits.understanding_seconds_max):
                text = waiting.message.text or ""
                context = replace(context_of(state), merchant=str(before.merchant_id))
                waiting.understanding = await nlu.understand(text, state.locale, context)
                waiting.read_version = before.version
        except Exception as error:  # noqa: BLE001 # the embedded understanding reads it then
            _log.warning("turns.not_understood_in_time", error=type(error).__name__)
        finally:
            self.give_back(waiting)

    async def _within_limit(self, turns: list[Turn], now: datetime) -> list[Turn]:
        if not self._limits.messages_per_minute:
            return turns
        kept = []
        for turn in turns:
            if turn.waiting.resumed is not None:
                kept.append(turn)
                continue
            try:
                turn.state = within_limit(turn.state, self._limits.messages_per_minute, now=now)
            except RateLimited as refused:
                think(self._parts.dialog, turn, None, now=now)
                await self._answer_as_then([turn], otherwise=refused)
            else:
                kept.append(turn)
        return kept

    async def _save(self, db: CanFetch, turns: list[Turn], now: datetime) -> None:
        while any(turn.changes or turn.proof for turn in turns):
            turns = await self._move(db, turns, now)
        if turns:
            await self._settle(turns, await save_turns(db, [turn.saved() for turn in turns], now=now))

    async def _save_apart(self, db: CanFetch, turns: Sequence[Turn], now: datetime) -> None:
        """Save turns one by one, so that none waits for the lock that another could not get before."""
        errors: list[TryAgain | OutcomeUnknown] = []
        for turn in turns:
            try:
                await self._save(db, [turn], now)
            except (TryAgain, OutcomeUnknown) as error:
                errors.append(error)
        if errors:
            raise errors[0]

    async def _move(self, db: CanFetch, turns: list[Turn], now: datetime) -> list[Turn]:
        """Save turns of which some change cases, all or none; those left to save where the world had changed."""
        saved = await self._save_at_once(db, turns, now)
        if saved is None:
            try:
                saved = await self._save_in_steps(turns, now)
            except ChangedWorld as changed:
                for turn in changed.turns:
                    await self._step_again(turn)
                return [turn for turn in turns if turn not in changed.turns]
        await self._settle(turns, saved)
        return []

    async def _save_at_once(self, db: CanFetch, turns: Sequence[Turn], now: datetime) -> list[SavedAs] | None:
        """With one statement; None where that could not be done, and nothing was saved."""
        changes = case_changes(turns)
        if any(turn.proof is not None or turn.waiting.is_stored_apart for turn in turns) or not are_of_different_orders(
            [change for _, change in changes]
        ):
            return None
        try:
            return await save_whole_turns(db, [turn.saved() for turn in turns], changes, now=now)
        except NotAtOnce:
            return None

    async def _save_in_steps(self, turns: Sequence[Turn], now: datetime) -> list[SavedAs]:
        """In one transaction, which tells for whom the world has changed. Raises ChangedWorld."""

        async def work(tx: Transaction) -> list[SavedAs]:
            saved = await save_turns(tx, [turn.saved() for turn in turns], now=now)
            new = [turn for turn, saved_as in zip(turns, saved, strict=True) if saved_as is SavedAs.SAVED]
            await save_case_changes(tx, new, now)
            await save_proofs(tx, self._parts.proving, new, now)
            return saved

        return await transact(self._parts.db, work, name="turns")

    async def _settle(self, turns: Sequence[Turn], saved: Sequence[SavedAs]) -> None:
        wakeups, known = [], []
        for turn, saved_as in zip(turns, saved, strict=True):
            match saved_as:
                case SavedAs.SAVED:
                    wakeups.append(self._saved(turn))
                case SavedAs.KNOWN:
                    known.append(turn)
                case SavedAs.PASSED_OVER:
                    self._passed_over(turn)
        if wakeups and self._parts.live is not None:
            self._parts.live.wake_soon(wakeups)
        if known:
            await self._answer_as_then(known, otherwise=TurnFailed())

    def _saved(self, turn: Turn) -> Wakeup:
        after = turn.saved().after
        self._conversations.put(after.conversation_id, after)
        for change in turn.changes:
            self._known.cases.put(after.merchant_id, in_conversation(turn, change.case))
        self.finish(turn.waiting, Answer(after.last_seq, turn.answer_parts, after.state))
        return Wakeup(after.merchant_id, after.conversation_id, turn.signal)

    def _passed_over(self, turn: Turn) -> None:
        """Somebody else holds the conversation or was faster: read it anew, after a pause if that happens again."""
        waiting = turn.waiting
        self.forget(waiting.conversation_id)
        waiting.passed_over += 1
        if waiting.passed_over == 1:
            self.give_back(waiting)
        elif asyncio.get_running_loop().time() - waiting.arrived > self._limits.retry_seconds_max:
            self.finish(waiting, TooBusy())
        else:
            self.give_back(waiting, pause_seconds=self._limits.busy_pause_seconds)

    async def _step_again(self, turn: Turn) -> None:
        waiting = turn.waiting
        waiting.steps += 1
        self.forget(waiting.conversation_id)
        if waiting.steps > self._limits.steps_max:
            await self.bury(waiting, TurnFailed(f"the world changed {waiting.steps} times"))
        else:
            self.give_back(waiting)

    async def _answer_as_then(self, turns: Sequence[Turn], *, otherwise: Exception) -> None:
        """Answer messages that came before as they were answered then."""
        stored = await load_answers(self._parts.db, [turn.saved() for turn in turns])
        for turn, answer in zip(turns, stored, strict=True):
            if answer is None:
                self.finish(turn.waiting, otherwise)
            elif answer.body_hash != turn.waiting.body_hash:
                self.finish(turn.waiting, Conflict())
            else:
                self.finish(turn.waiting, Answer(answer.seq, answer.replies))
