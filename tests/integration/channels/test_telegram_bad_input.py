"""Attacks on the Telegram webhook: refused quickly, without effect, and the next message is answered."""

import gzip
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.telegram_stage import PATH, SECRET, bot_of
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram

HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}


@pytest.fixture
async def fake(shop: Shop) -> AsyncIterator[FakeTelegram]:
    """A Bot API at which the shop has a bot."""
    async with bot_of(shop) as running:
        yield running


@pytest.fixture
async def person(fake: FakeTelegram) -> Person:
    """Somebody who has been answered once."""
    somebody = Person(fake, language="en")
    await somebody.write("hello")
    await somebody.sees(lambda shown: shown)
    return somebody


async def test_the_next_message_is_answered(shop: Shop, person: Person) -> None:
    assert await person.write("hello again") == 200
    await person.sees(lambda shown: len(shown) == 2)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe\x00",
        b'{"update_id":1' + b',"message":{"message_id":1' * 20_000,
        b"[" * 500_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"update_id":1,"message":{"message_id":1,"date":1e400,"chat":{"id":1,"type":"private"}}}',
        b'{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":' + b"9" * 5_000 + b',"type":"private"}}}',
        b'{"update_id":1,"message":{"message_id":1,"date":1,"text":"\\ud800","chat":{"id":1,"type":"private"}}}',
    ],
    ids=[
        "nothing",
        "half",
        "null",
        "list",
        "no text",
        "cut",
        "brackets",
        "deep",
        "huge date",
        "huge id",
        "half of a pair",
    ],
)
async def test_what_is_no_update_is_refused_at_once_and_the_next_message_is_answered(
    shop: Shop, person: Person, raw: bytes
) -> None:
    began = time.thread_time()
    status, problem = await shop.call("POST", PATH, raw, headers=HEADERS)
    seconds = time.thread_time() - began

    assert (status, problem["type"]) == (400, "urn:refundbot:problem:payload")
    assert seconds < 0.05
    await test_the_next_message_is_answered(shop, person)


@pytest.mark.parametrize(("is_packed", "refused"), [(False, 413), (True, 415)])
async def test_a_body_over_the_limit_or_packed_is_refused_and_the_next_message_is_answered(
    shop: Shop, person: Person, is_packed: bool, refused: int
) -> None:
    raw, headers = b'{"update_id":1,"x":"' + b"x" * 20_000_000 + b'"}', dict(HEADERS)
    if is_packed:
        raw, headers = gzip.compress(raw), headers | {"Content-Encoding": "gzip"}

    status, _ = await shop.call("POST", PATH, raw, headers=headers)

    assert status == refused
    await test_the_next_message_is_answered(shop, person)


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET + "x"])
async def test_without_the_secret_nothing_is_read(shop: Shop, person: Person, secret: str | None) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    before = await _messages(shop)

    answers = [await shop.call("POST", PATH, raw, headers=headers) for raw in (b"{", json.dumps(_update()).encode())]

    assert [status for status, _ in answers] == [401, 401]
    assert await _messages(shop) == before


@pytest.mark.parametrize("data", ["@1.0", "@999999.0", "@2.999", "order:O-1", "status:CNOTMINE", "withdraw:CNOTMINE"])
async def test_a_forged_button_reaches_nothing_of_anybody_else(
    shop: Shop, fake: FakeTelegram, person: Person, data: str
) -> None:
    await shop.api("POST", "/orders", order())
    other = Person(fake, 777, "en")
    await other.write("hello")
    await other.sees(lambda shown: shown)
    shown = other.bot_messages[-1]
    shown.markup = {"inline_keyboard": [[{"text": "forged", "callback_data": data}]]}

    assert await other.press(data, on=shown) == 200
    await other.sees(lambda _: all(fake.state.queries.values()))
    await other.write("and now?")
    told = await other.sees(lambda shown: len(shown) >= 2)

    assert not any("O-1" in message.text or "¥" in message.text for message in told)
    assert not await shop.base.db.fetch("SELECT 1 FROM refund_case")


async def test_what_looks_like_markup_is_shown_as_it_is(shop: Shop, fake: FakeTelegram, person: Person) -> None:
    await person.write("<b>{merchant}</b> _x_ [a](http://evil) =cmd|' /C calc'!A0 /start")
    await person.sees(lambda shown: len(shown) == 2)

    assert all("parse_mode" not in call for call in fake.calls("sendMessage", "editMessageText"))


@pytest.mark.parametrize(
    "raw",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"0" * 100,
        b"%PDF-1.7" + b"0" * 100,
        b"",
    ],
    ids=["svg", "gif", "pdf", "empty"],
)
async def test_a_file_that_is_no_picture_is_told_and_kept_nowhere(shop: Shop, person: Person, raw: bytes) -> None:
    assert await person.send_photo(raw) == 200
    await person.sees(lambda shown: any("JPEG" in message.text for message in shown))

    assert not await shop.base.db.fetch("SELECT 1 FROM attachment")


async def _messages(shop: Shop) -> int:
    (row,) = await shop.base.db.fetch("SELECT count(*) AS n FROM message")
    return int(row["n"])


def _update() -> dict[str, Any]:
    chat = {"id": 5, "type": "private", "first_name": "x"}
    return {"update_id": 5, "message": {"message_id": 5, "date": 1, "chat": chat, "text": "refund"}}
