"""The live bus on Redis: who should look again, and small signals; losing it loses nothing.

Nothing of what is said travels here, only that something was. Whoever listens also looks by itself now and then, so a
lost Redis makes a chat slower, never wrong.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from uuid import UUID

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

_CHANNEL = "refundbot:wakeups"
WAITING_MAX = 10_000
SEND_SECONDS_MAX = 2.0
GATHER_SECONDS = 0.02
RECONNECT_SECONDS = 0.5
RECONNECT_SECONDS_MAX = 5.0
_log = structlog.get_logger()


class Wakeup(msgspec.Struct, frozen=True, array_like=True):
    """Something happened in a conversation: "reply" (something was said), "typing", "handover" or "returned"."""

    merchant_id: UUID
    conversation_id: UUID
    kind: str = "reply"
    agent: str | None = None


_BATCHES = msgspec.json.Decoder(tuple[Wakeup, ...])


@dataclass(slots=True, eq=False)
class _Outgoing:
    wakeups: list[Wakeup]
    filled: asyncio.Event


class Live:
    """Publishes wake-ups and hands them to subscribers, in this process and in every other one.

    Redis' channels know no database numbers, so the number is in the channel's name: installations that share a server
    do not wake one another.
    """

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self.channel = f"{_CHANNEL}:{redis.connection_pool.connection_kwargs.get('db', 0)}"
        self._outgoing = _Outgoing([], asyncio.Event())
        self._listeners: list[Callable[[Wakeup], None]] = []

    def wake_soon(self, wakeups: Sequence[Wakeup]) -> None:
        """Publish without waiting and without failing; more than can be held are dropped."""
        room = WAITING_MAX - len(self._outgoing.wakeups)
        self._outgoing.wakeups.extend(wakeups[:room])
        self._outgoing.filled.set()

    async def wake(
        self, merchant_id: UUID, conversation_ids: Sequence[UUID], kind: str = "reply", agent: str | None = None
    ) -> None:
        """The same for one merchant's conversations."""
        self.wake_soon([Wakeup(merchant_id, each, kind, agent) for each in conversation_ids])

    async def run(self) -> None:
        """Send what was given to wake_soon, at most every few milliseconds all that waits at once, until cancelled."""
        while True:
            await self._outgoing.filled.wait()
            self._outgoing.filled.clear()
            wakeups, self._outgoing.wakeups = self._outgoing.wakeups, []
            is_sent = not wakeups or await self._publish(wakeups)
            await asyncio.sleep(GATHER_SECONDS if is_sent else RECONNECT_SECONDS)
            _end_if_cancelled()

    @contextmanager
    def heard_by(self, listener: Callable[[Wakeup], None]) -> Iterator[None]:
        """Until the block ends the listener is told what listen() hears."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    async def listen(self) -> None:
        """The one subscription of a process: tell all listeners of every wake-up, until cancelled."""
        async for wakeup in self.subscribe():
            for listener in self._listeners:
                listener(wakeup)

    async def subscribe(self) -> AsyncIterator[Wakeup]:
        """Every wake-up from now on; goes on over a lost Redis, and misses what was published meanwhile."""
        pause = RECONNECT_SECONDS
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as listening:
                    await listening.subscribe(self.channel)
                    _end_if_cancelled()
                    pause = RECONNECT_SECONDS
                    async for message in listening.listen():
                        for wakeup in _read(message["data"]):
                            yield wakeup
            except (RedisError, OSError) as error:
                _log.warning("live.lost", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, RECONNECT_SECONDS_MAX)

    async def is_alive(self) -> bool:
        """True when Redis answers."""
        try:
            async with asyncio.timeout(SEND_SECONDS_MAX):
                return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def _publish(self, wakeups: Sequence[Wakeup]) -> bool:
        try:
            async with asyncio.timeout(SEND_SECONDS_MAX):
                await self._redis.publish(self.channel, msgspec.json.encode(wakeups))
        except (RedisError, OSError) as error:
            _log.warning("live.not_sent", wakeups=len(wakeups), error=type(error).__name__)
            return False
        return True


@asynccontextmanager
async def open_live(url: str) -> AsyncIterator[Live]:
    """A bus on redis://host:port/number or unix:///path/to/socket, sending until the block ends."""
    async with Redis.from_url(url, health_check_interval=30) as redis:
        live = Live(redis)
        sending = asyncio.create_task(live.run(), name="live")
        try:
            yield live
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


def _end_if_cancelled() -> None:
    """redis-py may swallow a cancellation that meets a running command; it is raised again here."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _read(raw: bytes) -> tuple[Wakeup, ...]:
    try:
        return _BATCHES.decode(raw)
    except msgspec.DecodeError:
        _log.warning("live.unreadable")
        return ()
