"""Opening what a command needs, in order, and closing it again in the other order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import Clock, SystemClock
from bot.settings import Settings, master_key
from storage.crypto import Vault
from storage.database import Database, open_database
from storage.embedded import EmbeddedServers
from storage.migrate import is_behind, migrate

SANDBOX_SECRET = "sandbox-gateway"  # noqa: S105 - a purpose, from which the secret derives


class DatabaseBehind(Exception):
    """The database lacks migrations that this code needs; `refundbot migrate` brings it to this version."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where PostgreSQL and Redis are reached."""

    database_url: str
    redis_url: str


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What every command works with."""

    settings: Settings
    clock: Clock
    db: Database
    vault: Vault
    addresses: Addresses


@asynccontextmanager
async def open_servers(settings: Settings) -> AsyncIterator[Addresses]:
    """The servers named in the settings, or the embedded ones for what is not named."""
    if settings.database_url is not None and settings.redis_url is not None:
        yield Addresses(settings.database_url, settings.redis_url)
        return
    async with EmbeddedServers.open(settings.data_dir) as embedded:
        yield Addresses(
            settings.database_url or embedded.database_url,
            settings.redis_url or embedded.redis_url,
        )


@asynccontextmanager
async def open_base(settings: Settings, *, application: str, clock: Clock | None = None) -> AsyncIterator[Base]:
    """The database at this version, with its secrets. Raises DatabaseBehind for a real one that is not migrated."""
    vault = Vault(master_key(settings))
    async with (
        open_servers(settings) as addresses,
        open_database(
            addresses.database_url, pool_size=settings.database.pool_size, application=f"refundbot {application}"
        ) as db,
    ):
        if settings.is_embedded:
            await migrate(db)
        elif await is_behind(db):
            raise DatabaseBehind
        yield Base(settings, clock or SystemClock(), db, vault, addresses)
