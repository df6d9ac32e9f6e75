"""Lanes, leases and fences of the outbox."""

from datetime import timedelta

import pytest

from refund_core.cases import Effect
from storage import outbox
from storage.database import Database
from storage.ids import new_id
from tests.integration.money.shop import NOW

MERCHANT = new_id()
MINUTE = timedelta(minutes=1)


async def test_only_the_head_of_a_lane_is_claimed_until_it_is_done(database: Database) -> None:
    await _add(database, ("one", "a"), ("two", "a"), ("three", "b"))

    first = await _claim(database)
    await outbox.done(database, first[0], now=NOW)
    second = await _claim(database)

    assert _names(first) == ["one", "three"]
    assert _names(second) == ["two"]


async def test_a_row_is_claimed_again_when_its_lease_has_passed_and_the_first_worker_is_fenced_off(
    database: Database,
) -> None:
    await _add(database, ("one", "a"))
    (stopped,) = await _claim(database)

    assert await _claim(database) == []
    (other,) = await _claim(database, after=MINUTE)

    for attempt in (
        outbox.done(database, stopped, now=NOW),
        outbox.later(database, stopped, at=NOW, error=""),
        outbox.bury(database, stopped, error="", now=NOW),
    ):
        with pytest.raises(outbox.LeaseLost):
            await attempt
    await outbox.done(database, other, now=NOW)
    assert other.attempts == 2


async def test_a_row_waits_for_its_time(database: Database) -> None:
    await _add(database, ("one", "a"))
    (row,) = await _claim(database)

    await outbox.later(database, row, at=NOW + MINUTE, error="429")

    assert await _claim(database) == []
    assert _names(await _claim(database, after=MINUTE)) == ["one"]


async def test_a_buried_row_lets_its_lane_go_on_and_can_be_dug_up(database: Database) -> None:
    await _add(database, ("one", "a"), ("two", "a"))
    (row,) = await _claim(database)

    await outbox.bury(database, row, error="no such gateway", now=NOW)

    assert _names(await _claim(database)) == ["two"]
    assert await outbox.dig_up(database, MERCHANT, row.row_id)
    assert not await outbox.dig_up(database, new_id(), row.row_id)
    assert _names(await _claim(database)) == ["one"]


async def test_lanes_of_two_merchants_do_not_wait_for_one_another(database: Database) -> None:
    await _add(database, ("one", "a"))
    await outbox.add(database, new_id(), [_effect("two", "a")], now=NOW)

    assert _names(await _claim(database)) == ["one", "two"]


async def test_only_the_kinds_asked_for_are_claimed_and_the_same_effect_is_added_once(database: Database) -> None:
    effect = _effect("one", "a")
    await outbox.add(database, MERCHANT, [effect], now=NOW)
    await outbox.add(database, MERCHANT, [effect], now=NOW)

    assert await outbox.claim(database, ["other"], limit=9, lease_seconds=30, now=NOW) == []
    assert len(await _claim(database)) == 1


async def test_what_was_done_long_ago_is_swept_and_the_oldest_open_row_is_known(database: Database) -> None:
    await _add(database, ("one", "a"), ("two", "b"))
    first, _ = await _claim(database)
    await outbox.done(database, first, now=NOW)

    await outbox.sweep(database, before=NOW + MINUTE)

    assert await outbox.oldest_due(database) == NOW
    assert len(await database.fetch("SELECT 1 FROM outbox")) == 1


def _effect(name: str, lane: str) -> Effect:
    return Effect(str(new_id()), "chat.note", lane, {"name": name})


async def _add(db: Database, *effects: tuple[str, str]) -> None:
    await outbox.add(db, MERCHANT, [_effect(*effect) for effect in effects], now=NOW)


async def _claim(db: Database, *, after: timedelta = timedelta()) -> list[outbox.Claimed]:
    return await outbox.claim(db, ["chat.note"], limit=9, lease_seconds=30, now=NOW + after)


def _names(rows: list[outbox.Claimed]) -> list[object]:
    return [row.payload["name"] for row in rows]
