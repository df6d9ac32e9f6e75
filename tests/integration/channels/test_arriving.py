"""Many people write at once, to two processes: each is one person, and what they open is opened once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from storage.arrival_store import Arriving, Deed, Meeting
from storage.database import Database, open_database
from storage.identity_store import (
    Identity,
    NewIdentity,
    StoredWindow,
    decode_windows,
    link_customer,
    note_leaving,
    read_windows,
)
from storage.ids import new_id
from storage.send_store import Carried, SendNote, carry_alone, lane_of
from storage.turn_store import TURN_SESSION

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
MERCHANT = new_id()
ADD = """
INSERT INTO outbox (id, merchant_id, kind, lane, payload, not_before, leased_until, last_error, created_at)
VALUES ($1, $2, 'channel.send', $3, $4, $5, $6, $7, $8)
"""


@pytest.fixture
async def account(database: Database) -> UUID:
    """An account of the merchant's."""
    account_id = new_id()
    await database.execute(
        "INSERT INTO channel_account (id, merchant_id, channel, name, settings, created_at)"
        " VALUES ($1, $2, 'wechat', 'main', '', $3)",
        account_id, MERCHANT, NOON,
    )  # fmt: skip
    return account_id


@pytest.fixture
async def processes(database: Database, fresh_database: str) -> AsyncIterator[tuple[Meeting, Meeting]]:
    """Two that meet people at once, each over connections of its own."""
    async with (
        open_database(fresh_database, pool_size=2, session=TURN_SESSION) as one,
        open_database(fresh_database, pool_size=2, session=TURN_SESSION) as other,
    ):
        yield Meeting(database, one), Meeting(database, other)


def wrote(
    account_id: UUID, user: str, message_id: str, *, at: datetime = NOON, union_id: str | None = None
) -> Arriving:
    deed = Deed("message", message_id, at, is_counted=True)
    return Arriving(NewIdentity(MERCHANT, account_id, "wechat", user, union_id), deed, at)


async def windows_of(database: Database, identity: Identity) -> Mapping[str, StoredWindow]:
    return decode_windows(await read_windows(database, identity)).opened


async def test_new_people_who_write_to_two_processes_at_once_are_each_one_person(
    database: Database, account: UUID, processes: tuple[Meeting, Meeting]
) -> None:
    pushes = [wrote(account, f"u-{number % 30}", f"m-{number}") for number in range(120)]

    met = await asyncio.gather(*(processes[number % 2](push) for number, push in enumerate(pushes)))

    people = {push.who.user: identity for push, identity in zip(pushes, met, strict=True)}
    assert [identity.conversation_id for identity in met] == [people[push.who.user].conversation_id for push in pushes]
    assert len({identity.conversation_id for identity in met}) == 30
    (row,) = await database.fetch("SELECT count(*) AS n FROM conversation")
    assert row["n"] == 30
    for identity in people.values():
        windows = await windows_of(database, identity)
        assert windows["message"].by in {push.deed.message_id for push in pushes if push.deed}


async def test_a_window_is_opened_by_a_message_once_and_anew_by_the_next(
    database: Database, account: UUID, processes: tuple[Meeting, Meeting]
) -> None:
    meet, _ = processes
    identity = await meet(wrote(account, "u-1", "m-1"))

    await meet(wrote(account, "u-1", "m-1", at=NOON + timedelta(seconds=9)))
    again = await windows_of(database, identity)
    await meet(wrote(account, "u-1", "m-2", at=NOON + timedelta(seconds=9)))
    anew = await windows_of(database, identity)
    await meet(wrote(account, "u-1", "m-1", at=NOON))
    late = await windows_of(database, identity)

    assert (again["message"].by, again["message"].at) == ("m-1", NOON)
    assert (anew["message"].by, anew["message"].at) == ("m-2", NOON + timedelta(seconds=9))
    assert late == anew


async def test_a_window_that_opens_leaves_the_calls_as_they_are(
    database: Database, account: UUID, processes: tuple[Meeting, Meeting]
) -> None:
    meet, _ = processes
    identity = await meet(wrote(account, "u-1", "m-1"))
    calls = b'{"calls": [{"at": "2026-11-01T12:00:01Z", "by": "row"}]}'
    await database.execute("UPDATE channel_identity SET windows = windows || $1::jsonb", calls)

    await meet(wrote(account, "u-1", "m-2", at=NOON + timedelta(seconds=9)))

    stored = decode_windows(await read_windows(database, identity))
    assert [call.by for call in stored.calls] == ["row"]
    assert stored.opened["message"].by == "m-2"


