"""Turns on a real database: one effect and one answer a message, in order."""

import asyncio

import msgspec
import pytest

from bot.turn_errors import Conflict, NoSuchConversation, RateLimited
from bot.turns import TurnLimits
from storage.database import Database
from storage.ids import new_id
from storage.message_store import read_messages
from tests.integration.turns.shop import (
    MERCHANT_ID,
    EchoDialog,
    MovableClock,
    all_of,
    loop_over,
    messages_of,
    new_conversation,
    said,
    texts,
)


async def test_a_message_is_answered_when_it_is_stored_with_its_replies(database: Database) -> None:
    conversation = await new_conversation(database)

    async with loop_over(database) as loop:
        answer = await loop.say(conversation, *said("hello"))

    assert texts(answer) == ["1: hello"]
    assert answer.seq == 2
    assert await messages_of(database, conversation) == [(1, "customer", "hello"), (2, "bot", "1: hello")]


async def test_what_is_answered_is_what_is_read_again(database: Database) -> None:
    conversation = await new_conversation(database)

    async with loop_over(database) as loop:
        answer = await loop.say(conversation, *said("hello"))

    stored = await read_messages(database, MERCHANT_ID, conversation, after=1)
    assert [msgspec.json.decode(reply) for reply in answer.replies] == [
        msgspec.json.decode(message.as_reply()) for message in stored
    ]


async def test_messages_of_one_conversation_keep_their_order_without_a_gap(database: Database) -> None:
    conversation = await new_conversation(database)

    async with loop_over(database) as loop:
        await all_of(*(loop.say(conversation, *said(f"m{number}")) for number in range(50)))

    stored = await messages_of(database, conversation)
    assert [seq for seq, _, _ in stored] == list(range(1, 101))
    assert [text for _, sender, text in stored if sender == "customer"] == [f"m{number}" for number in range(50)]


async def test_the_same_message_at_once_has_one_effect_and_one_answer(database: Database) -> None:
    conversation, message = await new_conversation(database), said("hello")

    async with loop_over(database) as loop:
        answers = await all_of(*(loop.say(conversation, *message) for _ in range(5)))

    assert len(await messages_of(database, conversation)) == 2
    assert len({msgspec.json.encode(msgspec.json.decode(answer.as_json()), order="sorted") for answer in answers}) == 1


async def test_the_same_message_later_is_answered_as_before_whatever_came_between(database: Database) -> None:
    conversation, message = await new_conversation(database), said("hello")

    async with loop_over(database) as loop:
        first = await loop.say(conversation, *message)
        await loop.say(conversation, *said("more"))
        again = await loop.say(conversation, *message)

    assert msgspec.json.decode(first.as_json()) == msgspec.json.decode(again.as_json())
    assert len(await messages_of(database, conversation)) == 4


async def test_the_same_id_with_another_text_is_a_conflict_and_changes_nothing(database: Database) -> None:
    conversation, first = await new_conversation(database), said("hello")
    other = said("something else", first[0].message_id)

    async with loop_over(database) as loop:
        await loop.say(conversation, *first)
        with pytest.raises(Conflict):
            await loop.say(conversation, *other)

    assert len(await messages_of(database, conversation)) == 2


async def test_a_conversation_that_is_not_there_is_refused(database: Database) -> None:
    async with loop_over(database) as loop:
        with pytest.raises(NoSuchConversation):
            await loop.say(new_id(), *said("hello"))


async def test_a_sender_who_leaves_loses_nothing(database: Database) -> None:
    conversation = await new_conversation(database)

    async with loop_over(database) as loop:
        waiting = asyncio.ensure_future(loop.say(conversation, *said("hello")))
        waiting.cancel()
        await loop.say(conversation, *said("still there?"))

    assert [text for _, _, text in await messages_of(database, conversation)] == [
        "hello",
        "1: hello",
        "still there?",
        "2: still there?",
    ]


async def test_a_loop_that_ends_finishes_what_it_took(database: Database) -> None:
    conversations = [await new_conversation(database) for _ in range(20)]

    async with loop_over(database) as loop:
        waiting = [loop.say(conversation, *said("bye")) for conversation in conversations]

    assert all(future.done() and future.result().seq == 2 for future in waiting)


async def test_more_messages_a_minute_than_allowed_are_refused_and_not_stored(database: Database) -> None:
    conversation, clock = await new_conversation(database), MovableClock()
    limits = TurnLimits(messages_per_minute=2)

    async with loop_over(database, limits=limits, clock=clock) as loop:
        first = said("one")
        before = await loop.say(conversation, *first)
        await loop.say(conversation, *said("two"))
        clock.move(30)
        with pytest.raises(RateLimited) as refused:
            await loop.say(conversation, *said("three"))
        again = await loop.say(conversation, *first)
        clock.move(31)
        later = await loop.say(conversation, *said("four"))

    assert refused.value.seconds_to_wait == 30
    assert again.seq == before.seq
    assert texts(later) == ["3: four"]


async def test_a_batch_holds_one_message_a_conversation_and_steps_every_message_once(database: Database) -> None:
    dialog, conversations = EchoDialog(), [await new_conversation(database) for _ in range(10)]

    async with loop_over(database, dialog) as loop:
        await all_of(*(loop.say(each, *said(f"{round_}")) for round_ in range(3) for each in conversations))

    assert len(dialog.stepped) == 30
    for conversation in conversations:
        assert [text for _, _, text in await messages_of(database, conversation)][::2] == ["0", "1", "2"]
