"""Who holds a conversation: what the bot had to say before a person took over is never said after it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from bot.turns import TurnLoop, TurnParts
from dialogs.facts import Merchant
from dialogs.messages import Reply
from storage.database import Database
from storage.desk_store import change_holder
from storage.message_store import NotAppended, append_messages, read_messages
from storage.transaction import Transaction, transact
from tests.integration.turns.shop import (
    MERCHANT_ID,
    NOON,
    EchoDialog,
    MovableClock,
    any_merchant,
    loop_over,
    messages_of,
    new_conversation,
    said,
    texts,
)

STAFF = "0192f3a0-0000-7000-8000-000000000007"


async def take_over(db: Database, conversation: UUID, *, to: str = STAFF, epoch: int = 0) -> int | None:
    async def work(tx: Transaction) -> int | None:
        return await change_holder(tx, MERCHANT_ID, conversation, to=to, seen_epoch=epoch, now=NOON)

    return await transact(db, work, name="take over")


def loop_interrupted_by(db: Database, dialog: EchoDialog, interrupt: Callable[[], Awaitable[object]]) -> TurnLoop:
    """A loop in which something happens once, after the conversation was read and before it is stepped."""
    pending = [interrupt]

    async def merchant(merchant_id: UUID) -> Merchant:
        if pending:
            await pending.pop()()
        return await any_merchant(merchant_id)

    return TurnLoop(TurnParts(db, dialog.as_dialog(), merchant, MovableClock()))


async def test_what_the_bot_thought_of_before_a_take_over_is_not_said_after_it(database: Database) -> None:
    conversation, dialog = await new_conversation(database), EchoDialog()
    loop = loop_interrupted_by(database, dialog, lambda: take_over(database, conversation))

    async with loop.running():
        answer = await loop.say(conversation, *said("hello"))

    assert dialog.stepped == ["hello"]
    assert answer.replies == ()
    assert await messages_of(database, conversation) == [(1, "customer", "hello")]


async def test_what_the_bot_thought_of_is_said_when_nobody_took_over(database: Database) -> None:
    conversation, other = await new_conversation(database), await new_conversation(database)
    loop = loop_interrupted_by(database, EchoDialog(), lambda: take_over(database, other))

    async with loop.running():
        answer = await loop.say(conversation, *said("hello"))

    assert texts(answer) == ["1: hello"]


async def test_a_step_that_hands_over_puts_the_conversation_in_the_queue(database: Database) -> None:
    conversation = await new_conversation(database)

    async with loop_over(database) as loop:
        handed = await loop.say(conversation, *said("human"))
        later = await loop.say(conversation, *said("the cup is broken"))

    assert texts(handed) == ["a person comes"]
    assert later.replies == ()
    assert later.seq == 3
    (row,) = await database.fetch("SELECT holder, epoch, waiting_since FROM conversation WHERE id = $1", conversation)
    assert tuple(row) == ("queue", 1, NOON)


async def test_the_bot_speaks_again_once_it_is_given_back(database: Database) -> None:
    conversation = await new_conversation(database)

    async with loop_over(database) as loop:
        await loop.say(conversation, *said("human"))
        assert await take_over(database, conversation, epoch=1) == 2
        assert await take_over(database, conversation, to="bot", epoch=2) == 3
        answer = await loop.say(conversation, *said("hello"))

    assert texts(answer) == ["1: hello"]
    (row,) = await database.fetch("SELECT holder, epoch FROM conversation WHERE id = $1", conversation)
    assert tuple(row) == ("bot", 3)


async def append(db: Database, conversation: UUID, *replies: Reply, **conditions: object) -> int:
    async def work(tx: Transaction) -> int:
        return await append_messages(tx, MERCHANT_ID, conversation, replies, now=NOON, **conditions)  # type: ignore[arg-type] # bool or int

    return await transact(db, work, name="append")


async def test_a_person_s_words_follow_what_was_said(database: Database) -> None:
    conversation = await new_conversation(database)

    async with loop_over(database) as loop:
        await loop.say(conversation, *said("hello"))
        assert await append(database, conversation, Reply("I am Li", sender="agent", agent="Li"), Reply("Well")) == 4
        answer = await loop.say(conversation, *said("good"))

    assert answer.seq == 6
    stored = await messages_of(database, conversation)
    assert [(seq, sender) for seq, sender, _ in stored] == [
        (1, "customer"), (2, "bot"), (3, "agent"), (4, "bot"), (5, "customer"), (6, "bot"),
    ]  # fmt: skip


async def test_words_meant_for_the_bot_s_time_are_not_said_while_a_person_holds(database: Database) -> None:
    conversation = await new_conversation(database)
    assert await append(database, conversation, Reply("Paid."), only_while_bot_holds=True) == 1

    await take_over(database, conversation)

    with pytest.raises(NotAppended):
        await append(database, conversation, Reply("Paid again."), only_while_bot_holds=True)
    assert len(await messages_of(database, conversation)) == 1


async def test_words_of_an_earlier_epoch_are_not_said(database: Database) -> None:
    conversation = await new_conversation(database)
    epoch = await take_over(database, conversation)
    await append(database, conversation, Reply("Yes?", sender="agent", agent="Li"), expected_epoch=epoch)

    await take_over(database, conversation, to="bot", epoch=1)

    with pytest.raises(NotAppended):
        await append(database, conversation, Reply("Yes?", sender="agent", agent="Li"), expected_epoch=epoch)


async def test_history_is_read_after_a_place_and_no_further_than_asked(database: Database) -> None:
    conversation = await new_conversation(database)
    await append(database, conversation, *(Reply(f"{number}") for number in range(1, 11)))

    messages = await read_messages(database, MERCHANT_ID, conversation, after=3, limit=4)

    assert [message.seq for message in messages] == [4, 5, 6, 7]


async def test_history_of_another_merchant_is_not_read(database: Database) -> None:
    conversation = await new_conversation(database)
    await append(database, conversation, Reply("secret"))

    assert await read_messages(database, UUID(int=7), conversation, after=0) == []