async def test_somebody_whose_row_is_locked_keeps_no_other_waiting_and_is_met_all_the_same(
    database: Database, account: UUID, processes: tuple[Meeting, Meeting]
) -> None:
    meet, _ = processes
    await meet(wrote(account, "u-1", "m-1"))
    connection = await database.acquire()
    await connection.execute("BEGIN; SELECT 1 FROM channel_identity FOR UPDATE")

    slow = asyncio.ensure_future(meet(wrote(account, "u-1", "m-2")))
    others = await asyncio.gather(*(meet(wrote(account, f"u-{number}", "m-1")) for number in range(2, 6)))
    was_waiting = not slow.done()
    await connection.execute("COMMIT")
    await database.give_back(connection)
    identity = await slow

    assert (len(others), was_waiting) == (4, True)
    windows = await windows_of(database, identity)
    assert windows["message"].by == "m-2"


async def test_who_comes_back_is_reachable_and_what_waited_for_their_word_may_be_sent(
    database: Database, account: UUID, processes: tuple[Meeting, Meeting]
) -> None:
    meet, _ = processes
    identity = await meet(wrote(account, "u-1", "m-1"))
    lane, later = lane_of(identity.conversation_id), NOON + timedelta(days=30)
    waits, held, others = new_id(), new_id(), new_id()
    await database.execute(ADD, waits, MERCHANT, lane, b"{}", later, None, "waits until they write", NOON)
    await database.execute(ADD, held, MERCHANT, lane, b"{}", later, None, None, NOON)
    await database.execute(ADD, others, MERCHANT, lane_of(new_id()), b"{}", later, None, "waits", NOON)
    await note_leaving(database, identity, now=NOON)

    away = await meet(Arriving(wrote(account, "u-1", "m-2").who, None, NOON))
    await meet(wrote(account, "u-1", "m-2"))
    back = await meet(Arriving(wrote(account, "u-1", "m-2").who, None, NOON))

    rows = await database.fetch("SELECT id FROM outbox WHERE not_before IS NULL")
    assert (away.has_left, back.has_left) == (True, False)
    assert [row["id"] for row in rows] == [waits]


async def test_a_union_id_brings_the_customer_that_it_has_elsewhere(
    database: Database, account: UUID, processes: tuple[Meeting, Meeting]
) -> None:
    meet, _ = processes
    customer = new_id()
    await database.execute(
        "INSERT INTO customer (id, merchant_id, external_id, created_at) VALUES ($1, $2, 'c-1', $3)",
        customer, MERCHANT, NOON,
    )  # fmt: skip
    await meet(wrote(account, "u-1", "m-1", union_id="union"))
    await database.execute("UPDATE channel_identity SET customer_id = $1", customer)

    met = await meet(wrote(account, "u-2", "m-2", union_id="union"))
    stranger = await meet(wrote(account, "u-3", "m-3", union_id="another"))

    assert (met.customer, stranger.customer) == ("c-1", None)


async def test_answers_carry_only_rows_that_wait_alone_and_are_not_being_sent(database: Database) -> None:
    lanes = {name: new_id() for name in ("alone", "behind", "sending", "begun", "lost")}
    rows = {name: new_id() for name in lanes}
    note = {name: SendNote(str(lane), 1, 2) for name, lane in lanes.items()}
    soon = NOON + timedelta(seconds=3)
    for name, lane in lanes.items():
        leased = {"sending": soon, "lost": NOON}.get(name)
        unclear = 1 if name == "begun" else 0
        payload = b'{"conversation_id":"%s","after":1,"to":2,"sent":0,"unclear":%d}' % (str(lane).encode(), unclear)
        if name == "behind":
            await database.execute(ADD, new_id(), MERCHANT, lane_of(lane), payload, None, None, None, NOON)
        await database.execute(ADD, rows[name], MERCHANT, lane_of(lane), payload, soon, leased, None, NOON)

    wanted = [Carried(MERCHANT, rows[name], note[name], is_whole=name == "alone") for name in lanes]
    first = await carry_alone(database, wanted, now=NOON)
    again = await carry_alone(database, wanted, now=NOON)

    assert dict(zip(lanes, first, strict=True)) == {
        "alone": True, "behind": False, "sending": False, "begun": False, "lost": True,
    }  # fmt: skip
    assert not any(again)
    done = await database.fetch("SELECT id FROM outbox WHERE done_at IS NOT NULL")
    assert [row["id"] for row in done] == [rows["alone"]]


async def test_links_of_two_customers_at_once_let_neither_into_the_talk_of_the_other(
    database: Database, account: UUID, processes: tuple[Meeting, Meeting]
) -> None:
    push = wrote(account, "u-1", "m-1")
    person = await processes[0](push)

    await asyncio.gather(*(link_customer(database, person, name, push.who, now=NOON) for name in ("c-1", "c-2")))

    rows = await database.fetch(
        "SELECT customer.external_id FROM conversation JOIN customer ON customer.id = conversation.customer_id"
    )
    assert sorted(row["external_id"] for row in rows) == ["c-1", "c-2"]
