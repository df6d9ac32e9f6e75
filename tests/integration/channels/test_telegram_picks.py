"""Several goods of an order, and how many of each, chosen by buttons alone in Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.listening import listen
from bot.serving import running_app
from bot.working import open_work_parts
from channels.picks import pick_of
from storage.identity_store import identity_of
from storage.live import open_live
from storage.pick_store import pick, read_list
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.telegram_stage import PATH, bot_of, start_token
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram
from tests.servers.telegram.state import Message

LONG = "L" * 70
LINES = [
    {"line_no": "1", "title": "Teapot", "quantity": 3, "unit_price": 3_000},
    {"line_no": LONG, "title": "Cup", "quantity": 2, "unit_price": 1_000},
    {"line_no": "3", "title": "Tray", "quantity": 1, "unit_price": 1_300},
]


@pytest.fixture
async def fake(shop: Shop) -> AsyncIterator[FakeTelegram]:
    """A Bot API at which the shop has a bot."""
    async with bot_of(shop) as running:
        yield running


@pytest.fixture
async def person(shop: Shop, fake: FakeTelegram) -> Person:
    """Somebody who is asked which goods of their order it is about."""
    payments = [{"payment_no": "pay-O-1", "method": "sandbox", "amount": 12_300}]
    status, answer = await shop.api("POST", "/orders", order(lines=LINES, shipping_fee=0, payments=payments))
    assert status == 200, answer
    somebody = Person(fake, language="en")
    await somebody.start(start_token(shop))
    await somebody.sees_button("order:O-1")
    await somebody.press("order:O-1")
    await somebody.sees_button("Done (0")
    return somebody


async def ticked(person: Person, label: str, done: str) -> Message:
    """Presses, and waits for what the list then shows."""
    assert await person.press(label) == 200
    return await person.sees_button(done)


async def case_of(shop: Shop) -> list[tuple[str, int]]:
    """The lines of the one case, once there is one."""

    async def lines() -> list[tuple[str, int]]:
        _, cases = await shop.api("GET", "/cases")
        return [(line["line_no"], line["quantity"]) for case in cases["items"] for line in case["lines"]]

    found: list[tuple[str, int]] = await until(lines)
    return found


@asynccontextmanager
async def another_process(shop: Shop) -> AsyncIterator[str]:
    """The address of a server that knows of the first one only what the database tells."""
    listening = listen(shop.settings.host, shop.settings.port)
    try:
        async with (
            open_live(shop.base.addresses.redis_url) as live,
            open_work_parts(shop.base, live, sandbox_url=shop.settings.sandbox.url) as parts,
            running_app(shop.base, parts, listening),
        ):
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def seq_of(shown: Message) -> int:
    """The place of the list in its conversation, as its buttons name it."""
    picks = [pick_of(data) for data in shown.buttons.values()]
    return next(pick.seq for pick in picks if pick is not None)


def told(fake: FakeTelegram) -> list[str]:
    """The words over the chat that came with the acknowledgements of presses."""
    return [text for call in fake.calls("answerCallbackQuery") if (text := call.get("text"))]


async def test_two_lines_and_fewer_pieces_are_taken_together(shop: Shop, fake: FakeTelegram, person: Person) -> None:
    shown = await ticked(person, "1. Teapot", "Done (1")
    await person.press("3 / 3")
    await person.press("−")  # what people see
    await person.sees_button("2 / 3")
    await ticked(person, "2. Cup", "Done (2")
    seq = seq_of(shown)
    assert (shown.buttons["✅ 1. Teapot × 3"], shown.buttons["⬜ 3. Tray × 1"]) == (f"@{seq}.0=0", f"@{seq}.2=1")
    await person.press("Done (2")
    await person.sees_button("reason:no_longer_wanted")

    await person.press("reason:no_longer_wanted")

    assert await case_of(shop) == [("1", 2), (LONG, 2)]
    assert len(person.bot_messages) <= 2
    assert all(fake.state.queries.values())
    assert told(fake) == []


async def test_what_was_picked_before_a_restart_is_taken_after_it(
    shop: Shop, fake: FakeTelegram, person: Person
) -> None:
    await ticked(person, "2. Cup", "Done (1")

    async with another_process(shop) as url:
        fake.state.webhook["url"] = url + PATH
        await ticked(person, "3. Tray", "Done (2")
        await person.press("Done (2")
        await person.sees_button("reason:no_longer_wanted")
        await person.press("reason:no_longer_wanted")

        assert await case_of(shop) == [(LONG, 2), ("3", 1)]


async def test_a_line_is_put_back_by_a_second_press_on_its_new_button(shop: Shop, person: Person) -> None:
    await ticked(person, "1. Teapot", "Done (1")
    await ticked(person, "3. Tray", "Done (2")
    await ticked(person, "✅ 1. Teapot", "Done (1")

    await person.press("Done (1")
    await person.sees_button("reason:no_longer_wanted")
    await person.press("reason:no_longer_wanted")

    assert await case_of(shop) == [("3", 1)]


async def test_presses_at_once_and_updates_told_twice_are_each_counted_once(
    shop: Shop, fake: FakeTelegram, person: Person
) -> None:
    list_shown = person.bot_messages[-1]
    answers = await asyncio.gather(
        *(person.press(label, on=list_shown) for label in ("1. Teapot", "2. Cup", "3. Tray", "1. Teapot", "3. Tray"))
    )
    answers.append(await fake.deliver(fake.state.last_sent))
    await person.sees_button("Done (3")

    done = person.bot_messages[-1]
    pressed = await asyncio.gather(person.press("Done", on=done), person.press("Done", on=done))
    again = await fake.deliver(fake.state.last_sent)
    await person.sees_button("reason:no_longer_wanted")
    await person.press("reason:no_longer_wanted")

    assert {*answers, *pressed, again} == {200}
    assert await case_of(shop) == [("1", 3), (LONG, 2), ("3", 1)]
    assert all(fake.state.queries.values())


async def test_nothing_picked_is_nothing_to_take(fake: FakeTelegram, person: Person) -> None:
    await person.press("Done (0")

    await until(lambda: _is_told(fake))
    assert told(fake) == ["Choose 1 or more first."]
    assert next(iter(person.bot_messages[-1].buttons)) == "⬜ 1. Teapot × 3"


async def test_a_list_that_is_not_asked_about_any_more_says_so_and_changes_nothing(
    shop: Shop, fake: FakeTelegram, person: Person
) -> None:
    shown = await ticked(person, "3. Tray", "Done (1")
    old = dict(shown.markup or {})
    await person.press("Done (1")
    await person.sees_button("reason:no_longer_wanted")
    shown.markup = old
    edits = shown.edits

    await person.press("1. Teapot", on=shown)
    await person.press("Done (1", on=shown)
    await person.press("reason:no_longer_wanted", on=_with_reasons(shown))

    assert await case_of(shop) == [("3", 1)]
    assert told(fake) == ["That choice is no longer valid."] * 2
    assert shown.edits <= edits + 1


@pytest.mark.parametrize("data", ["@{}.9=1", "@{}.4=1", "@99{}.0=1", "@99{}!", "@{}.0=999999"])
async def test_a_forged_button_takes_nothing_that_is_not_shown(
    shop: Shop, fake: FakeTelegram, person: Person, data: str
) -> None:
    shown = person.bot_messages[-1]
    right = shown.markup
    forged = data.format(seq_of(shown))
    shown.markup = {"inline_keyboard": [[{"text": "forged", "callback_data": forged}]]}
    assert await person.press("forged", on=shown) == 200
    await until(lambda: _are_answered(fake))
    shown.markup = right

    rows = await shop.base.db.fetch("SELECT quantities FROM list_pick")
    picked = [row["quantities"] for row in rows]
    assert picked == ([b'{"0": 3}'] if data.endswith("=999999") else [])


async def test_ticks_outlive_a_flood_limit_and_a_lost_answer(fake: FakeTelegram, person: Person) -> None:
    fake.fault("editMessageReplyMarkup", "flood", seconds=0)
    await ticked(person, "1. Teapot", "Done (1")
    fake.fault("editMessageReplyMarkup", "lost")

    await ticked(person, "3. Tray", "Done (2")

    assert [label[:1] for label in person.bot_messages[-1].buttons if ". " in label] == ["✅", "⬜", "✅"]


async def _is_told(fake: FakeTelegram) -> bool:
    return bool(told(fake))


async def _are_answered(fake: FakeTelegram) -> bool:
    return all(fake.state.queries.values())


def _with_reasons(shown: Message) -> Message:
    """The same message with the buttons of the question that took the list's place."""
    board = {"inline_keyboard": [[{"text": "reason", "callback_data": "reason:no_longer_wanted"}]]}
    return Message(shown.message_id, shown.text, is_bots=True, markup=board)


async def test_presses_at_once_pick_no_more_than_the_list_lets(shop: Shop, person: Person) -> None:
    shown = person.bot_messages[-1]
    rows = await shop.base.db.fetch("SELECT merchant_id, conversation_id FROM channel_identity")
    identity = await identity_of(shop.base.db, rows[0]["merchant_id"], rows[0]["conversation_id"])
    assert identity is not None

    picked = await asyncio.gather(
        *(
            pick(shop.base.db, identity, seq_of(shown), place, quantity=1, first={}, choices_max=2)
            for place in (0, 1, 2)
        )
    )

    listed = await read_list(shop.base.db, identity, seq_of(shown))
    assert sorted(picked) == [False, True, True]
    assert listed is not None
    assert len(listed.quantities or {}) == 2
