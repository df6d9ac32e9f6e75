"""Tortoise over our pool: it knows the tables and runs the migrations. Imported only where the ORM itself is wanted."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.transactions import in_transaction

from storage.database import Database
from storage.tables import MODULES

_CONNECTION = "default"


def orm_config(*, app: str, migrations: str) -> dict[str, Any]:
    """Tortoise's view of the one app; it has no credentials, it works over our pool."""
    return {
        "connections": {_CONNECTION: {"engine": "tortoise.backends.asyncpg", "credentials": {}}},
        "apps": {app: {"models": list(MODULES), "default_connection": _CONNECTION, "migrations": migrations}},
    }


@asynccontextmanager
async def orm_over(pool: Any, config: dict[str, Any]) -> AsyncIterator[TortoiseContext]:
    """Inside it the models of storage/tables work over a pool of connections."""
    with TortoiseContext() as context:
        await context.init(config=config)
        client = context.connections.get(_CONNECTION)
        assert isinstance(client, AsyncpgDBClient)  # noqa: S101  # the engine that orm_config names
        client._pool = pool  # noqa: SLF001  # the one way to hand it a pool that exists
        yield context


async def run_migrations(db: Database, *, app: str, migrations: str, advisory_lock: int) -> tuple[str, ...]:
    """Apply what is missing, in one transaction with the records and the lock; returns the names."""
    steps: list[str] = []
    config = orm_config(app=app, migrations=migrations)
    async with _patient_pool(db) as pool, orm_over(pool, config), in_transaction(_CONNECTION) as client:
        await client.execute_script(f"SELECT pg_advisory_xact_lock({advisory_lock})")
        await MigrationRecorder(client).ensure_schema(AsyncpgSchemaEditor(client, atomic=False))
        await MigrationExecutor(client, config["apps"]).migrate(direction="forward", progress=_note(steps))
    return tuple(steps)


def _patient_pool(db: Database) -> Any:
    """One connection without any time limit: a step may take as long as it takes, and so may who is before us."""
    return asyncpg.create_pool(
        db.url, min_size=1, max_size=1, command_timeout=None, server_settings={"application_name": "refundbot-migrate"}
    )


def _note(steps: list[str]) -> Callable[[str, str, str], None]:
    def note(event: str, _app: str, name: str) -> None:
        if event == "apply_done":
            steps.append(name)

    return note
