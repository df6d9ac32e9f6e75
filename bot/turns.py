"""The turn loop: gathers the heads of all lanes, loads, thinks, saves the batch with one commit, and answers.

Workers take batches as they come free, so a batch grows with the load: what arrives while one is being saved is the
next. Most of a batch's cost is the same for any size, so a free worker waits a moment while less is there than others
are working on. No message has a task or a timer of its own; it has a future that its sender may leave at any time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import structlog

from bot.lanes import Answer, Lanes, Resumed, Sending, Waiting
from bot.turn_errors import OutcomeNotKnown, TooBusy
from bot.turn_parts import TurnLimits as TurnLimits
from bot.turn_parts import TurnParts as TurnParts
from bot.turn_work import TurnWork
from dialogs.messages import InboundMessage
from storage.awaited_media import MediaToSave
from storage.errors import OutcomeUnknown, TryAgain
from storage.ids import new_id
from storage.reading import CanFetch

_log = structlog.get_logger()


_DEFAULTS = TurnLimits()


class TurnLoop:
    """Takes messages and answers each when its turn is committed."""

    def __init__(self, parts: TurnParts, limits: TurnLimits = _DEFAULTS) -> None:
        self._limits = limits
        self._lanes = Lanes()
        self._work = TurnWork(parts, limits, self._lanes, self._wake)
        self._parts = parts
        self._sleeping: list[asyncio.Future[None]] = []
        self._in_flight = 0
        self._gathering: asyncio.TimerHandle | None = None
        self._is_gathered = False
        self._workers: list[asyncio.Task[None]] = []
        self._is_open = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator["TurnLoop"]:
        """Work until the block ends; then finish what was taken, within the limit for retries."""
        self._is_open = True
        count = self._limits.batches_in_flight
        self._workers = [asyncio.create_task(self._run(), name=f"turns {number}") for number in range(count)]
        try:
            yield self
        finally:
            self._is_open = False
            await self._finish()

    def say(
        self,
        conversation_id: UUID,
        message: InboundMessage,
        body_hash: bytes,
        sending: Sending | None = None,
        *,
        media: tuple[MediaToSave, ...] = (),
        resumed: Resumed | None = None,
    ) -> asyncio.Future[Answer]:
        """Take a message; the future holds its answer once that is committed.

        With media the answer says nothing: the message is stored, and resumed later. Cancelling the future stops
        nothing. It raises RateLimited, Conflict, TooBusy, NoSuchConversation, OutcomeNotKnown or TurnFailed; after all
        but Conflict the same message may be sent again.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        if not self._is_open or self._lanes.waiting >= self._limits.messages_waiting_max:
            future.set_exception(TooBusy())
            return future
        how = (sending, media, resumed)
        self._lanes.add(Waiting(new_id(), conversation_id, message, body_hash, future, loop.time(), *how))
        self._wake()
        return future

    @property
    def waiting(self) -> int:
        """How many messages are taken and not answered yet."""
        return self._lanes.waiting

    def _wake(self) -> None:
        """Let a worker go on, if there is enough for one."""
        if self._is_enough():
            self._wake_one()
        elif self._gathering is None and self._lanes.ready:
            loop = asyncio.get_running_loop()
            self._gathering = loop.call_later(self._limits.gather_seconds_max, self._end_gathering)

    def _is_enough(self) -> bool:
        """True when as much waits as is worked on, or has waited long enough."""
        ready = self._lanes.ready
        return ready > 0 and (self._is_gathered or ready >= self._in_flight)

    def _end_gathering(self) -> None:
        self._gathering, self._is_gathered = None, True
        self._wake_one()

    def _wake_one(self) -> None:
        while self._sleeping:
            sleeper = self._sleeping.pop()
            if not sleeper.done():
                sleeper.set_result(None)
                return

    async def _run(self) -> None:
        async with self._parts.db.kept() as db:
            while True:
                batch = await self._next_batch()
                self._in_flight += len(batch)
                try:
                    await self._do(db, batch)
                finally:
                    self._in_flight -= len(batch)

    async def _next_batch(self) -> list[Waiting]:
        while not self._is_enough():
            sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._sleeping.append(sleeper)
            self._wake()
            await sleeper
        self._is_gathered = False
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        return self._lanes.take(self._limits.messages_per_batch_max)

    async def _do(self, db: CanFetch, taken: list[Waiting]) -> None:
        """One batch to its end: again as a whole where nobody knows, in halves where something in it is wrong."""
        while taken:
            batch = object()
            try:
                await self._work.attempt(db, batch, taken)
                taken = []
            except (TryAgain, OutcomeUnknown) as error:
                taken = self._again(_left(taken, batch), error)
                await asyncio.sleep(self._limits.retry_pause_seconds if taken else 0)
            except Exception as error:  # noqa: BLE001 # whatever it is, it concerns some message of the batch
                taken = _left(taken, batch)
                if len(taken) == 1:
                    await self._work.bury(taken[0], error)
                    return
                await self._do(db, taken[: len(taken) // 2])
                taken = taken[len(taken) // 2 :]

    def _again(self, left: list[Waiting], error: Exception) -> list[Waiting]:
        """Those to try again at once, as one batch; after that they wait in their lanes, and no worker with them."""
        _log.warning("turns.again", messages=len(left), error=type(error).__name__)
        oldest = asyncio.get_running_loop().time() - self._limits.retry_seconds_max
        at_once = []
        for waiting in left:
            waiting.tries += 1
            self._work.forget(waiting.conversation_id)
            if waiting.arrived < oldest:
                self._work.finish(waiting, OutcomeNotKnown(type(error).__name__))
            elif waiting.tries > 1:
                self._work.give_back(waiting, pause_seconds=self._limits.retry_pause_seconds_max)
            else:
                at_once.append(waiting)
        return at_once

    async def _finish(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.retry_seconds_max):
                await self._lanes.drained.wait()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)


def _left(taken: list[Waiting], batch: object) -> list[Waiting]:
    """Those that were neither answered nor given back."""
    return [waiting for waiting in taken if waiting.owner is batch]
