"""Access tokens of platforms in Redis, encrypted: one process fetches and all use it.

Losing Redis costs each process a fetch.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from refund_core.sending import SendLater
from storage.crypto import CannotDecrypt, Vault

_PREFIX = "refundbot:token:"
_CONTEXT = "shared-token"
_EARLY_SECONDS = 300.0
_HELD_SECONDS_MIN = 5.0
_FETCH_SECONDS_MAX = 15.0
_LOOK_SECONDS = 0.05
# Only who holds the lock may end it: it may have passed to another process.
_UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
Fetch = Callable[[], Awaitable[tuple[str, float]]]
_log = structlog.get_logger()


class SharedTokens:
    """The Tokens of channels.channel, for every process on one Redis."""

    def __init__(self, redis: "Redis", vault: Vault) -> None:
        self._redis = redis
        self._vault = vault
        self._locks: dict[str, asyncio.Lock] = {}
        self._own: dict[str, tuple[str, float]] = {}

    async def token(self, name: str, fetch: Fetch, *, refused: str | None = None) -> str:
        """The token of that name; where there is none, or it is the one that was refused, one process fetches it.

        Raises SendLater where another process fetches for too long, and whatever fetch raises.
        """
        async with self._locks.setdefault(name, asyncio.Lock()):
            own = self._own.get(name)
            if own is not None and own[0] != refused and monotonic() < own[1]:
                return own[0]
            try:
                return await self._shared(name, fetch, refused)
            except (RedisError, OSError) as error:
                _log.warning("tokens.alone", error=type(error).__name__)
                value, seconds = await fetch()
                self._own[name] = (value, monotonic() + max(seconds - _EARLY_SECONDS, _HELD_SECONDS_MIN))
                return value

    async def _shared(self, name: str, fetch: Fetch, refused: str | None) -> str:
        deadline = monotonic() + _FETCH_SECONDS_MAX
        while monotonic() < deadline:
            known = await self._read(name)
            if known is not None and known != refused:
                return known
            mine = secrets.token_hex(16)
            if await self._redis.set(_lock(name), mine, nx=True, px=int(_FETCH_SECONDS_MAX * 1000)):
                try:
                    return await self._fetch(name, fetch, refused)
                finally:
                    await self._redis.eval(_UNLOCK, 1, _lock(name), mine)
            await asyncio.sleep(_LOOK_SECONDS)
        raise SendLater(1.0, "token")

    async def _fetch(self, name: str, fetch: Fetch, refused: str | None) -> str:
        known = await self._read(name)  # another process may have been faster than this one's lock
        if known is not None and known != refused:
            return known
        value, seconds = await fetch()
        held = max(seconds - _EARLY_SECONDS, _HELD_SECONDS_MIN)
        await self._redis.set(_PREFIX + name, self._vault.encrypt(value, context=_CONTEXT), px=int(held * 1000))
        return value

    async def _read(self, name: str) -> str | None:
        raw = await self._redis.get(_PREFIX + name)
        if raw is None:
            return None
        try:
            return self._vault.decrypt(raw if isinstance(raw, bytes) else raw.encode(), context=_CONTEXT)
        except CannotDecrypt:
            return None


@asynccontextmanager
async def open_tokens(url: str, vault: Vault) -> AsyncIterator[SharedTokens]:
    """Tokens on redis://host:port/number or unix:///path/to/socket."""
    async with Redis.from_url(url, health_check_interval=30) as redis:
        yield SharedTokens(redis, vault)


def _lock(name: str) -> str:
    return f"{_PREFIX}{name}:lock"
