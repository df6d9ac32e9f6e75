"""Migrations: once, twice, from two processes at once, behind and ahead; and they make what the models say."""

import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from tortoise.migrations.autodetector import MigrationAutodetector

from storage.database import Database, open_database
from storage.ids import new_id
from storage.migrate import APP, MIGRATIONS, applied, is_behind, known, migrate
from storage.orm import orm_config, orm_over
from storage.tables.customers import Customer

MIGRATE = """
import asyncio, sys
from storage.database import open_database
from storage.ids import new_id
from storage.migrate import migrate
async def main():
    async with open_database(sys.argv[1]) as db:
        print(*await migrate(db))
asyncio.run(main())
"""


@pytest.fixture
async def empty(empty_database: str) -> AsyncIterator[Database]:
    async with open_database(empty_database) as opened:
        yield opened


async def test_an_empty_database_is_behind_until_it_is_migrated(empty: Database) -> None:
    before = await is_behind(empty)

    await migrate(empty)

    assert (before, await is_behind(empty)) == (True, False)
    assert await applied(empty) == known()


async def test_migrating_twice_does_nothing_the_second_time(empty: Database) -> None:
    first = await migrate(empty)

    second = await migrate(empty)

    assert first == tuple(sorted(known()))
    assert second == ()


def test_two_processes_may_migrate_at_once(empty_database: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, empty_database], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    outputs = [process.communicate(timeout=60)[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(name for output in outputs for name in output) == sorted(known())


async def test_a_migration_that_fails_leaves_the_database_as_it_was(empty: Database) -> None:
    await empty.execute("CREATE TABLE transfer (id int)")

    with pytest.raises(Exception, match="transfer"):
        await migrate(empty)

    assert await applied(empty) == frozenset()
    assert not await empty.fetch("SELECT 1 FROM pg_tables WHERE tablename = 'merchant'")


async def test_a_database_of_a_newer_version_is_used_and_left_alone(database: Database) -> None:
    await database.execute(
        "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ($1, '9999_future', now())", APP
    )

    assert not await is_behind(database)
    assert await migrate(database) == ()


async def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    config = orm_config(app=APP, migrations=MIGRATIONS)
    async with orm_over(database.pool, config) as context:
        assert context.apps is not None
        changes = await MigrationAutodetector(context.apps, config["apps"]).changes()
        wanted = {constraint.name for model in context.apps[APP].values() for constraint in model._meta.constraints}

    rows = await database.fetch(
        "SELECT conname AS name FROM pg_constraint UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
    )
    assert changes == []
    assert wanted - {row["name"] for row in rows} == set()


async def test_a_failed_migration_keeps_no_connection(empty: Database) -> None:
    await empty.execute("CREATE TABLE transfer (id int)")

    with pytest.raises(Exception, match="transfer"):
        await migrate(empty)

    assert empty.pool.get_idle_size() == empty.pool.get_size()


async def test_the_orm_reads_what_the_stores_write(database: Database) -> None:
    customer_id, merchant_id = new_id(), new_id()
    await database.execute(
        "INSERT INTO customer (id, merchant_id, external_id, created_at) VALUES ($1, $2, 'c-1', now())",
        customer_id,
        merchant_id,
    )

    async with orm_over(database.pool, orm_config(app=APP, migrations=MIGRATIONS)):
        customer = await Customer.get(merchant_id=merchant_id, external_id="c-1")

    assert customer.id == customer_id
