"""Real `refundbot` processes: a server on embedded databases, commands beside it, and the sandbox's own ledger."""

import asyncio
import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bot.wiring import SANDBOX_SECRET
from connectors.payments.sandbox.calls import merchant_calls
from connectors.payments.sandbox.signature import ADMIN, merchant_key
from storage.crypto import Vault
from tests.forked import forked_command

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30


@dataclass(slots=True)
class Server:
    """A running server."""

    url: str
    data_dir: Path
    process: "subprocess.Popen[str]"
    environment: Mapping[str, str] = field(repr=False)

    def command(self, *arguments: str, text: str = "", check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run `refundbot …` on the same data directory."""
        done = forked_command(arguments, self.environment, text=text, seconds_max=START_SECONDS_MAX)
        if check:
            done.check_returncode()
        return done

    def create_merchant(self, slug: str, *, currency: str = "CNY") -> dict[str, str]:
        """A merchant with its secrets."""
        created = self.command("merchant", "create", slug, "--name", slug, "--currency", currency, "--json")
        return msgspec.json.decode(created.stdout, type=dict[str, str])

    async def sandbox(self, method: str, path: str, *, merchant: str = ADMIN, body: Any = None) -> Any:
        """Ask the sandbox gateway itself, signed as that merchant (or as its keeper)."""
        master = base64.b64decode((self.data_dir / "secret.key").read_text())
        key = merchant_key(Vault(master).derive(SANDBOX_SECRET), merchant)
        client = merchant_calls((self.data_dir / "sandbox/url").read_text(), merchant, key)
        try:
            answer = await client.call(method, path, b"" if body is None else msgspec.json.encode(body))
        finally:
            await client.close()
        return msgspec.json.decode(answer.raw)

    async def movements(self, merchant: str) -> list[dict[str, Any]]:
        """All money that the sandbox paid back for the merchant."""
        moved: list[dict[str, Any]] = await self.sandbox("GET", "/v1/movements", merchant=merchant)
        return moved

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS_MAX)


@contextmanager
def running_server(data_dir: Path, settings: Mapping[str, str] | None = None, *, port: int = 0) -> Iterator[Server]:
    """`refundbot serve` on that port, or any free one, until the block ends."""
    environment = environment_for(data_dir, settings)
    with (data_dir / "serve.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--port", str(port)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        yield Server(_address(process, data_dir), data_dir, process, environment)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def environment_for(data_dir: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command on that data directory, without settings of the outside."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("REFUNDBOT_")}
    return (
        outside
        | {"REFUNDBOT_DATA_DIR": str(data_dir), "REFUNDBOT_CHAT__SESSIONS_PER_MINUTE": "0"}
        | dict(settings or {})
    )


def run_command(
    arguments: tuple[str, ...], environment: Mapping[str, str], *, text: str = "", check: bool = True
) -> "subprocess.CompletedProcess[str]":
    """Run `refundbot …` to its end, started as anybody would start it."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=dict(environment),
        input=text,
        capture_output=True,
        text=True,
        check=check,
        timeout=START_SECONDS_MAX,
    )


async def until(condition: Any, *, seconds: float = 20.0, pause: float = 0.05) -> Any:
    """What the awaited condition gives once it is true; another process decides when that is."""
    deadline = time.monotonic() + seconds
    while not (found := await condition()):
        assert time.monotonic() < deadline, "it did not come about in time"
        await asyncio.sleep(pause)
    return found


def _address(process: "subprocess.Popen[str]", data_dir: Path) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.startswith("Serving at "), (line, (data_dir / "serve.log").read_text()[-2_000:])
    return line.removeprefix("Serving at ")
