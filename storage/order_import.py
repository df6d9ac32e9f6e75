"""Importing a long file of orders: batch after batch, the next one read while the last one is written."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

from refund_core.incoming import IncomingOrder, Rejected
from storage.order_writing import Stored
from storage.transaction import OutcomeUnknown, TryAgain

BATCH_ORDERS = 500
LINES_PER_TURN = 8
TRIES_MAX = 5

Line = tuple[int, IncomingOrder | Rejected]
OnRejected = Callable[[int, Rejected], None]
Store = Callable[[list[IncomingOrder]], Awaitable[list[Stored | Rejected]]]
OnProgress = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come."""

    lines: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


async def import_lines(
    store: Store,
    lines: Iterable[Line],
    *,
    on_rejected: OnRejected,
    on_progress: OnProgress | None = None,
) -> Progress:
    """Store the good lines and tell of the bad ones by their number; a bad line never stops the rest.

    store puts a batch away, one answer for each order. A connection lost on the way is tried again, since storing an
    order twice is harmless.
    """
    importer = _Importer(store)
    progress = Progress()
    running: asyncio.Task[Progress] | None = None
    try:
        async for batch in _batches(lines):
            progress = await running if running else progress
            _tell(on_progress, progress)
            running = asyncio.create_task(importer.take(progress, batch, on_rejected))
        progress = await running if running else progress
    except BaseException:
        if running is not None:
            running.cancel()
        raise
    _tell(on_progress, progress)
    return progress


@dataclass(frozen=True, slots=True)
class _Importer:
    store: Store

    async def take(self, progress: Progress, batch: list[Line], on_rejected: OnRejected) -> Progress:
        answers = iter(await self._store(batch))
        changes: Counter[str] = Counter()
        for line_no, item in batch:
            answer = item if isinstance(item, Rejected) else next(answers)
            if isinstance(answer, Rejected):
                on_rejected(line_no, answer)
            changes["rejected" if isinstance(answer, Rejected) else answer.change] += 1
        return Progress(
            lines=progress.lines + len(batch),
            created=progress.created + changes["created"],
            updated=progress.updated + changes["updated"],
            unchanged=progress.unchanged + changes["unchanged"],
            rejected=progress.rejected + changes["rejected"],
        )

    async def _store(self, batch: list[Line]) -> list[Stored | Rejected]:
        orders = [item for _, item in batch if isinstance(item, IncomingOrder)]
        for _ in range(TRIES_MAX - 1):
            try:
                return await self.store(orders)
            except (TryAgain, OutcomeUnknown):
                continue
        return await self.store(orders)


async def _batches(lines: Iterable[Line]) -> AsyncIterator[list[Line]]:
    """The lines by the batch; the batch being written gets its turn after every few lines read."""
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH_ORDERS:
            yield batch
            batch = []
        elif len(batch) % LINES_PER_TURN == 0:
            await asyncio.sleep(0)
    if batch:
        yield batch


def _tell(on_progress: OnProgress | None, progress: Progress) -> None:
    if on_progress is not None:
        on_progress(progress)
