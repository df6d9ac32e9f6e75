"""Begins and commits, alone: owned, shielded tasks, so that no cancellation leaves a transaction half done."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.database import Database
from storage.errors import OutcomeUnknown as OutcomeUnknown
from storage.errors import RolledBack as RolledBack
from storage.errors import TryAgain as TryAgain
from storage.errors import is_closed, is_disconnection, is_passing

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, eq=False)
class Transaction:
    """What work may ask of the database while its transaction is open."""

    connection: Any

    async def fetch(self, sql: str, *args: object) -> Sequence[Any]:
        """Run a statement and return its rows."""
        return await self.connection.fetch(sql, *args)  # type: ignore[no-any-return]  # asyncpg ships no types

    async def fetch_one(self, sql: str, *args: object) -> Any | None:
        """Run a statement and return its first row, or None."""
        return await self.connection.fetchrow(sql, *args)

    async def execute(self, sql: str, *args: object) -> str:
        """Run a statement and return its status, such as "UPDATE 1"."""
        return await self.connection.execute(sql, *args)  # type: ignore[no-any-return]  # the same


async def transact(
    db: Database,
    work: Callable[[Transaction], Awaitable[_Result]],
    *,
    name: str,
    lock_timeout_milliseconds: int | None = None,
    statement_timeout_milliseconds: int | None = None,
) -> _Result:
    """Run work between BEGIN and COMMIT; without timeouts of its own the pool's hold.

    Raises TryAgain when nothing was written and the same work may succeed, OutcomeUnknown when the answer to COMMIT was
    lost; any other error has rolled back. A caller that is cancelled meanwhile does not know the outcome: the
    transaction goes on without it. Work must not hide errors of the database: RolledBack tells of it.
    """
    begin = _begin(lock_timeout_milliseconds, statement_timeout_milliseconds)
    return await db.owned(_run(db, work, begin=begin, name=name), name=f"transaction {name}")


def _begin(lock_timeout: int | None, statement_timeout: int | None) -> str:
    parts = ["BEGIN"]
    if lock_timeout is not None:
        parts.append(f"SET LOCAL lock_timeout = {int(lock_timeout)}")
    if statement_timeout is not None:
        parts.append(f"SET LOCAL statement_timeout = {int(statement_timeout)}")
    return "; ".join(parts)


async def _run(db: Database, work: Callable[[Transaction], Awaitable[_Result]], *, begin: str, name: str) -> _Result:
    connection = await db.acquire()
    try:
        result = await _work(connection, work, begin=begin, name=name)
        await _commit(connection, name)
        return result
    finally:
        await db.give_back(connection)


async def _work(
    connection: Any, work: Callable[[Transaction], Awaitable[_Result]], *, begin: str, name: str
) -> _Result:
    try:
        await connection.execute(begin)
        return await work(Transaction(connection))
    except Exception as error:
        await _roll_back(connection)
        if is_passing(error) or is_disconnection(error, connection):
            raise TryAgain(name) from error
        raise


async def _commit(connection: Any, name: str) -> None:
    try:
        status = await connection.execute("COMMIT")
    except asyncio.CancelledError:
        raise OutcomeUnknown(name) from None
    except Exception as error:
        if is_passing(error):
            raise TryAgain(name) from error
        if is_disconnection(error, connection):
            raise OutcomeUnknown(name) from error
        raise
    if status != "COMMIT":
        raise RolledBack(name)


async def _roll_back(connection: Any) -> None:
    if is_closed(connection):
        return
    try:
        await connection.execute("ROLLBACK")
    except Exception:  # noqa: BLE001  # whatever it was: a closed connection takes its transaction along
        connection.terminate()
