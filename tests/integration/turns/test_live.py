"""The live bus: wakes whoever listens, and costs nothing but time when it is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from redis.asyncio import Redis

from storage.database import Database
from storage.live import Live, Wakeup, open_live
from tests.integration.turns.shop import MERCHANT_ID, all_of, loop_over, messages_of, new_conversation, said


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[Live]:
    async with open_live(redis_url) as opened:
        yield opened


async def listening(live: Live, redis_url: str, count: int) -> "asyncio.Task[list[Wakeup]]":
    """A task that ends with the next so many wake-ups; it is subscribed already."""

    async def listen() -> list[Wakeup]:
        async with aclosing(live.subscribe()) as wakeups:  # type: ignore[type-var] # an async generator
            return [await anext(wakeups) for _ in range(count)]

    task = asyncio.create_task(listen())
    async with Redis.from_url(redis_url) as redis, asyncio.timeout(10):
        while not (await redis.pubsub_numsub(live.channel))[0][1]:
            await asyncio.wait((task,), timeout=0.01)
    return task


async def test_a_saved_turn_wakes_whoever_listens(database: Database, live: Live, redis_url: str) -> None:
    conversations = [await new_conversation(database) for _ in range(3)]
    heard = await listening(live, redis_url, 3)

    async with loop_over(database, live=live) as loop:
        await all_of(*(loop.say(each, *said("hello")) for each in conversations))

    assert set(await heard) == {Wakeup(MERCHANT_ID, each) for each in conversations}


async def test_a_hand_over_is_told_as_one(database: Database, live: Live, redis_url: str) -> None:
    conversation = await new_conversation(database)
    heard = await listening(live, redis_url, 1)

    async with loop_over(database, live=live) as loop:
        await loop.say(conversation, *said("human"))

    assert await heard == [Wakeup(MERCHANT_ID, conversation, "handover")]


async def test_a_refused_or_repeated_message_wakes_nobody(database: Database, live: Live, redis_url: str) -> None:
    conversation, message = await new_conversation(database), said("hello")
    heard = await listening(live, redis_url, 2)

    async with loop_over(database, live=live) as loop:
        await loop.say(conversation, *message)
        await loop.say(conversation, *message)
        await loop.say(conversation, *said("human"))

    assert [wakeup.kind for wakeup in await heard] == ["reply", "handover"]


async def test_turns_go_on_without_redis(database: Database) -> None:
    conversation = await new_conversation(database)

    async with open_live("unix:///tmp/there-is-no-redis.sock") as live, loop_over(database, live=live) as loop:
        answer = await loop.say(conversation, *said("hello"))
        assert not await live.is_alive()

    assert answer.seq == 2
    assert len(await messages_of(database, conversation)) == 2


async def test_wake_ups_that_cannot_be_read_are_passed_over(live: Live, redis_url: str) -> None:
    heard = await listening(live, redis_url, 1)

    async with Redis.from_url(redis_url) as redis:
        await redis.publish(live.channel, "nonsense")
    await live.wake(MERCHANT_ID, [MERCHANT_ID])

    assert await heard == [Wakeup(MERCHANT_ID, MERCHANT_ID)]


async def test_a_listener_goes_on_after_its_connection_was_cut(live: Live, redis_url: str) -> None:
    heard = await listening(live, redis_url, 1)

    async with Redis.from_url(redis_url) as redis:
        await redis.client_kill_filter(_type="pubsub")
    async with asyncio.timeout(20):
        while not heard.done():
            await live.wake(MERCHANT_ID, [MERCHANT_ID])
            await asyncio.wait((heard,), timeout=0.05)

    assert await heard == [Wakeup(MERCHANT_ID, MERCHANT_ID)]
