"""Programs as child processes, forked from one that has imported everything: all but the first start at once."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO

from bot.cli import main

CONTEXT = get_context("forkserver")
# One process serves every fork of ours, so all that any of them needs stands here.
CONTEXT.set_forkserver_preload([
    "bot.cli.running",
    "bot.sandbox_child",
    "bot.serving",
    "channels.support_chat.telegram.channel",
    "connectors.payments.sandbox.server",
    "tests.chaos.children",
    "tests.forked",
    "uvloop",
])  # fmt: skip


def forked_command(
    arguments: tuple[str, ...], environment: Mapping[str, str], *, text: str = "", seconds_max: float
) -> "subprocess.CompletedProcess[str]":
    """Run `refundbot …` to its end in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "0").write_text(text)
        process = CONTEXT.Process(target=_run, args=(arguments, dict(environment), name), daemon=True)
        process.start()
        process.join(seconds_max)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, seconds_max)
        written = [(folder / number).read_text() for number in ("1", "2")]
        return subprocess.CompletedProcess(arguments, process.exitcode, *written)


@dataclass(frozen=True, slots=True)
class Served:
    """A command that runs until it is told to end."""

    process: BaseProcess
    said: IO[str]

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self.process.pid is not None
        return self.process.pid

    def stop(self, seconds_max: float) -> int:
        """SIGTERM; the exit code. Raises TimeoutExpired, and has killed it then."""
        self.process.terminate()
        self.process.join(seconds_max)
        if self.process.exitcode is None:
            self.kill()
            raise subprocess.TimeoutExpired(self.process.name, seconds_max)
        return self.process.exitcode

    def kill(self) -> None:
        """SIGKILL, and wait for the end."""
        self.process.kill()
        self.process.join()


@contextmanager
def forked_service(
    arguments: tuple[str, ...], environment: Mapping[str, str], log: Path, *, stop_seconds_max: float
) -> Iterator[Served]:
    """`refundbot …` in a process of its own until the block ends; what it complains of is added to the log."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(
        target=_serve, args=(arguments, dict(environment), theirs, str(log)), name=arguments[0], daemon=True
    )
    process.start()
    theirs.close()
    with open(ours.fileno(), encoding="utf-8", closefd=False) as said:
        served = Served(process, said)
        try:
            yield served
        finally:
            if process.is_alive():
                served.stop(stop_seconds_max)
            ours.close()


def _serve(arguments: tuple[str, ...], environment: dict[str, str], said: Connection, log: str) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(said.fileno(), 1)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    said.close()
    os.environ.clear()
    os.environ.update(environment)
    main(list(arguments), prog_name="refundbot")


def _run(arguments: tuple[str, ...], environment: dict[str, str], folder: str) -> None:
    for number, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(f"{folder}/{number}", flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 # a number; it ends with the process
    os.environ.clear()
    os.environ.update(environment)
    main(list(arguments), prog_name="refundbot")
