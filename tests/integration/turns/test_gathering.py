"""How many messages go together: as many as others are working on, unless that takes too long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from bot.turns import TurnLimits, TurnLoop
from storage.database import Database
from tests.integration.turns.shop import all_of, loop_over, new_conversation, said
from tests.integration.turns.test_failures import take_place, waiting_backend


@pytest.fixture
async def stranger(fresh_database: str) -> AsyncIterator[Any]:
    """A connection of somebody else."""
    connection = await asyncpg.connect(fresh_database)
    yield connection
    await connection.close()


@asynccontextmanager
async def two_stuck(database: Database, loop: TurnLoop, stranger: Any) -> AsyncIterator[None]:
    """A batch of two messages that waits for somebody else's commit until the block ends."""
    first, second = [await new_conversation(database) for _ in range(2)]
    await stranger.execute("BEGIN")
    await take_place(stranger, first, seq=1)
    stuck = asyncio.ensure_future(all_of(*(loop.say(each, *said("hello")) for each in (first, second))))
    await waiting_backend(database)
    yield
    await stranger.execute("ROLLBACK")
    await stuck


async def test_fewer_messages_than_are_being_saved_wait_to_go_together(database: Database, stranger: Any) -> None:
    third, fourth = [await new_conversation(database) for _ in range(2)]

    async with (
        loop_over(database, limits=TurnLimits(gather_seconds_max=60)) as loop,
        two_stuck(database, loop, stranger),
    ):
        one = loop.say(third, *said("hello"))
        other = loop.say(fourth, *said("hello"))
        await all_of(one, other)

    assert await transactions_of(database, third, fourth) == 1


async def test_one_message_does_not_wait_long_for_others(database: Database, stranger: Any) -> None:
    third = await new_conversation(database)

    async with (
        loop_over(database, limits=TurnLimits(gather_seconds_max=0.001)) as loop,
        two_stuck(database, loop, stranger),
    ):
        answer = await loop.say(third, *said("hello"))

    assert answer.seq == 2


async def test_one_message_goes_at_once_when_nothing_is_being_saved(database: Database) -> None:
    alone = await new_conversation(database)

    async with loop_over(database, limits=TurnLimits(gather_seconds_max=60)) as loop:
        answer = await loop.say(alone, *said("hello"))

    assert answer.seq == 2


async def transactions_of(database: Database, *conversations: UUID) -> int:
    rows = await database.fetch(
        "SELECT count(DISTINCT xmin::text) FROM message WHERE conversation_id = ANY($1::uuid[])", conversations
    )
    return int(rows[0][0])
