"""What goes wrong between a message and its answer, and that no message is lost, doubled or answered twice by it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from bot.turns import TurnLimits
from storage.database import Database, open_database
from storage.ids import new_id
from tests.integration.turns.proxy import answer_swallower
from tests.integration.turns.shop import (
    APOLOGY,
    MERCHANT_ID,
    EchoDialog,
    all_of,
    loop_over,
    messages_of,
    new_conversation,
    said,
    texts,
)

ONE_AT_A_TIME = TurnLimits(batches_in_flight=1)


@pytest.fixture
async def stranger(fresh_database: str) -> AsyncIterator[Any]:
    """A connection of somebody else."""
    connection = await asyncpg.connect(fresh_database)
    yield connection
    await connection.close()


async def test_a_conversation_that_somebody_holds_keeps_no_other_waiting(database: Database, stranger: Any) -> None:
    held, *others = [await new_conversation(database) for _ in range(100)]

    async with loop_over(database) as loop, stranger.transaction():
        await stranger.execute("SELECT 1 FROM conversation WHERE id = $1 FOR UPDATE", held)
        waiting = loop.say(held, *said("hello"))
        answers = await all_of(*(loop.say(other, *said("hello")) for other in others))
        assert not waiting.done()
        await stranger.execute("ROLLBACK; BEGIN")
        late = await waiting

    assert [texts(answer) for answer in answers] == [["1: hello"]] * 99
    assert texts(late) == ["1: hello"]


@pytest.mark.parametrize("text", ["poison", "unstorable"])
async def test_a_message_that_fails_alone_is_buried_and_the_others_flow(database: Database, text: str) -> None:
    conversations = [await new_conversation(database) for _ in range(10)]
    poison = said(text)

    async with loop_over(database) as loop:
        failed = loop.say(conversations[3], *poison)
        others = await all_of(*(loop.say(each, *said("hello")) for each in conversations if each != conversations[3]))
        answer = await failed
        again = await loop.say(conversations[3], *poison)
        after = await loop.say(conversations[3], *said("and now?"))

    assert [texts(other) for other in others] == [["1: hello"]] * 9
    assert texts(answer) == texts(again) == [APOLOGY]
    assert texts(after) == ["1: and now?"]
    (row,) = await database.fetch("SELECT merchant_id, source, raw FROM buried")
    assert (row["merchant_id"], row["source"]) == (MERCHANT_ID, "turn")
    assert text.encode() in row["raw"]


async def test_a_deadlock_is_tried_again_as_a_whole(database: Database, stranger: Any) -> None:
    first, second = [await new_conversation(database) for _ in range(2)]

    async with loop_over(database, limits=ONE_AT_A_TIME) as loop:
        await stranger.execute("BEGIN")
        await take_place(stranger, first, seq=1)
        waiting = all_of(*(loop.say(each, *said("hello")) for each in (first, second)))
        task = asyncio.ensure_future(waiting)
        await waiting_backend(database)
        await stranger.execute("SELECT 1 FROM conversation WHERE id = $1 FOR UPDATE", second)
        await stranger.execute("ROLLBACK")
        answers = await task

    assert [answer.seq for answer in answers] == [2, 2]
    for conversation in (first, second):
        assert len(await messages_of(database, conversation)) == 2


async def test_a_connection_ended_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    database: Database, stranger: Any
) -> None:
    conversations = [await new_conversation(database) for _ in range(10)]

    async with loop_over(database, limits=ONE_AT_A_TIME) as loop:
        await stranger.execute("BEGIN")
        await take_place(stranger, conversations[0], seq=1)
        task = asyncio.ensure_future(all_of(*(loop.say(each, *said("hello")) for each in conversations)))
        await stranger.execute("SELECT pg_terminate_backend($1)", await waiting_backend(database))
        await stranger.execute("ROLLBACK")
        answers = await task

    assert [answer.seq for answer in answers] == [2] * 10
    for conversation in conversations:
        assert await messages_of(database, conversation) == [(1, "customer", "hello"), (2, "bot", "1: hello")]


async def test_a_commit_whose_answer_is_lost_has_one_effect_and_is_answered(
    fresh_database: str, database: Database
) -> None:
    conversations = [await new_conversation(database) for _ in range(10)]

    async with (
        answer_swallower(fresh_database) as swallower,
        open_database(swallower.url, pool_size=2) as unreliable,
        loop_over(unreliable, limits=ONE_AT_A_TIME) as loop,
    ):
        await all_of(*(loop.say(each, *said("hello")) for each in conversations))
        swallower.swallow_next()
        answers = await all_of(*(loop.say(each, *said("again")) for each in conversations))
        assert swallower.swallowed.is_set()

    assert [texts(answer) for answer in answers] == [["2: again"]] * 10
    for conversation in conversations:
        assert [text for _, _, text in await messages_of(database, conversation)][2:] == ["again", "2: again"]


async def test_two_loops_on_one_conversation_keep_order_and_lose_nothing(fresh_database: str) -> None:
    async with open_database(fresh_database) as one, open_database(fresh_database) as other:
        conversation = await new_conversation(one)

        async with loop_over(one) as first, loop_over(other) as second:
            answers = await all_of(
                *(loop.say(conversation, *said(f"{number}")) for number in range(20) for loop in (first, second))
            )

        stored = await messages_of(one, conversation)
    assert [seq for seq, _, _ in stored] == list(range(1, 81))
    assert sorted(int(text.split(":")[0]) for answer in answers for text in texts(answer)) == list(range(1, 41))


async def test_two_processes_on_one_conversation_keep_order_and_lose_nothing(
    fresh_database: str, database: Database
) -> None:
    conversation = await new_conversation(database)
    command = (sys.executable, "-m", "tests.integration.turns.talker", fresh_database, str(conversation), "25")

    talkers = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    assert [await talker.wait() for talker in talkers] == [0, 0]

    stored = await messages_of(database, conversation)
    assert [seq for seq, _, _ in stored] == list(range(1, 101))
    assert [int(text.split(":")[0]) for _, sender, text in stored if sender == "bot"] == list(range(1, 51))


async def test_a_database_that_is_away_for_a_moment_loses_nothing(database: Database, stranger: Any) -> None:
    conversations = [await new_conversation(database) for _ in range(5)]

    async with loop_over(database) as loop:
        await all_of(*(loop.say(each, *said("hello")) for each in conversations))
        for _ in range(3):
            waiting = asyncio.ensure_future(all_of(*(loop.say(each, *said("more")) for each in conversations)))
            await stranger.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'refundbot'"
                " AND datname = current_database()"
            )
            await waiting

    for conversation in conversations:
        rows = await stranger.fetch("SELECT seq FROM message WHERE conversation_id = $1 ORDER BY seq", conversation)
        assert [row[0] for row in rows] == list(range(1, 9))


async def test_messages_that_failed_alone_are_stepped_no_more(database: Database) -> None:
    dialog, conversation, poison = EchoDialog(), await new_conversation(database), said("poison")

    async with loop_over(database, dialog) as loop:
        await loop.say(conversation, *poison)

    assert dialog.stepped == ["poison"]


async def take_place(connection: Any, conversation_id: UUID, *, seq: int) -> None:
    """Insert a message at a place and keep the transaction open: whoever wants that place waits."""
    await connection.execute(
        "INSERT INTO message (id, merchant_id, conversation_id, seq, sender, at, body) "
        "VALUES ($1, $2, $3, $4, 'system', now(), '{}')",
        new_id(), MERCHANT_ID, conversation_id, seq,
    )  # fmt: skip


async def waiting_backend(database: Database) -> int:
    """The process of the loop's statement, once it waits for somebody's lock."""
    async with asyncio.timeout(10):
        while True:
            rows = await database.fetch(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if rows:
                return int(rows[0]["pid"])
