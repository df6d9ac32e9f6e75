"""Small things done beside what is being answered: owned until their end, their errors logged, none left at the end."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.background import end_by

STOP_SECONDS = 2.0
_log = structlog.get_logger()


class Beside:
    """Starts them, and knows all that have not ended."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> "asyncio.Task[None]":
        """Do it beside everything else."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self, *, seconds: float = STOP_SECONDS) -> None:
        """Let all come to their end for so many seconds, then cancel those that are left, with as long again."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        await end_by(tuple(self._tasks), asyncio.get_running_loop().time() + seconds)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("beside.failed", work=task.get_name(), error=type(error).__name__, exc_info=error)
