"""Answers on their way to Telegram: said anew, on the desk, or sent later, and never lost without a word."""

from collections.abc import AsyncIterator

import pytest

from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.channels.telegram_stage import bot_of
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram


@pytest.fixture
async def fake(shop: Shop) -> AsyncIterator[FakeTelegram]:
    """A Bot API at which the shop has a bot."""
    async with bot_of(shop) as running:
        yield running


@pytest.fixture
async def person(fake: FakeTelegram) -> Person:
    """Somebody who has been greeted and shown what can be done."""
    somebody = Person(fake, language="en")
    await somebody.write("hello")
    await somebody.sees_button("start:refund")
    return somebody


async def test_where_our_message_is_gone_the_answer_comes_as_a_new_one(person: Person, fake: FakeTelegram) -> None:
    shown = person.bot_messages[-1]
    shown.markup = {"inline_keyboard": [[{"text": "back", "callback_data": "back"}]]}
    fake.fault("editMessageText", "refused")

    await person.press("back", on=shown)
    await person.sees(lambda messages: len(messages) == 2)

    assert len(fake.calls("editMessageText")) == 1


async def test_a_message_that_was_put_right_is_said_anew_once_and_the_first_one_stays(
    shop: Shop, person: Person, fake: FakeTelegram
) -> None:
    await person.write("where is my parcell")
    written = person.messages[-1] if not person.messages[-1].is_bots else person.messages[-2]

    edited = await person.edit(written, "my refund, where is it?")
    again = await fake.deliver(fake.state.last_sent)

    rows = await shop.base.db.fetch("SELECT body->>'text' AS text FROM message WHERE sender = 'customer' ORDER BY seq")
    assert (edited, again) == (200, 200)
    assert [row["text"] for row in rows] == ["hello", "where is my parcell", "my refund, where is it?"]


async def test_an_answer_that_is_refused_beside_a_record_is_on_the_desk(
    shop: Shop, person: Person, fake: FakeTelegram
) -> None:
    fake.fault("sendMessage", "refused")

    await person.press("human")

    assert "refused" in await _buried(shop)
    assert len(fake.calls("editMessageReplyMarkup")) == 1


async def test_too_many_requests_are_sent_when_the_time_has_come(
    shop: Shop, person: Person, fake: FakeTelegram
) -> None:
    fake.fault("sendMessage", "flood", seconds=30)
    await person.write("hello again")
    await until(lambda: _calls(fake, 2))
    assert len(person.bot_messages) == 1

    await until(lambda: _waits(shop))
    shop.clock.move(31)
    await person.sees(lambda messages: len(messages) == 2)

    assert len(fake.calls("sendMessage")) == 3


async def test_what_is_said_to_who_blocked_the_bot_waits_until_they_write(
    shop: Shop, person: Person, fake: FakeTelegram
) -> None:
    await person.block()
    before = len(fake.calls("sendMessage"))
    await shop.base.db.fetch("UPDATE channel_identity SET left_at = NULL")  # the block was not told to us
    fake.state.blocked.add(person.number)
    await person.write("hello from somebody else's phone")
    await until(lambda: _calls(fake, before + 1))
    await until(lambda: _has_left(shop))

    await person.unblock()
    await person.write("hello, it is me again")
    await person.sees(lambda messages: len(messages) >= 2)


async def _buried(shop: Shop) -> str:
    async def reason() -> str | None:
        rows = await shop.base.db.fetch("SELECT last_error FROM outbox WHERE buried_at IS NOT NULL")
        return rows[0]["last_error"] if rows else None

    return str(await until(reason))


async def _waits(shop: Shop) -> bool:
    rows = await shop.base.db.fetch(
        "SELECT 1 FROM outbox WHERE kind = 'channel.send' AND done_at IS NULL AND not_before > $1", shop.clock.now()
    )
    return bool(rows)


async def _has_left(shop: Shop) -> bool:
    return bool(await shop.base.db.fetch("SELECT 1 FROM channel_identity WHERE left_at IS NOT NULL"))


async def _calls(fake: FakeTelegram, count: int) -> bool:
    return len(fake.calls("sendMessage")) >= count
