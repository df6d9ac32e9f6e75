"""Importing: every good line goes in, every bad one is told, and a lost connection costs nothing."""

from collections.abc import Iterator
from functools import partial

from refund_core.incoming import Rejected
from storage.crypto import Vault
from storage.database import Database
from storage.ids import new_id
from storage.order_import import BATCH_ORDERS, Line, Progress, Store, import_lines
from storage.order_store import load_order, upsert_orders
from tests.integration.storage.orders import NOW, incoming

VAULT = Vault(b"k" * 32)
MERCHANT = new_id()
COUNT = BATCH_ORDERS * 2 + 10


def into(database: Database) -> Store:
    return partial(upsert_orders, database, VAULT, MERCHANT, now=NOW)


def lines() -> Iterator[Line]:
    for number in range(1, COUNT + 1):
        yield number, Rejected("status", "is wrong") if number % 100 == 0 else incoming(f"o-{number}")


async def test_good_lines_go_in_and_bad_ones_are_told_by_their_number(database: Database) -> None:
    rejected: list[tuple[int, str]] = []
    steps: list[Progress] = []

    progress = await import_lines(
        into(database),
        lines(),
        on_rejected=lambda number, fault: rejected.append((number, fault.field)),
        on_progress=steps.append,
    )

    assert progress == Progress(lines=COUNT, created=COUNT - 10, rejected=10)
    assert rejected == [(number, "status") for number in range(100, COUNT + 1, 100)]
    assert [step.lines for step in steps] == sorted(step.lines for step in steps)
    assert await load_order(database, MERCHANT, f"o-{COUNT}") is not None


async def test_an_order_that_the_stored_one_forbids_is_told_with_its_line(database: Database) -> None:
    rejected: list[int] = []
    given: list[Line] = [(1, incoming("o-1")), (2, incoming("o-1", currency="GBP")), (5, incoming("o-2"))]

    progress = await import_lines(into(database), given, on_rejected=lambda number, _: rejected.append(number))

    assert progress == Progress(lines=3, created=2, rejected=1)
    assert rejected == [2]


async def test_importing_again_changes_nothing(database: Database) -> None:
    given: list[Line] = [(number, incoming(f"o-{number}")) for number in range(5)]
    await import_lines(into(database), given, on_rejected=lambda *_: None)

    progress = await import_lines(into(database), given, on_rejected=lambda *_: None)

    assert progress == Progress(lines=5, unchanged=5)


async def test_a_connection_lost_on_the_way_costs_no_order(database: Database) -> None:
    def lines_with_a_cut() -> Iterator[Line]:
        for number in range(1, COUNT + 1):
            if number == BATCH_ORDERS + 30:
                for holder in database.pool._holders:
                    if holder._con is not None:
                        holder._con.terminate()
            yield number, incoming(f"o-{number}")

    progress = await import_lines(into(database), lines_with_a_cut(), on_rejected=lambda *_: None)

    rows = await database.fetch("SELECT count(*) FROM shop_order")
    assert rows[0][0] == progress.lines == COUNT


async def test_an_empty_file_is_no_order(database: Database) -> None:
    assert await import_lines(into(database), [], on_rejected=lambda *_: None) == Progress()
