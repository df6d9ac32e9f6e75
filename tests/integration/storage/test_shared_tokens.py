"""A platform's token that all processes share: one fetches it, everybody uses it, and it lies encrypted in Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from refund_core.sending import SendLater
from storage import shared_tokens
from storage.crypto import Vault
from storage.shared_tokens import SharedTokens, open_tokens

VAULT = Vault(b"k" * 32)
NAME = "weixin:wxba5fad812f8e6fb9"
KEY = f"refundbot:token:{NAME}"
LOCK = f"{KEY}:lock"
NOBODY = "redis://127.0.0.1:9"


@dataclass
class Platform:
    """Gives a new token at each call, once it is released; what it is told to raise it raises once."""

    seconds: float = 7_200.0
    calls: int = 0
    fault: Exception | None = None
    called: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self) -> tuple[str, float]:
        self.calls += 1
        number = self.calls
        self.called.set()
        await self.released.wait()
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault
        return f"t-{number}", self.seconds


@pytest.fixture
def platform() -> Platform:
    ready = Platform()
    ready.released.set()
    return ready


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator["Redis"]:
    async with Redis.from_url(redis_url) as opened:
        yield opened


@pytest.fixture
async def processes(redis_url: str) -> AsyncIterator[list[SharedTokens]]:
    """Three, each with connections of its own."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_tokens(redis_url, VAULT)) for _ in range(3)]


async def test_many_calls_of_several_processes_at_once_fetch_one_token(
    processes: list[SharedTokens], redis: "Redis"
) -> None:
    platform = Platform()
    await redis.config_resetstat()

    asking = [asyncio.create_task(each.token(NAME, platform.fetch)) for each in processes for _ in range(5)]
    async with asyncio.timeout(10):
        await platform.called.wait()
        while await _tries(redis) < len(processes):
            await asyncio.wait(asking, timeout=0.01)
    platform.released.set()

    assert set(await asyncio.gather(*asking)) == {"t-1"}
    assert platform.calls == 1


async def test_a_token_that_the_platform_refused_is_replaced_once_for_all(
    processes: list[SharedTokens], platform: Platform
) -> None:
    first = await processes[0].token(NAME, platform.fetch)

    replaced = await asyncio.gather(*(each.token(NAME, platform.fetch, refused=first) for each in processes))
    late = await processes[0].token(NAME, platform.fetch, refused=first)

    assert (first, set(replaced), late, platform.calls) == ("t-1", {"t-2"}, "t-2", 2)


@pytest.mark.parametrize(("seconds", "held"), [(7_200.0, 6_900.0), (60.0, 5.0)])
async def test_it_is_asked_for_anew_five_minutes_before_its_end(
    processes: list[SharedTokens], platform: Platform, redis: "Redis", seconds: float, held: float
) -> None:
    platform.seconds = seconds
    await processes[0].token(NAME, platform.fetch)

    left = await redis.pttl(KEY) / 1_000

    assert held - 4 < left <= held


async def test_it_lies_in_redis_encrypted_and_opens_with_no_other_key(
    processes: list[SharedTokens], platform: Platform, redis: "Redis", redis_url: str
) -> None:
    await processes[0].token(NAME, platform.fetch)

    kept = await redis.get(KEY)
    async with open_tokens(redis_url, Vault(b"x" * 32)) as stranger:
        other = await stranger.token(NAME, platform.fetch)

    assert kept
    assert b"t-1" not in kept
    assert other == "t-2"


async def test_who_could_not_fetch_keeps_nobody_waiting(
    processes: list[SharedTokens], platform: Platform, redis: "Redis"
) -> None:
    platform.fault = SendLater(5.0, "NOT_REACHED")

    with pytest.raises(SendLater, match="NOT_REACHED"):
        await processes[0].token(NAME, platform.fetch)

    assert not await redis.exists(LOCK)
    assert await processes[1].token(NAME, platform.fetch) == "t-2"


async def test_where_a_process_died_while_it_fetched_another_one_takes_over(
    processes: list[SharedTokens], platform: Platform, redis: "Redis"
) -> None:
    await redis.set(LOCK, "of one that died", px=200)

    assert await processes[0].token(NAME, platform.fetch) == "t-1"


async def test_who_fetches_for_too_long_makes_others_try_later(
    processes: list[SharedTokens], platform: Platform, redis: "Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_tokens, "_FETCH_SECONDS_MAX", 0.2)
    await redis.set(LOCK, "of one that fetches")

    with pytest.raises(SendLater):
        await processes[0].token(NAME, platform.fetch)

    assert (platform.calls, await redis.get(LOCK)) == (0, b"of one that fetches")


async def test_where_redis_is_gone_each_process_fetches_once_for_itself(platform: Platform) -> None:
    async with open_tokens(NOBODY, VAULT) as alone:
        tokens = await asyncio.gather(*(alone.token(NAME, platform.fetch) for _ in range(5)))
        again = await alone.token(NAME, platform.fetch, refused="t-1")

    assert (set(tokens), again, platform.calls) == ({"t-1"}, "t-2", 2)


async def _tries(redis: "Redis") -> int:
    """How often somebody tried to be the one who fetches."""
    counted = await redis.info("commandstats")
    return int(counted.get("cmdstat_set", {}).get("calls", 0))
