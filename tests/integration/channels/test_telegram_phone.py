"""A phone shared in Telegram tells who writes, where Telegram vouches for it and exactly one customer has it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from tests.integration.channels.telegram_stage import bot_of, start_token
from tests.integration.sms.rig import OTHER_PHONE, PHONE, Rig, open_rig
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram

PASSED_ON = {"type": "hidden_user", "sender_user_name": "Lin", "date": 1_795_665_000}


@pytest.fixture
async def rig(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Rig]:
    """A shop that can send codes."""
    async with open_rig(database, redis_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def fake(rig: Rig) -> AsyncIterator[FakeTelegram]:
    """A Bot API at which the shop has a bot."""
    async with bot_of(rig.shop) as running:
        yield running


@pytest.fixture
async def person(rig: Rig, fake: FakeTelegram) -> Person:
    """Somebody unknown who has asked for a refund, with a reason, and is asked to prove the order."""
    somebody = Person(fake, language="en")
    await somebody.write("/refund it arrived broken")
    await rig.work()
    assert [message.asks_contact for message in somebody.bot_messages][-1] == "Share my phone number"
    return somebody


async def who(rig: Rig) -> list[str | None]:
    """Whose identities there are on the platform."""
    rows = await rig.rows(
        "SELECT customer.external_id FROM channel_identity i LEFT JOIN customer ON customer.id = i.customer_id"
    )
    return [row["external_id"] for row in rows]


def said(person: Person) -> str:
    """All that the chat shows of us."""
    return "\n".join(f"{message.text} {message.buttons}" for message in person.bot_messages)


async def test_the_own_phone_of_one_customer_goes_on_with_what_was_asked_for(rig: Rig, person: Person) -> None:
    await rig.stock("DEMO-1003", phone=PHONE)
    await rig.stock("DEMO-2003", phone=OTHER_PHONE, customer="c-2")

    assert await person.share_phone(PHONE.removeprefix("+")) == 200
    await rig.work()
    assert "told me who you are" in said(person)
    shown = await person.sees_button("order:DEMO-1003")

    assert await who(rig) == ["c-1"]
    assert "DEMO-1003" in shown.text
    assert "DEMO-2003" not in said(person)


async def test_while_a_code_is_waited_for_the_phone_does_as_well_and_opens_that_order(rig: Rig, person: Person) -> None:
    await rig.stock("DEMO-1003")
    await rig.stock("DEMO-1004")
    await person.write("DEMO-1004")
    await rig.work()
    assert "6 digits" in said(person)

    await person.share_phone(PHONE)
    await rig.work()
    assert "told me who you are" in said(person)
    await rig.work()
    assert "DEMO-1004" in said(person)

    assert await who(rig) == ["c-1"]
    rows = await rig.rows("SELECT state->'slots'->>'order_no' AS order_no FROM conversation WHERE channel = 'telegram'")
    assert [row["order_no"] for row in rows] == ["DEMO-1004"]


@pytest.mark.parametrize(
    "forged",
    [
        {"owner": 5238471999},
        {"owner": 0},
        {"forward_origin": {"type": "hidden_user", "sender_user_name": "Lin", "date": 1}},
    ],
    ids=["another's", "nobody's", "passed on"],
)
async def test_a_contact_that_is_not_ones_own_shows_nothing_and_says_so(
    rig: Rig, person: Person, forged: dict[str, Any]
) -> None:
    await rig.stock("DEMO-1003")

    assert await person.share_phone(PHONE, **forged) == 200
    await rig.work()
    assert "not your own phone number" in said(person)

    assert await who(rig) == [None]
    assert "DEMO-1003" not in said(person)


@pytest.mark.parametrize("customers", [0, 2])
async def test_a_phone_of_nobody_or_of_two_shows_nothing_and_says_so(rig: Rig, person: Person, customers: int) -> None:
    await rig.stock("DEMO-9", phone=OTHER_PHONE, customer="c-9")
    for number in range(customers):
        await rig.stock(f"DEMO-{number}", customer=f"c-{number}")

    await person.share_phone(PHONE)
    await rig.work()
    assert "no customer has it, or more than one" in said(person)

    assert await who(rig) == [None]
    assert "DEMO-" not in said(person)


async def test_a_phone_of_another_merchants_customer_shows_nothing(rig: Rig, person: Person) -> None:
    other = await rig.shop.another_merchant("other")
    rig.shop.merchant, mine = other, rig.shop.merchant
    await rig.stock("DEMO-1003")
    rig.shop.merchant = mine

    await person.share_phone(PHONE)
    await rig.work()
    assert "no customer has it, or more than one" in said(person)

    assert await who(rig) == [None]


async def test_who_is_known_stays_who_they_are(rig: Rig, fake: FakeTelegram) -> None:
    await rig.stock("DEMO-1003")
    await rig.stock("DEMO-2003", phone=OTHER_PHONE, customer="c-2")
    somebody = Person(fake, language="en")
    await somebody.start(start_token(rig.shop, "c-2", None))
    await rig.work()
    await somebody.sees_button("order:DEMO-2003")

    await somebody.share_phone(PHONE)
    await rig.work()
    assert "You are signed in" in said(somebody)

    assert await who(rig) == ["c-2"]


async def test_the_number_is_stored_and_logged_nowhere_in_the_clear(rig: Rig, person: Person) -> None:
    await rig.stock("DEMO-1003")
    await person.share_phone(PHONE)
    await rig.work()
    assert "told me who you are" in said(person)

    rows = await rig.rows("SELECT (m.*)::text || (c.state)::text AS all FROM message m JOIN conversation c ON true")
    assert rows
    assert not any(PHONE[3:] in row["all"] for row in rows)
