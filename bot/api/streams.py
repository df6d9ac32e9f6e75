"""Live chats: who in this process listens to which conversation, woken by Redis, or by a slow poll without it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from storage.live import Live, Wakeup

_RETRY_SECONDS = 1.0
_log = structlog.get_logger()


class TooManyStreams(Exception):
    """A conversation is watched from more places than is allowed."""


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream; notes are the small signals (typing, hand-over) since it last looked, newest last."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    notes: list[tuple[str, str | None]] = field(default_factory=list)


class StreamHub:
    """Wakes the streams of this process; a stream then reads the database, so a lost wake-up loses nothing."""

    def __init__(self, live: Live, *, per_conversation_max: int) -> None:
        self._live = live
        self._per_conversation_max = per_conversation_max
        self._listeners: dict[UUID, list[Listener]] = {}
        self._is_closing = False

    @property
    def is_closing(self) -> bool:
        """True when the process is about to end: streams close so that their clients go elsewhere."""
        return self._is_closing

    @property
    def open_count(self) -> int:
        """How many streams are open in this process."""
        return sum(len(listeners) for listeners in self._listeners.values())

    @contextmanager
    def listen(self, conversation_id: UUID) -> Iterator[Listener]:
        """Listen to one conversation. Raises TooManyStreams."""
        listeners = self._listeners.setdefault(conversation_id, [])
        if len(listeners) >= self._per_conversation_max:
            raise TooManyStreams
        listener = Listener()
        listeners.append(listener)
        try:
            yield listener
        finally:
            listeners.remove(listener)
            if not listeners:
                self._listeners.pop(conversation_id, None)

    async def run(self) -> None:
        """Pass wake-ups on until cancelled, to others in this process too; a lost Redis is tried again and again."""
        with self._live.heard_by(self._wake):
            while True:
                try:
                    await self._live.listen()
                except (OSError, ConnectionError) as error:
                    _log.warning("live.lost", kind=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)

    def _wake(self, wakeup: Wakeup) -> None:
        """Wake the conversation's streams in this process."""
        for listener in self._listeners.get(wakeup.conversation_id, ()):
            if wakeup.kind != "reply":
                listener.notes.append((wakeup.kind, wakeup.agent))
            listener.wake.set()

    def close(self) -> None:
        """Let every stream end."""
        self._is_closing = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.wake.set()
