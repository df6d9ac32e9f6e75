"""Work that goes on beside the requests: each piece in a task of its own, started again when it fails."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog

PAUSE_SECONDS = 1.0
PAUSE_SECONDS_MAX = 30.0
_log = structlog.get_logger()

Work = Callable[[], Coroutine[Any, Any, None]]


@asynccontextmanager
async def working(works: Mapping[str, Work], *, stop_seconds: float) -> AsyncIterator[None]:
    """Run all works until the block ends; then each has stop_seconds to come to its end before it is cancelled hard."""
    tasks = [asyncio.create_task(_kept_going(name, work), name=name) for name, work in works.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            _, unfinished = await asyncio.wait(tasks, timeout=stop_seconds)
            for task in unfinished:
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
