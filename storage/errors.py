"""What a caller of the database must do next: try again, or repeat with the same ids because nobody knows."""

from typing import Any

import asyncpg


class TryAgain(Exception):
    """Nothing was written: a deadlock, a lock held too long, or a connection lost before the commit was asked for."""


class NotConnected(TryAgain):
    """No connection could be had, so the same holds for whatever else is asked now."""


class OutcomeUnknown(Exception):
    """Nobody knows whether it was written; repeating the same work with the same ids is the only safe answer."""


class DatabaseRefused(Exception):
    """PostgreSQL answers and lets us not in; its words name the user or the database, never a password."""


class RolledBack(Exception):
    """The work hid an error of the database and went on; nothing of it was written."""


_PASSING = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.InvalidCachedStatementError,
)
_DISCONNECTED = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,  # the server's farewell came between two statements
    OSError,
)


def is_passing(error: BaseException) -> bool:
    """True where the database itself undid the work and the same work may succeed a moment later."""
    return isinstance(error, _PASSING)


def is_disconnection(error: BaseException, connection: Any) -> bool:
    """True where the answer was lost with the connection (or its time ran out), so the server's side is not known."""
    if isinstance(error, asyncpg.InterfaceError) and not isinstance(error, asyncpg.PostgresConnectionError):
        return connection is None or is_closed(connection)
    return isinstance(error, _DISCONNECTED)


def is_closed(connection: Any) -> bool:
    """True for a connection that broke; the pool takes such a one back by itself, and then it no longer answers."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True
