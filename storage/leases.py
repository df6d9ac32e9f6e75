"""Who of several processes does a thing that one alone should do: a lease in Redis, held while it is renewed.

Losing Redis gives the lease to everybody, so what is done under it must bear being done twice.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

_PREFIX = "refundbot:lease:"
# One call takes a free lease or renews one's own.
_HOLD = """
local holder = redis.call('get', KEYS[1])
if holder == false or holder == ARGV[1] then redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2]) return 1 end
return 0
"""
_LEAVE = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"
_log = structlog.get_logger()


class Leases:
    """This process's leases."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._me = secrets.token_hex(16)

    async def hold(self, name: str, *, seconds: float) -> bool:
        """Take or renew a lease; False while another process holds it."""
        try:
            return bool(await self._redis.eval(_HOLD, 1, _PREFIX + name, self._me, str(int(seconds * 1000))))
        except (RedisError, OSError) as error:
            _log.warning("leases.alone", error=type(error).__name__)
            return True

    async def leave(self, name: str) -> None:
        """Let another process take it at once."""
        try:
            await self._redis.eval(_LEAVE, 1, _PREFIX + name, self._me)
        except (RedisError, OSError) as error:
            _log.warning("leases.not_left", error=type(error).__name__)


@asynccontextmanager
async def open_leases(url: str) -> AsyncIterator[Leases]:
    """Leases on redis://host:port/number or unix:///path/to/socket."""
    async with Redis.from_url(url, health_check_interval=30) as redis:
        yield Leases(redis)
