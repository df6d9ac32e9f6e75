"""Work that goes on beside the requests: each piece in a task of its own, started again when it fails."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

PAUSE_SECONDS = 1.0
PAUSE_SECONDS_MAX = 30.0
_CANCEL_AGAIN_SECONDS = 0.1
_log = structlog.get_logger()

Work = Callable[[], Coroutine[Any, Any, None]]


@asynccontextmanager
async def working(works: Mapping[str, Work], *, stop_seconds: float) -> AsyncIterator[None]:
    """Run all works until the block ends; then they are cancelled and have stop_seconds to come to their end."""
    tasks = [asyncio.create_task(_kept_going(name, work), name=name) for name, work in works.items()]
    try:
        yield
    finally:
        await end_by(tasks, asyncio.get_running_loop().time() + stop_seconds)


async def to_their_end(tasks: Collection["asyncio.Task[Any]"]) -> None:
    """Wait until all are done, however often the waiter is cancelled meanwhile."""
    while left := [task for task in tasks if not task.done()]:
        with suppress(asyncio.CancelledError):
            await asyncio.wait(left)


async def end_by(tasks: Collection["asyncio.Task[None]"], deadline: float) -> None:
    """Cancel until all have ended, up to a time of the loop: a driver may swallow one that meets a running command."""
    left = set(tasks)
    while left and asyncio.get_running_loop().time() < deadline:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN_SECONDS)
    for task in left:
        _log.warning("background.unfinished", work=task.get_name())


async def _kept_going(name: str, work: Work) -> None:
    pause = PAUSE_SECONDS
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - whatever it was, it is logged, and the work goes on
            _log.error("background.failed", work=name, error=type(error).__name__, exc_info=error)
        if asyncio.get_running_loop().time() - started > PAUSE_SECONDS_MAX:
            pause = PAUSE_SECONDS
        await asyncio.sleep(pause)
        pause = min(pause * 2, PAUSE_SECONDS_MAX)
