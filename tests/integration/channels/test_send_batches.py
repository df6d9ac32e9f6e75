"""Steps of sending, for many rows at once and in two processes: each row by its holder, each call counted once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from storage import outbox
from storage.arrival_store import Arriving, Deed, Meeting
from storage.database import Database, open_database
from storage.identity_store import Identity, NewIdentity, StoredCall, decode_windows, read_windows
from storage.ids import new_id
from storage.send_batches import Count, SendBatches, Sent
from storage.send_store import SEND, Closed, SendNote, add_send, put_off
from storage.transaction import transact
from storage.turn_store import TURN_SESSION

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
MERCHANT, ACCOUNT = new_id(), new_id()
MESSAGE = """
INSERT INTO message (id, merchant_id, conversation_id, seq, sender, at, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


@dataclass
class Stage:
    """A database, and two processes that send."""

    db: Database
    meet: Meeting
    processes: tuple[SendBatches, SendBatches]

    async def person(self, number: int, message_id: str = "m-1") -> Identity:
        who = NewIdentity(MERCHANT, ACCOUNT, "wechat", f"u-{number}")
        return await self.meet(Arriving(who, Deed("message", message_id, NOON, is_counted=True), NOON))

    async def says(self, person: Identity, *texts: str, outcome: int = 0, edits: str = "") -> None:
        """One row that sends these, after everything said so far."""
        (row,) = await self.db.fetch(
            "SELECT coalesce(max(seq), 0) AS seq FROM message WHERE conversation_id = $1", person.conversation_id
        )
        for place, text in enumerate(texts, row["seq"] + 1):
            body = msgspec.json.encode({"text": text, "sender": "bot"})
            await self.db.execute(MESSAGE, new_id(), MERCHANT, person.conversation_id, place, "bot", NOON, body)
        note = SendNote(
            str(person.conversation_id), row["seq"], row["seq"] + len(texts), is_outcome=outcome, edits=edits
        )
        await transact(self.db, lambda tx: add_send(tx, MERCHANT, note, now=NOON), name="say")

    async def claim(self, *, at: datetime = NOON) -> list[outbox.Claimed]:
        return await outbox.claim(self.db, [SEND], limit=100, lease_seconds=10, now=at)


@pytest.fixture
async def stage(database: Database, fresh_database: str) -> AsyncIterator[Stage]:
    await database.execute(
        "INSERT INTO channel_account (id, merchant_id, channel, name, settings, created_at)"
        " VALUES ($1, $2, 'wechat', 'main', '', $3)",
        ACCOUNT, MERCHANT, NOON,
    )  # fmt: skip
    async with (
        open_database(fresh_database, pool_size=2, session=TURN_SESSION) as one,
        open_database(fresh_database, pool_size=2, session=TURN_SESSION) as other,
    ):
        yield Stage(database, Meeting(database, one), (SendBatches(one), SendBatches(other)))


def note_of(row: outbox.Claimed) -> SendNote:
    return msgspec.convert(row.payload, SendNote)


async def test_a_row_takes_in_what_waits_behind_it_and_nothing_of_other_lanes(stage: Stage) -> None:
    people = [await stage.person(number) for number in range(20)]
    for number, person in enumerate(people):
        for part in range(1 + number % 3):
            await stage.says(person, f"{number}.{part}", outcome=int(part == 2))

    rows = await stage.claim()
    ready = await asyncio.gather(
        *(stage.processes[n % 2].ready(row, note_of(row), now=NOON) for n, row in enumerate(rows))
    )

    assert len(rows) == 20
    for number, found in enumerate(ready):
        said = [msgspec.json.decode(reply.body)["text"] for reply in found.replies]
        assert said == [f"{number}.{part}" for part in range(1 + number % 3)]
        assert (found.note.to, found.note.is_outcome) == (1 + number % 3, int(number % 3 == 2))
        assert found.identity is not None
        assert found.identity.conversation_id == people[number].conversation_id
    assert await stage.claim() == []


async def test_nothing_of_another_merchant_is_taken_in_whatever_lane_it_names(stage: Stage) -> None:
    person, foreign = await stage.person(1), new_id()
    await stage.says(person, "hello")
    (row,) = await stage.claim()
    await stage.db.execute(
        "INSERT INTO outbox (id, merchant_id, kind, lane, payload, created_at)"
        " SELECT $1, $2, kind, lane, payload || '{\"to\": 9}', created_at FROM outbox WHERE id = $3",
        foreign, new_id(), row.row_id,
    )  # fmt: skip

    ready = await stage.processes[0].ready(row, note_of(row), now=NOON)

    (stored,) = await stage.db.fetch("SELECT done_at FROM outbox WHERE id = $1", foreign)
    assert (ready.note.to, stored["done_at"]) == (1, None)


async def test_a_row_that_changes_a_message_of_ours_is_sent_alone_and_the_others_together(stage: Stage) -> None:
    person, other = await stage.person(1), await stage.person(2)
    for text, edits in (("a", ""), ("b", ""), ("c", "17"), ("d", "17:keep"), ("e", ""), ("f", "")):
        await stage.says(person, text, edits=edits)
    await stage.says(other, "g", edits="18")
    await stage.says(other, "h", outcome=1)

    sent: dict[UUID, list[tuple[str, str]]] = {person.conversation_id: [], other.conversation_id: []}
    while rows := await stage.claim():
        for row in rows:
            ready = await stage.processes[0].ready(row, note_of(row), now=NOON)
            text = "".join(msgspec.json.decode(reply.body)["text"] for reply in ready.replies)
            sent[UUID(ready.note.conversation_id)].append((text, ready.note.edits))
            await stage.processes[0].settle(Sent(row, ready.note, NOON))

    assert sent[person.conversation_id] == [("ab", ""), ("c", "17"), ("d", "17:keep"), ("ef", "")]
    assert sent[other.conversation_id] == [("g", "18"), ("h", "")]


async def test_who_lost_the_lease_does_nothing_more_and_disturbs_no_other(stage: Stage) -> None:
    for number in range(6):
        await stage.says(await stage.person(number), "hello")
    old = await stage.claim()
    new = {row.row_id: row for row in await stage.claim(at=NOON + timedelta(seconds=11))}
    mixed = [row if number % 2 else new[row.row_id] for number, row in enumerate(old)]
    batches = stage.processes[0]

    ready = await asyncio.gather(*(batches.ready(row, note_of(row), now=NOON) for row in mixed), return_exceptions=True)
    counts = await asyncio.gather(*(batches.count(Count(row, note_of(row))) for row in mixed), return_exceptions=True)
    settled = await asyncio.gather(
        *(batches.settle(Sent(row, note_of(row), NOON)) for row in mixed), return_exceptions=True
    )

    for answers in (ready, counts, settled):
        assert [isinstance(answer, outbox.LeaseLost) for answer in answers] == [False, True] * 3
    done = await stage.db.fetch("SELECT id FROM outbox WHERE done_at IS NOT NULL")
    assert {row["id"] for row in done} == {row.row_id for row in mixed[::2]}


async def test_two_processes_that_count_at_once_never_count_over_each_other(stage: Stage) -> None:
    people, counted = [await stage.person(number) for number in range(10)], 0
    for person in people:
        await stage.says(person, "hello")
    rows = await stage.claim()
    before = {person.identity_id: await read_windows(stage.db, person) for person in people}

    def count(row: outbox.Claimed, person: Identity, second: int) -> Count:
        raw = before[person.identity_id]
        call = StoredCall(NOON + timedelta(seconds=second), str(row.row_id))
        after = msgspec.structs.replace(decode_windows(raw), calls=(call,))
        note = msgspec.structs.replace(note_of(row), unclear=1)
        return Count(row, note, person.identity_id, raw, msgspec.json.encode(after))

    tries = [
        stage.processes[second].count(count(row, person, second))
        for row, person in zip(rows, people, strict=True)
        for second in (0, 1)
    ]
    counted = sum(await asyncio.gather(*tries))

    assert counted == len(people)
    for person in people:
        assert len(decode_windows(await read_windows(stage.db, person)).calls) == 1


async def test_the_end_of_a_call_is_kept_with_the_row_that_is_done_and_with_one_that_has_to_wait(stage: Stage) -> None:
    people = [await stage.person(number) for number in (1, 2)]
    for person in people:
        await stage.says(person, "hello")
    calls = '{"calls": [{"at": "2026-11-01T12:00:00Z", "by": "%s"}, {"at": "2026-11-01T12:00:00Z", "by": ""}]}'
    rows, end = await stage.claim(), NOON + timedelta(seconds=7)
    for row, person in zip(rows, people, strict=True):
        set_calls = "UPDATE channel_identity SET windows = windows || $1::jsonb WHERE id = $2"
        await stage.db.execute(set_calls, (calls % row.row_id).encode(), person.identity_id)

    await stage.processes[0].settle(Sent(rows[0], note_of(rows[0]), end, people[0].identity_id))
    closed = Closed(people[1].identity_id, has_left=False, windows=await read_windows(stage.db, people[1]))
    await transact(stage.db, lambda tx: put_off(tx, rows[1], note_of(rows[1]), closed, at=end, now=end), name="send")

    for person in people:
        stored = decode_windows(await read_windows(stage.db, person))
        assert [call.to for call in stored.calls] == [end, None]
        assert stored.opened["message"].by == "m-1"


async def test_a_call_that_cannot_be_counted_is_not_noted_either(stage: Stage) -> None:
    person = await stage.person(1)
    await stage.says(person, "hello")
    (row,) = await stage.claim()
    raw = await read_windows(stage.db, person)
    await stage.person(1, "m-2")

    begun = msgspec.structs.replace(note_of(row), unclear=1)
    is_counted = await stage.processes[0].count(Count(row, begun, person.identity_id, raw, b"{}"))

    (stored,) = await stage.db.fetch("SELECT payload FROM outbox")
    assert (is_counted, msgspec.json.decode(stored["payload"])["unclear"]) == (False, 0)


@pytest.mark.parametrize("writes", [False, True])
async def test_what_waits_for_a_word_does_not_wait_where_it_came_meanwhile(stage: Stage, *, writes: bool) -> None:
    person = await stage.person(1)
    await stage.says(person, "hello")
    (row,) = await stage.claim()
    closed = Closed(person.identity_id, has_left=False, windows=await read_windows(stage.db, person))
    if writes:
        await stage.person(1, "m-2")

    until = NOON + timedelta(days=30)
    await transact(stage.db, lambda tx: put_off(tx, row, note_of(row), closed, at=until, now=NOON), name="send")

    assert len(await stage.claim()) == int(writes)


async def test_a_word_that_comes_while_it_is_decided_to_wait_is_never_missed(stage: Stage) -> None:
    """Both at once, many times: either the decision sees the word, or the word finds what waits."""
    people = [await stage.person(number) for number in range(25)]
    for person in people:
        await stage.says(person, "hello")
    rows = await stage.claim()
    seen = [await read_windows(stage.db, person) for person in people]

    async def put(row: outbox.Claimed, identity_id: UUID, windows: bytes) -> None:
        closed, until = Closed(identity_id, has_left=False, windows=windows), NOON + timedelta(days=30)
        await transact(stage.db, lambda tx: put_off(tx, row, note_of(row), closed, at=until, now=NOON), name="send")

    puts = [put(row, person.identity_id, windows) for row, person, windows in zip(rows, people, seen, strict=True)]
    await asyncio.gather(*puts, *(stage.person(number, "m-2") for number in range(25)))

    assert len(await stage.claim()) == 25
