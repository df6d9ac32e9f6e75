"""PostgreSQL and Redis under a data directory, started by whoever comes first and stopped by whoever leaves last.

Each user of the servers holds a shared lock on `users` for its life, so the kernel itself counts them, killed ones too.
Who starts or stops anything holds the exclusive lock on `gate` meanwhile.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from storage import embedded_commands as commands
from storage.embedded_programs import (
    PAUSE_SECONDS,
    EmbeddedServerFailedError,
    Program,
    ensure_running,
    stop,
    try_lock,
)

GATE_SECONDS_MAX = 300.0
# A socket's path holds 107 characters on Linux and 103 on macOS; the longest name here is ".s.PGSQL.5432".
SOCKET_FOLDER_LENGTH_MAX = 103 - len("/.s.PGSQL.5432")


@dataclass(frozen=True, slots=True)
class EmbeddedServers:
    """Where the running servers are reached."""

    sockets: Path

    @property
    def database_url(self) -> str:
        return self.url_of_database("postgres")

    @property
    def redis_url(self) -> str:
        return f"unix://{self.sockets}/redis.sock"

    def url_of_database(self, name: str) -> str:
        """The address of another database of the same server, understood by asyncpg and Tortoise."""
        return f"postgres://{commands.DATABASE_USER}@/{name}?host={quote(str(self.sockets), safe='')}"

    @staticmethod
    @asynccontextmanager
    async def open(data_dir: Path) -> AsyncIterator["EmbeddedServers"]:
        """As `embedded_servers`; blocks the event loop while servers start and stop, so open before serving."""
        with embedded_servers(data_dir) as servers:
            yield servers


@contextmanager
def embedded_servers(data_dir: Path, changed: Mapping[str, str] = MappingProxyType({})) -> Iterator[EmbeddedServers]:
    """Use the servers under the data directory, starting them if they do not run.

    changed: settings of PostgreSQL that apply if it is this call that starts it.

    Any number of processes, and of users in one process, may do so at once. Killing one of them harms no other. When
    every user was killed, the servers go on until the next user leaves in order.
    """
    folder = data_dir.resolve() / "servers"
    _make_folder(folder)
    with (folder / "users").open("ab") as users:
        try:
            with _gate(folder):
                fcntl.flock(users, fcntl.LOCK_SH)
                sockets = _start(folder, changed)
            yield EmbeddedServers(sockets)
        finally:
            with _gate(folder):
                if try_lock(users, fcntl.LOCK_EX):
                    _stop(folder)


def _start(folder: Path, changed: Mapping[str, str]) -> Path:
    user_id = commands.server_user_id(folder)
    if user_id is not None:
        commands.make_passable(folder)
    sockets = _socket_folder(folder, user_id)
    for program in _programs(folder, sockets, changed):
        ensure_running(program, user_id)
    return sockets


def _stop(folder: Path) -> None:
    for program in _programs(folder, (folder / "sockets").resolve()):
        stop(program)


def _programs(
    folder: Path, sockets: Path, changed: Mapping[str, str] = MappingProxyType({})
) -> tuple[Program, Program]:
    return commands.redis(folder, sockets), commands.postgres(folder, sockets, changed)


@contextmanager
def _gate(folder: Path) -> Iterator[None]:
    deadline = time.monotonic() + GATE_SECONDS_MAX
    with (folder / "gate").open("ab") as gate:
        while not try_lock(gate, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EmbeddedServerFailedError(
                    str(gate.name), f"locked by another process for {GATE_SECONDS_MAX:.0f} s"
                )
            time.sleep(PAUSE_SECONDS)
        yield


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == os.geteuid():
        folder.chmod(0o711)


def _socket_folder(folder: Path, user_id: int | None) -> Path:
    """`folder`/sockets, which for a long path is a link to a short folder made for it."""
    sockets = folder / "sockets"
    if len(os.fsencode(sockets)) > SOCKET_FOLDER_LENGTH_MAX:
        sockets = _short_folder(sockets)
    sockets.mkdir(mode=0o700, exist_ok=True)
    if user_id is not None:
        os.chown(sockets, user_id, user_id)
    return sockets


def _short_folder(link: Path) -> Path:
    """The folder that the link names, in /tmp since other places may be long too; made anew if it was cleaned away."""
    if link.is_dir():
        return link.readlink()
    link.unlink(missing_ok=True)
    link.symlink_to(tempfile.mkdtemp(prefix="refundbot-", dir="/tmp"))
    return link.readlink()
