"""The programs under trial as child processes, forked from one that has imported everything: restarts are cheap."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import uvloop

from bot.logs import start_logs
from bot.serving import serve, work
from bot.settings import Settings, load_settings, master_key
from bot.wiring import SANDBOX_SECRET
from connectors.payments.sandbox.server import SandboxServer, run_sandbox
from storage.crypto import Vault
from tests.forked import CONTEXT

READY_SECONDS_MAX = 30.0
SETTLE_SECONDS = 0.2
Ready = Callable[[str], None]


def start(name: str, environment: dict[str, str], log: Path) -> tuple[ForkServerProcess, Connection]:
    """Start "serve", "work" or "sandbox"; the pipe says something once it works."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_main, args=(name, environment, str(log), theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _main(name: str, environment: dict[str, str], log: str, ready: Connection) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 2)
    os.environ.update(environment)
    settings = load_settings()
    start_logs("warning")
    sys.stderr.flush()
    uvloop.run(_PROGRAMS[name](settings, ready.send))


async def _serve(settings: Settings, ready: Ready) -> None:
    await serve(settings, ready=ready)


async def _work(settings: Settings, ready: Ready) -> None:
    await work(settings, ready=ready)


async def _sandbox(settings: Settings, ready: Ready) -> None:
    secret = Vault(master_key(settings)).derive(SANDBOX_SECRET)
    server = SandboxServer(
        secret, settings.data_dir / "sandbox", port=settings.sandbox.port, settle_seconds=SETTLE_SECONDS
    )
    await run_sandbox(server, ready=ready, stop=asyncio.Event())


_PROGRAMS: dict[str, Callable[[Settings, Ready], Coroutine[Any, Any, None]]] = {
    "serve": _serve,
    "work": _work,
    "sandbox": _sandbox,
}
