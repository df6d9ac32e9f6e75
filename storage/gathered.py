"""Asking for many at once: who asks while a statement is under way is asked for together with the others by the next.

So a statement takes as many as come while the one before it runs: one where little happens, many under load.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from storage.errors import NotConnected, OutcomeUnknown

_Asked = TypeVar("_Asked")
_Told = TypeVar("_Told")
TOGETHER_MAX = 64


@dataclass(slots=True, eq=False)
class _Waiting(Generic[_Asked, _Told]):
    asked: _Asked
    future: "asyncio.Future[_Told]"


class Gathered(Generic[_Asked, _Told]):
    """One kind of question, each time to as many as wait for its answer, in their order.

    ask answers all in the order asked, or raises having written nothing, or OutcomeUnknown. What it raises for several
    it is asked again in halves, so that one that cannot be asked disturbs no other; but not where no half could be
    asked either: OutcomeUnknown and NotConnected are told to all. Two with one key are never asked together, the later
    one comes with a later statement.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[_Asked]], Awaitable[Sequence[_Told]]],
        *,
        key: Callable[[_Asked], Hashable],
        together_max: int = TOGETHER_MAX,
    ) -> None:
        self._ask = ask
        self._key = key
        self._together_max = together_max
        self._waiting: deque[_Waiting[_Asked, _Told]] = deque()
        self._runner: asyncio.Task[None] | None = None

    async def __call__(self, asked: _Asked) -> _Told:
        """The answer for this one. A caller that is cancelled does not know the outcome."""
        waiting = _Waiting[_Asked, _Told](asked, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._runner is None:
            self._runner = asyncio.create_task(self._run(), name="gathered")
        return await waiting.future

    async def _run(self) -> None:
        try:
            while self._waiting:
                together = self._next()
                try:
                    await self._answer(together)
                finally:
                    _fail_all(together)  # those that have no answer: the process ends
        finally:
            self._runner = None
            _fail_all(self._waiting)
            self._waiting.clear()

    def _next(self) -> "list[_Waiting[_Asked, _Told]]":
        together: dict[Hashable, _Waiting[_Asked, _Told]] = {}
        later: deque[_Waiting[_Asked, _Told]] = deque()
        while self._waiting and len(together) < self._together_max:
            waiting = self._waiting.popleft()
            if together.setdefault(self._key(waiting.asked), waiting) is not waiting:
                later.append(waiting)
        self._waiting.extendleft(reversed(later))
        return list(together.values())

    async def _answer(self, together: "Sequence[_Waiting[_Asked, _Told]]") -> None:
        try:
            told = await self._ask([waiting.asked for waiting in together])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told to those whom it concerns
            if len(together) == 1 or isinstance(error, OutcomeUnknown | NotConnected):
                _fail_all(together, error)
                return
            half = len(together) // 2
            await self._answer(together[:half])
            await self._answer(together[half:])
            return
        for waiting, answer in zip(together, told, strict=True):
            if not waiting.future.done():
                waiting.future.set_result(answer)


def _fail_all(unanswered: "Iterable[_Waiting[_Asked, _Told]]", error: Exception | None = None) -> None:
    for waiting in unanswered:
        if not waiting.future.done():
            waiting.future.set_exception(error or OutcomeUnknown("gathered"))
