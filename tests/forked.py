"""Programs as child processes, forked from one that has imported everything: all but the first start at once."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

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


def _run(arguments: tuple[str, ...], environment: dict[str, str], folder: str) -> None:
    for number, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(f"{folder}/{number}", flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 # a number; it ends with the process
    os.environ.clear()
    os.environ.update(environment)
    main(list(arguments), prog_name="refundbot")
