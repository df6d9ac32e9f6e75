"""Transactions end wholly or not at all, whoever is cancelled and whatever breaks."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from storage.database import Database, open_database
from storage.transaction import OutcomeUnknown, RolledBack, Transaction, TryAgain, transact

CANCELLATIONS = 60
GATE = 4711


@pytest.fixture
async def database(empty_database: str) -> AsyncIterator[Database]:
    async with open_database(empty_database, pool_size=2) as opened:
        await opened.execute("CREATE TABLE pair (id int, half int, PRIMARY KEY (id, half))")
        yield opened


@pytest.fixture
async def onlooker(empty_database: str) -> AsyncIterator[Database]:
    async with open_database(empty_database, pool_size=2) as opened:
        yield opened


async def halves(db: Database, number: int) -> int:
    return len(await db.fetch("SELECT 1 FROM pair WHERE id = $1", number))


async def write_pair(tx: Transaction, number: int) -> int:
    for half in (1, 2):
        await tx.execute("INSERT INTO pair VALUES ($1, $2)", number, half)
    return number


async def pass_turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def all_connections_are_back(db: Database) -> bool:
    while db.tasks:
        await asyncio.wait(db.tasks)
    return bool(db.pool.get_idle_size() == db.pool.get_size())


async def test_work_is_committed_and_its_result_returned(database: Database, onlooker: Database) -> None:
    result = await transact(database, lambda tx: write_pair(tx, 7), name="pair")

    assert result == 7
    assert await halves(onlooker, 7) == 2


async def test_an_error_in_the_work_rolls_everything_back(database: Database, onlooker: Database) -> None:
    async def work(tx: Transaction) -> None:
        await write_pair(tx, 1)
        raise LookupError

    with pytest.raises(LookupError):
        await transact(database, work, name="pair")

    assert await halves(onlooker, 1) == 0
    assert await all_connections_are_back(database)


async def test_a_caller_cancelled_at_any_await_leaves_no_half_and_no_lost_connection(
    database: Database, onlooker: Database
) -> None:
    for turns in range(CANCELLATIONS):
        caller = asyncio.create_task(transact(database, lambda tx, n=turns: write_pair(tx, n), name="pair"))  # type: ignore[misc]  # n is bound early
        await pass_turns(turns)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)

        assert await all_connections_are_back(database)
        assert await halves(onlooker, turns) in {0, 2}


async def test_a_transaction_goes_on_to_its_commit_without_its_caller(database: Database, onlooker: Database) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def work(tx: Transaction) -> None:
        begun.set()
        await may_end.wait()
        await write_pair(tx, 1)

    caller = asyncio.create_task(transact(database, work, name="pair"))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    may_end.set()

    assert await all_connections_are_back(database)
    assert await halves(onlooker, 1) == 2


async def test_a_cancelled_transaction_says_that_its_outcome_is_unknown_and_is_whole(
    database: Database, onlooker: Database
) -> None:
    outcomes: list[int | BaseException] = []
    for turns in range(CANCELLATIONS):
        caller = asyncio.create_task(transact(database, lambda tx, n=turns: write_pair(tx, n), name="pair"))  # type: ignore[misc]  # n is bound early
        await pass_turns(turns + 1)
        for task in tuple(database.tasks):
            task.cancel()
        outcomes += await asyncio.gather(caller, return_exceptions=True)

        assert await all_connections_are_back(database)
        assert await halves(onlooker, turns) in {0, 2}
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert failures
    assert {type(failure) for failure in failures} == {OutcomeUnknown}


async def test_a_cancelled_statement_loses_no_connection(database: Database) -> None:
    for turns in range(CANCELLATIONS // 2):
        caller = asyncio.create_task(database.fetch("SELECT 1"))
        await pass_turns(turns)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)

        assert await all_connections_are_back(database)


async def test_a_commit_whose_answer_is_lost_is_of_unknown_outcome(database: Database, onlooker: Database) -> None:
    await database.execute(
        "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN PERFORM pg_advisory_xact_lock({GATE}); RETURN NULL; END $$"
    )
    await database.execute(
        "CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON pair DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION wait_at_commit()"
    )

    async def holding_the_gate(tx: Transaction) -> None:
        await tx.execute(f"SELECT pg_advisory_xact_lock({GATE})")
        committing = asyncio.create_task(transact(database, lambda inner: write_pair(inner, 1), name="pair"))
        waiting = (
            "FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        while not await onlooker.fetch(f"SELECT pid {waiting}"):
            pass
        await onlooker.fetch(f"SELECT pg_terminate_backend(pid) {waiting}")
        with pytest.raises(OutcomeUnknown):
            await committing

    await transact(onlooker, holding_the_gate, name="gate")

    assert await all_connections_are_back(database)
    assert await halves(database, 1) == 0


async def own_pid(tx: Transaction) -> int:
    row = await tx.fetch_one("SELECT pg_backend_pid() AS pid")
    assert row is not None
    return int(row["pid"])


async def test_a_connection_lost_before_the_commit_asks_to_try_again_and_the_next_try_works(
    database: Database, onlooker: Database
) -> None:
    async def broken(tx: Transaction) -> None:
        await write_pair(tx, 1)
        await onlooker.fetch("SELECT pg_terminate_backend($1)", await own_pid(tx))
        await write_pair(tx, 2)

    with pytest.raises(TryAgain):
        await transact(database, broken, name="broken")
    await transact(database, lambda tx: write_pair(tx, 1), name="pair")

    assert await halves(onlooker, 1) == 2


async def test_a_commit_on_a_connection_that_was_lost_is_of_unknown_outcome(
    database: Database, onlooker: Database
) -> None:
    async def broken(tx: Transaction) -> None:
        await write_pair(tx, 1)
        await onlooker.fetch("SELECT pg_terminate_backend($1)", await own_pid(tx))

    for _ in range(10):
        with pytest.raises(OutcomeUnknown):
            await transact(database, broken, name="broken")

    assert await all_connections_are_back(database)
    assert await halves(onlooker, 1) == 0


async def test_a_statement_whose_connection_is_lost_is_of_unknown_outcome(database: Database) -> None:
    with pytest.raises(OutcomeUnknown):
        await database.fetch("SELECT pg_terminate_backend(pg_backend_pid())")

    assert await database.fetch("SELECT 1")


async def test_a_lock_held_by_another_asks_to_try_again(database: Database, onlooker: Database) -> None:
    await transact(database, lambda tx: write_pair(tx, 1), name="pair")

    async def holding(tx: Transaction) -> None:
        await tx.execute("UPDATE pair SET id = id")
        with pytest.raises(TryAgain):
            await transact(database, update, name="second", lock_timeout_milliseconds=20)

    async def update(tx: Transaction) -> None:
        await tx.execute("UPDATE pair SET id = id")

    await transact(onlooker, holding, name="first")


async def test_a_deadlock_asks_one_of_both_to_try_again(database: Database) -> None:
    for number in (1, 2):
        await transact(database, lambda tx, n=number: write_pair(tx, n), name="pair")  # type: ignore[misc]  # n is bound early
    both_hold_one = asyncio.Barrier(2)

    async def lock(tx: Transaction, first: int, second: int) -> None:
        await tx.execute("SELECT 1 FROM pair WHERE id = $1 FOR UPDATE", first)
        await both_hold_one.wait()
        await tx.execute("SELECT 1 FROM pair WHERE id = $1 FOR UPDATE", second)

    outcomes = await asyncio.gather(
        transact(database, lambda tx: lock(tx, 1, 2), name="one"),
        transact(database, lambda tx: lock(tx, 2, 1), name="other"),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "TryAgain"]


async def test_work_that_hides_an_error_of_the_database_is_told_that_nothing_was_written(
    database: Database, onlooker: Database
) -> None:
    async def careless(tx: Transaction) -> None:
        await write_pair(tx, 1)
        try:
            await write_pair(tx, 1)
        except asyncpg.UniqueViolationError:
            return

    with pytest.raises(RolledBack):
        await transact(database, careless, name="careless")

    assert await halves(onlooker, 1) == 0


async def test_a_constraint_that_fails_at_the_commit_is_a_plain_refusal(database: Database) -> None:
    await database.execute("ALTER TABLE pair ADD CONSTRAINT half_once UNIQUE (half) DEFERRABLE INITIALLY DEFERRED")
    await transact(database, lambda tx: write_pair(tx, 1), name="pair")

    with pytest.raises(asyncpg.UniqueViolationError):
        await transact(database, lambda tx: write_pair(tx, 2), name="pair")


async def test_a_statement_that_takes_too_long_is_stopped_and_is_not_tried_again(database: Database) -> None:
    async def slow(tx: Transaction) -> None:
        await tx.execute("SELECT pg_sleep(30)")

    with pytest.raises(asyncpg.QueryCanceledError):
        await transact(database, slow, name="slow", statement_timeout_milliseconds=20)


async def test_timeouts_of_one_transaction_do_not_stay_with_its_connection(database: Database) -> None:
    async def timeout(tx: Transaction) -> str:
        row = await tx.fetch_one("SHOW lock_timeout")
        assert row is not None
        return str(row[0])

    short = await transact(database, timeout, name="short", lock_timeout_milliseconds=20)
    after = await transact(database, timeout, name="after")

    assert (short, after) == ("20ms", "3s")


async def test_a_server_that_is_not_there_asks_to_try_again() -> None:
    async with asyncpg.create_pool("postgresql://nobody@/none?host=/nonexistent", min_size=0, max_size=1) as pool:
        db = Database(pool)

        with pytest.raises(TryAgain):
            await db.fetch("SELECT 1")
        with pytest.raises(TryAgain):
            await transact(db, own_pid, name="pid")


async def test_json_goes_in_and_comes_out_as_bytes(database: Database) -> None:
    rows = await database.fetch("SELECT $1::jsonb AS one, $2::jsonb[] AS many", b'{"a":[1]}', [b"1", b"null"])

    assert rows[0]["one"] == b'{"a": [1]}'
    assert rows[0]["many"] == [b"1", b"null"]
