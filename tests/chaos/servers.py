"""A shop's processes (server, worker, gateway) over one database, and ways to kill, stop and restart them."""

import asyncio
import base64
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import aiohttp
from redis.asyncio import Redis

from storage.crypto import Vault
from storage.database import Database, open_database
from storage.embedded import EmbeddedServers
from storage.embedded_commands import postgres, server_user_id
from storage.embedded_programs import ensure_running, is_gone, listener
from storage.migrate import migrate
from tests.chaos import children

MASTER_KEY = bytes(range(32))
DATABASE = "chaos"
BACK_SECONDS_MAX = 10.0
PROGRAMS = ("serve", "work", "sandbox")


@dataclass
class Child:
    """One program, alive or not."""

    name: str
    process: ForkServerProcess | None = None
    starts: int = 0


@dataclass(eq=False)
class Servers:
    """Everything that runs."""

    folder: Path
    db: Database
    redis: "Redis"
    database_url: str
    environment: dict[str, str]
    ports: dict[str, int]
    children: dict[str, Child] = field(default_factory=lambda: {name: Child(name) for name in PROGRAMS})

    @property
    def url(self) -> str:
        """The shop's server."""
        return f"http://127.0.0.1:{self.ports['serve']}"

    @property
    def sandbox_url(self) -> str:
        """The gateway."""
        return f"http://127.0.0.1:{self.ports['sandbox']}"

    async def start(self, name: str) -> None:
        """Start a program and wait until it says that it works; again when its port is not free yet."""
        child = self.children[name]
        for _ in range(20):
            child.starts += 1
            child.process, ready = children.start(name, self.environment, self.folder / f"{name}.log")
            try:
                if await asyncio.to_thread(ready.poll, children.READY_SECONDS_MAX):
                    ready.recv()
                    return
            except EOFError:
                await asyncio.sleep(0.1)
            finally:
                ready.close()
            await self.kill(name)
        raise RuntimeError(f"{name} does not start: see {self.folder / f'{name}.log'}")

    async def kill(self, name: str) -> None:
        """SIGKILL."""
        process = self.children[name].process
        if process is None or process.pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        await asyncio.to_thread(process.join)
        self.children[name].process = None

    async def freeze(self, name: str, seconds: float) -> None:
        """SIGSTOP for a while: longer than a lease, so that others take over what it has."""
        process = self.children[name].process
        if process is None or process.pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGSTOP)
            await asyncio.sleep(seconds)
            os.kill(process.pid, signal.SIGCONT)

    async def drop_connections(self) -> None:
        """End every connection of the programs, in the middle of whatever they do."""
        await self.db.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE 'refundbot%'"
        )

    async def restart_database(self) -> float:
        """End PostgreSQL as a crash would (what `pg_ctl stop -m immediate` sends) and start it again.

        Returns how many seconds the shop's server needed from then on until it was ready.
        """
        program = postgres(self.folder / "data" / "servers", (self.folder / "data" / "servers" / "sockets").resolve())
        process_id = listener(program)
        if process_id is None:
            raise RuntimeError("PostgreSQL does not listen")
        os.kill(process_id, signal.SIGQUIT)
        while not is_gone(program):  # noqa: ASYNC110 - a process of another's
            await asyncio.sleep(0.02)
        await asyncio.to_thread(ensure_running, program, server_user_id(program.folder))
        return await self._seconds_until_ready()

    async def _seconds_until_ready(self) -> float:
        started = time.monotonic()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            while time.monotonic() - started < BACK_SECONDS_MAX:
                with suppress(aiohttp.ClientError, TimeoutError, OSError):
                    async with http.get(f"{self.url}/readyz") as response:
                        if response.status == 200:
                            break
                await asyncio.sleep(0.05)
        return time.monotonic() - started

    async def flush_redis(self) -> None:
        """FLUSHALL."""
        await self.redis.flushall()


@asynccontextmanager
async def running_servers(folder: Path) -> AsyncIterator[Servers]:
    """Embedded PostgreSQL and Redis of our own, the database migrated, and all programs started."""
    async with AsyncExitStack() as stack:
        embedded = await stack.enter_async_context(EmbeddedServers.open(folder / "data"))
        admin = await stack.enter_async_context(open_database(embedded.database_url, application="chaos"))
        await admin.execute(f"CREATE DATABASE {DATABASE}")
        url = embedded.url_of_database(DATABASE)
        db = await stack.enter_async_context(open_database(url, pool_size=4, application="chaos"))
        await migrate(db)
        redis = await stack.enter_async_context(Redis.from_url(embedded.redis_url))
        ports = {name: _free_port() for name in ("serve", "sandbox")}
        environment = _environment(folder, url, embedded.redis_url, ports)
        servers = Servers(folder, db, redis, url, environment, ports)
        stack.push_async_callback(_stop, servers)
        for name in ("sandbox", "serve", "work"):
            await servers.start(name)
        yield servers


def vault() -> Vault:
    """The shop's secrets."""
    return Vault(MASTER_KEY)


async def _stop(servers: Servers) -> None:
    for name in PROGRAMS:
        await servers.kill(name)


def _environment(folder: Path, database_url: str, redis_url: str, ports: dict[str, int]) -> dict[str, str]:
    return {
        "REFUNDBOT_DATABASE_URL": database_url,
        "REFUNDBOT_REDIS_URL": redis_url,
        "REFUNDBOT_SECRET_KEY": base64.b64encode(MASTER_KEY).decode(),
        "REFUNDBOT_DATA_DIR": str(folder / "shop"),
        "REFUNDBOT_PORT": str(ports["serve"]),
        "REFUNDBOT_SANDBOX__PORT": str(ports["sandbox"]),
        "REFUNDBOT_SANDBOX__URL": f"http://127.0.0.1:{ports['sandbox']}",
        "REFUNDBOT_SANDBOX__CALLBACK_URL": f"http://127.0.0.1:{ports['serve']}",
        "REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0",
        "REFUNDBOT_CHAT__SESSIONS_PER_MINUTE": "0",
        "REFUNDBOT_WORK__LEASE_SECONDS": "6",
        "REFUNDBOT_WORK__RETRY_SECONDS": "0.5",
        "REFUNDBOT_WORK__LOOK_SECONDS": "3",
        "REFUNDBOT_WORK__TRIES_MAX": "40",
    }


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
