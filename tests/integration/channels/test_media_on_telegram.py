"""Pictures on Telegram: words and picture are one turn, and the desk shows what is awaited and what is missing."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.telegram_stage import bot_of, start_token
from tests.integration.channels.test_wechat import DELIVERED
from tests.integration.desk.desk import FRAGMENT, Staff, hire
from tests.integration.desk.test_live_pages import next_event, opened
from tests.pictures import picture
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram

AGAIN_SECONDS = 700


@pytest.fixture
async def fake(shop: Shop) -> AsyncIterator[FakeTelegram]:
    async with bot_of(shop) as running:
        yield running


@pytest.fixture
async def person(shop: Shop, fake: FakeTelegram) -> Person:
    """Somebody who has bought something, and is asked why they want to give it back."""
    await shop.api("POST", "/orders", order(status="delivered", shipments=[DELIVERED]))
    somebody = Person(fake, language="en")
    await somebody.start(start_token(shop))
    for start in ("order:", "lines:all"):
        await somebody.sees_button(start)
        await somebody.press(start)
    await somebody.sees_button("reason:")
    return somebody


@pytest.fixture
async def staff(shop: Shop) -> AsyncIterator[Staff]:
    wang = await hire(shop, "wang", "Wang")
    await wang.log_in()
    yield wang
    await wang.http.close()


async def talk(shop: Shop) -> str:
    (row,) = await shop.base.db.fetch("SELECT id FROM conversation")
    return str(row["id"])


async def shown(staff: Staff, conversation: str) -> str:
    _, page = await staff.get(f"/desk/conversations/{conversation}/messages", headers=FRAGMENT)
    return page


async def test_words_and_picture_are_one_turn_once_the_picture_is_there(
    shop: Shop, fake: FakeTelegram, person: Person
) -> None:
    gate = asyncio.Event()
    fake.fault("file", "slow", until=gate)
    before = len(person.bot_messages)

    status = await person.send_photo(picture(), caption="the teapot arrived broken")
    said = len(person.bot_messages)
    gate.set()
    messages = await person.sees(lambda messages: len(messages) > before)

    assert (status, said) == (200, before)
    assert not any("Please send pictures" in message.text for message in messages[before:])
    (row,) = await shop.base.db.fetch("SELECT body FROM message WHERE body->>'text' = 'the teapot arrived broken'")
    assert b'"attachments": ["a' in bytes(row["body"])


async def test_words_are_answered_also_where_their_picture_is_none(fake: FakeTelegram, person: Person) -> None:
    before = len(person.bot_messages)

    await person.send_photo(b"GIF89a, no picture of any kind that is taken", caption="the teapot arrived broken")
    messages = await person.sees(lambda messages: any("Please send pictures" in one.text for one in messages))

    assert any("could not be taken" in message.text for message in messages[before:])


async def test_the_desk_shows_a_picture_that_is_awaited_and_then_the_picture(
    shop: Shop, fake: FakeTelegram, person: Person, staff: Staff
) -> None:
    gate, page = asyncio.Event(), await opened(staff)
    fake.fault("file", "slow", until=gate)

    await person.send_photo(picture())
    woken = await next_event(page)
    awaited = await shown(staff, await talk(shop))
    gate.set()
    there = await until(lambda: _with_picture(shop, staff))

    assert woken == b"event: wake\n"
    assert await next_event(page) == b"event: wake\n"
    assert "A picture or video is being fetched." in awaited
    assert "<img" not in awaited
    assert "A picture or video is being fetched." not in there
    page.close()


async def test_the_desk_says_why_a_picture_is_missing_in_both_languages(
    shop: Shop, fake: FakeTelegram, person: Person, staff: Staff
) -> None:
    await person.send_photo(b"GIF89a, no picture of any kind that is taken")
    await person.sees(lambda messages: any("could not be taken" in message.text for message in messages))
    english = await shown(staff, await talk(shop))
    await staff.post("/desk/language", locale="zh-CN")
    chinese = await shown(staff, await talk(shop))

    assert "缺少图片或视频" in chinese
    assert "不是可以收取的" in chinese
    assert "A picture or video is missing." in english
    assert "It is not a picture or video that can be taken." in english


async def test_a_picture_waits_until_there_is_room_for_it_again(shop: Shop, fake: FakeTelegram, person: Person) -> None:
    in_the_way = shop.settings.data_dir / "attachments"
    in_the_way.write_text("a file where the folder should be", encoding="utf-8")
    before = len(person.bot_messages)

    status = await person.send_photo(picture())
    await until(lambda: _is_put_off(shop))
    in_the_way.unlink()
    shop.clock.move(AGAIN_SECONDS)
    await person.sees(lambda messages: len(messages) > before)

    kept = await shop.base.db.fetch("SELECT media_type FROM attachment")
    assert status == 200
    assert [row["media_type"] for row in kept] == ["image/jpeg"]


async def _with_picture(shop: Shop, staff: Staff) -> str:
    page = await shown(staff, await talk(shop))
    return page if "<img" in page else ""


async def _is_put_off(shop: Shop) -> bool:
    sql = "SELECT 1 FROM outbox WHERE kind = 'media.fetch' AND leased_until IS NULL AND last_error IS NOT NULL"
    return bool(await shop.base.db.fetch(sql))
