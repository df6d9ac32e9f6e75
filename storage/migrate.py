"""Bringing a database to this version, with Tortoise's own migrations, all steps in one transaction."""

import pkgutil
from importlib import import_module

import asyncpg

from storage.database import Database

APP = "refundbot"
MIGRATIONS = "storage.migrations"
_ADVISORY_LOCK = 0x7265_6675_6E64  # "refund"
_RECORDS = "tortoise_migrations"


async def migrate(db: Database) -> tuple[str, ...]:
    """Apply what is missing and return its names; safe to run twice and from several processes at once.

    The steps, their records and the advisory lock are one transaction: a crash leaves the database as it was.
    """
    return await db.owned(_migrate(db), name="migrate")


async def is_behind(db: Database) -> bool:
    """True when this code has migrations that the database lacks: it must not be used before `migrate`.

    A database ahead of this code (a newer version was here) may be used.
    """
    return bool(known() - await applied(db))


def known() -> frozenset[str]:
    """The names of the migrations that ship with this code."""
    package = import_module(MIGRATIONS)
    return frozenset(module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0] != "_")


async def applied(db: Database) -> frozenset[str]:
    """The names of the migrations that the database has."""
    try:
        rows = await db.fetch(f"SELECT name FROM {_RECORDS} WHERE app = $1", APP)  # noqa: S608  # a constant
    except asyncpg.UndefinedTableError:
        return frozenset()
    return frozenset(row["name"] for row in rows)


async def _migrate(db: Database) -> tuple[str, ...]:
    if not await is_behind(db):
        return ()
    from storage.orm import run_migrations  # the ORM costs 14 MB and a quarter of a second: only where it is needed

    return await run_migrations(db, app=APP, migrations=MIGRATIONS, advisory_lock=_ADVISORY_LOCK)
