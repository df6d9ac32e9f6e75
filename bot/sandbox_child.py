"""The sandbox gateway as a child of `serve`: it ends when its parent does, however the parent ends."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings, child_environment

_START_SECONDS_MAX = 20.0
_STOP_SECONDS_MAX = 5.0


class SandboxDidNotStart(Exception):
    """The child ended, or said nothing, before it named its address."""


@asynccontextmanager
async def sandbox_child(settings: Settings) -> AsyncIterator[str]:
    """Run `refundbot sandbox` and yield its address.

    Its standard input is a pipe that only this process holds open: when this process is gone, even killed, the pipe
    ends and the child stops. It has a session of its own, so Ctrl-C reaches it through us, after our last refund.
    """
    command = (sys.executable, "-m", "bot", "sandbox", "--port", str(settings.sandbox.port), "--until-stdin-ends")
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=child_environment(settings),
        start_new_session=True,
    )
    try:
        yield await _address(child)
    finally:
        await _stop(child)


async def _address(child: asyncio.subprocess.Process) -> str:
    assert child.stdout is not None  # noqa: S101 - it was asked for
    try:
        line = await asyncio.wait_for(child.stdout.readline(), _START_SECONDS_MAX)
    except TimeoutError:
        line = b""
    address = line.decode().strip()
    if not address.startswith("http://"):
        raise SandboxDidNotStart
    return address


async def _stop(child: asyncio.subprocess.Process) -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        await asyncio.wait_for(child.wait(), _STOP_SECONDS_MAX)
    except TimeoutError:
        child.kill()
        await child.wait()
