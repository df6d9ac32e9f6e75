"""The database: one pool of connections, and single statements over it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

import asyncpg

from storage.errors import (
    DatabaseRefused,
    NotConnected,
    OutcomeUnknown,
    TryAgain,
    is_closed,
    is_disconnection,
    is_passing,
)

CONNECT_TIMEOUT_SECONDS = 10.0
COMMAND_TIMEOUT_SECONDS = 60.0
CLOSE_TIMEOUT_SECONDS = 10.0
LOCK_TIMEOUT_MILLISECONDS = 3_000
STATEMENT_TIMEOUT_MILLISECONDS = 30_000
IDLE_TIMEOUT_MILLISECONDS = 60_000

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """A pool of connections; a jsonb column is bytes both ways (msgspec.json), an SQL null is None."""

    pool: Any
    url: str = field(default="", repr=False)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    async def fetch(self, sql: str, *args: object) -> Sequence[Any]:
        """Run one statement, which is its own transaction, and return its rows.

        Cancelling the caller does not stop the statement. Raises TryAgain and OutcomeUnknown.
        """
        return await self.owned(self._run("fetch", sql, args), name="fetch")

    async def execute(self, sql: str, *args: object) -> str:
        """The same for a statement without rows; returns its status, such as "UPDATE 1"."""
        return await self.owned(self._run("execute", sql, args), name="execute")

    async def owned(self, work: Coroutine[Any, Any, _Result], *, name: str) -> _Result:
        """Await work in a task of the database's own, which goes on to its end when the caller is cancelled.

        A caller that is cancelled meanwhile does not know the outcome. Raises OutcomeUnknown when the task itself was
        cancelled (the process ends).
        """
        task = asyncio.create_task(work, name=name)
        self.tasks.add(task)
        task.add_done_callback(self._forget)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise OutcomeUnknown(name) from None
            raise

    async def acquire(self) -> Any:
        """A connection of the pool, for storage/transaction.py; raises NotConnected when none can be had."""
        try:
            return await self.pool.acquire(timeout=CONNECT_TIMEOUT_SECONDS)
        except Exception as error:
            if is_disconnection(error, None):
                raise NotConnected("connect") from error
            raise

    async def give_back(self, connection: Any) -> None:
        """Return a connection to the pool, which ends one that it cannot clean; that must not hide what happened."""
        with suppress(Exception):
            await self.pool.release(connection, timeout=CLOSE_TIMEOUT_SECONDS)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator["Kept"]:
        """A connection for one worker that asks one thing after the other, until the block ends."""
        kept = Kept(self)
        try:
            yield kept
        finally:
            await kept.let_go()

    async def _run(self, method: str, sql: str, args: Sequence[object]) -> Any:
        connection = await self.acquire()
        try:
            return await _ask(connection, method, sql, args)
        finally:
            await self.give_back(connection)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled():
            task.exception()


class Kept:
    """A connection that its worker keeps, and replaces where it broke; it saves a task and two trips to the pool.

    Unlike Database.fetch, cancelling the caller ends the statement: a worker is only cancelled when all has to end.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._connection: Any = None

    async def fetch(self, sql: str, *args: object) -> Sequence[Any]:
        """Run one statement, which is its own transaction, and return its rows. Raises TryAgain and OutcomeUnknown."""
        connection = self._connection
        if connection is None or is_closed(connection):
            await self.let_go()
            connection = self._connection = await self._db.acquire()
        found: Sequence[Any] = await _ask(connection, "fetch", sql, args)
        return found

    async def let_go(self) -> None:
        """Give the connection back, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._db.give_back(connection)


async def _ask(connection: Any, method: str, sql: str, args: Sequence[object]) -> Any:
    try:
        return await getattr(connection, method)(sql, *args)
    except Exception as error:
        if is_passing(error):
            raise TryAgain(method) from error
        if is_disconnection(error, connection):
            raise OutcomeUnknown(method) from error
        raise


@asynccontextmanager
async def open_database(
    url: str, *, pool_size: int = 10, application: str = "refundbot", session: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[Database]:
    """Open a pool on postgresql://user:password@host:port/name or postgresql:///name?host=/socket/folder.

    session: more settings of PostgreSQL for every connection of this pool. Raises DatabaseRefused (no such user,
    password or database), and OSError where nobody answers.
    """
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=pool_size,
            init=_teach_json,
            connection_class=_Connection,
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=COMMAND_TIMEOUT_SECONDS,
            server_settings={**_session_settings(application), **session},
        )
    except asyncpg.PostgresError as error:
        raise DatabaseRefused(str(error)) from error
    try:
        database = Database(pool, url)
        yield database
        if database.tasks:
            await asyncio.wait(database.tasks, timeout=CLOSE_TIMEOUT_SECONDS)
    finally:
        await _close(pool)


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection that costs no reset query when it goes back: nothing here changes a session's settings."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


def _session_settings(application: str) -> dict[str, str]:
    return {
        "application_name": application,
        "timezone": "UTC",
        "jit": "off",
        "lock_timeout": str(LOCK_TIMEOUT_MILLISECONDS),
        "statement_timeout": str(STATEMENT_TIMEOUT_MILLISECONDS),
        "idle_in_transaction_session_timeout": str(IDLE_TIMEOUT_MILLISECONDS),
    }


async def _teach_json(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_encode_json, decoder=_decode_json
    )


def _encode_json(value: bytes | str) -> bytes:
    return b"\x01" + (value.encode() if isinstance(value, str) else value)


def _decode_json(raw: bytes) -> bytes:
    return raw[1:]


async def _close(pool: Any) -> None:
    try:
        await asyncio.wait_for(pool.close(), CLOSE_TIMEOUT_SECONDS)
    except TimeoutError:
        pool.terminate()
