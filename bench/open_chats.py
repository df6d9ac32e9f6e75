"""What an open chat costs: thousands of live web chats in one process, beside as many bare aiohttp WebSockets.

python -m bench.open_chats [--chats N] opens a session and a stream for each of N customers at `refundbot serve`, and N
sockets at bench.bare_socket_server, and compares what the two processes grew by. Both sides have the same clients.
"""

import argparse
import asyncio
import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import uvloop

from bench.mix import Consumer
from bench.processes import Child, child
from bench.sessions import open_sessions
from bench.shop import customer_name
from storage.embedded import embedded_servers

SLUG = "bench"
CHATS = 10_000
BEYOND_KB_MAX = 25.0
AT_ONCE = 64
_OPCODE_TEXT = 0x81
_MASKED = 0x80


class _Merchant(msgspec.Struct):
    chat_secret: str


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.open_chats", description=__doc__)
    parser.add_argument("--chats", type=int, default=CHATS)
    chats = parser.parse_args().chats
    with tempfile.TemporaryDirectory(prefix="rbo-", dir="/tmp") as folder, ExitStack() as stack:
        environment = {
            **os.environ,
            "REFUNDBOT_DATA_DIR": folder,
            "REFUNDBOT_PORT": "0",
            "REFUNDBOT_CHAT__SESSIONS_PER_MINUTE": "0",
            "REFUNDBOT_LOG_LEVEL": "warning",
        }
        stack.enter_context(embedded_servers(Path(folder)))
        command = ("merchant", "create", SLUG, "--name", "Bench", "--currency", "CNY", "--json")
        made = subprocess.run(
            [sys.executable, "-m", "bot", *command], env=environment, check=True, stdout=subprocess.PIPE
        )
        secret = msgspec.json.decode(made.stdout, type=_Merchant).chat_secret
        bare = stack.enter_context(child(("-m", "bench.bare_socket_server")))
        ours = stack.enter_context(child(("-m", "bot", "serve"), environment))
        consumers = [Consumer(customer_name(number)) for number in range(chats)]
        uvloop.run(open_sessions(ours.port, SLUG, secret, consumers, connections=32))
        frames = [b'{"session":"%s"}' % consumer.token.encode() for consumer in consumers]
        path = f"/api/chat/{SLUG}/stream?after=0"
        bare_kb = uvloop.run(_grown_kb(bare, "/stream", [b"{}"] * chats))
        ours_kb = uvloop.run(_grown_kb(ours, path, frames))
        _report(chats, bare_kb, ours_kb)


async def _grown_kb(server: Child, path: str, frames: Sequence[bytes]) -> float:
    """Kilobytes that the server grew by for each socket that is open and has been answered."""
    await _opened(server.port, path, frames[:AT_ONCE])  # what is made once is made before
    before = server.resident_mb()
    sockets = await _opened(server.port, path, frames)
    grown = (server.resident_mb() - before) * 1000 / len(frames)
    for _, writer in sockets:
        writer.close()
    return grown


async def _opened(
    port: int, path: str, frames: Sequence[bytes]
) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(frame: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with gate:
            return await _open(port, path, frame)

    return await asyncio.gather(*(one(frame) for frame in frames))


async def _open(port: int, path: str, frame: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4_096)
    key = base64.b64encode(os.urandom(16)).decode()
    head = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    writer.write(head.encode() + _frame(frame))
    answer = await reader.readuntil(b"\r\n\r\n")
    if not answer.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(f"no socket: {answer!r}")
    return reader, writer


def _frame(text: bytes) -> bytes:
    """A masked text frame of at most 65,535 bytes; the mask is zero, so the text stands in it as it is."""
    short = len(text) < 126
    length = bytes((_MASKED | len(text),)) if short else bytes((_MASKED | 126,)) + len(text).to_bytes(2, "big")
    return bytes((_OPCODE_TEXT,)) + length + bytes(4) + text


def _report(chats: int, bare_kb: float, ours_kb: float) -> None:
    beyond = ours_kb - bare_kb
    verdict = "met" if beyond <= BEYOND_KB_MAX else "MISSED"
    print(f"{chats:,} open chats, kB each: bare aiohttp {bare_kb:.1f}, refundbot {ours_kb:.1f}")
    print(f"beyond the bare socket {beyond:.1f} kB, at most {BEYOND_KB_MAX:g}: {verdict}")


if __name__ == "__main__":
    main()
