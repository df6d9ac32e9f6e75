"""Fixtures with real servers: one embedded PostgreSQL and Redis for the run, a database of its own for each test."""

import asyncio
import fcntl
import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from redis.asyncio import Redis

from storage.database import Database, open_database
from storage.embedded import EmbeddedServers
from storage.embedded import embedded_servers as open_embedded_servers
from storage.migrate import migrate

DATA_DIR_VARIABLE = "REFUNDBOT_TEST_SERVERS"
TEMPLATE = "migrated"
IN_MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
# What is in these databases is gone with the run: the disk need not have it. Tests of that have servers of their own.
HASTY = {"fsync": "off", "full_page_writes": "off"}
T = TypeVar("T")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Name two short folders for the run, which parallel workers inherit: one for the shared servers, one for tests.

    The usual folder for tests is every run's of the same user. A new run takes the right away to pass through it, which
    the databases' own user needs.
    """
    if not hasattr(config, "workerinput"):
        os.environ[DATA_DIR_VARIABLE] = tempfile.mkdtemp(prefix="rbt-", dir=fastest_folder())
        config.option.basetemp = config.option.basetemp or _own_folder(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(DATA_DIR_VARIABLE), ignore_errors=True)


def _own_folder(config: pytest.Config) -> str:
    folder = tempfile.mkdtemp(prefix="rbt-", dir=fastest_folder())
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    return folder


@pytest.fixture(scope="session")
def embedded_servers() -> Iterator[EmbeddedServers]:
    """The running servers, started by the first test that asks."""
    with open_embedded_servers(Path(os.environ[DATA_DIR_VARIABLE]), HASTY) as servers:
        yield servers


class Keeper:
    """Makes and drops databases over one connection, in a thread whose event loop no test sees."""

    def __init__(self, servers: EmbeddedServers, loop: asyncio.AbstractEventLoop) -> None:
        self._servers = servers
        self._loop = loop
        self._connection = self.run(asyncpg.connect(servers.database_url))

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait for what runs in the thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def execute(self, statement: str) -> None:
        """Run a statement on the servers' own database."""
        self.run(self._connection.execute(statement))

    def own_database(self, *, template: str) -> Iterator[str]:
        """The address of a copy of the template, dropped afterwards."""
        name = f"test_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        yield self._servers.url_of_database(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Let the servers end."""
        self.run(self._connection.close())


@pytest.fixture(scope="session")
def keeper(embedded_servers: EmbeddedServers) -> Iterator[Keeper]:
    """Who makes the tests' databases."""
    with _loop_in_thread() as loop:
        keeper = Keeper(embedded_servers, loop)
        yield keeper
        keeper.close()


@pytest.fixture
def empty_database(keeper: Keeper) -> Iterator[str]:
    """The address of a new database without tables."""
    yield from keeper.own_database(template="template1")


@pytest.fixture
def fresh_database(keeper: Keeper, migrated_template: str) -> Iterator[str]:
    """The address of a new database of this version, with nothing in it."""
    yield from keeper.own_database(template=migrated_template)


@pytest.fixture
async def database(fresh_database: str) -> AsyncIterator[Database]:
    """A pool on a fresh database."""
    async with open_database(fresh_database) as opened:
        yield opened


@pytest.fixture
async def redis_url(embedded_servers: EmbeddedServers, worker_id: str) -> str:
    """The address of an empty Redis that no other worker uses."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0
    url = f"{embedded_servers.redis_url}?db={number}"
    async with Redis.from_url(url) as client:
        await client.flushdb()
    return url


@pytest.fixture(scope="session")
def migrated_template(embedded_servers: EmbeddedServers, keeper: Keeper) -> str:
    """The name of the database that fresh ones are copied from; made by the first worker that comes."""
    done = Path(os.environ[DATA_DIR_VARIABLE]) / TEMPLATE
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            keeper.execute(f"CREATE DATABASE {TEMPLATE}")
            keeper.run(_migrate(embedded_servers.url_of_database(TEMPLATE)))
            done.touch()
    return TEMPLATE


def fastest_folder() -> Path:
    """Where a database costs least: in memory, where there is enough for it."""
    has_room = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM_BYTES
    return IN_MEMORY if has_room else Path("/tmp")


async def _migrate(url: str) -> None:
    async with open_database(url) as database:
        await migrate(database)


@contextmanager
def _loop_in_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="databases", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
