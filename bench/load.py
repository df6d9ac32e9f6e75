"""The load generator: keep-alive HTTP/1.1 over raw asyncio protocols, the same for every server under test.

A talker says what to send next and sees every answer. In a closed run each connection sends as soon as it was answered;
in an open run messages start at a fixed rate, and a message that finds no free connection has been waiting since its
own start, so a slow server cannot hide behind a polite client.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast


class Talker(Protocol):
    """One consumer after another on one connection."""

    def next_request(self) -> bytes:
        """The next whole HTTP request."""
        ...

    def answered(self, status: int, body: bytes) -> None:
        """See the answer to the last request."""
        ...


@dataclass(slots=True)
class Measured:
    """What one run saw; latencies in seconds, of those messages that were answered inside the window."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        if not self.latencies:
            return 0.0
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class HttpConnection(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self, load: "Load", talker: Talker) -> None:
        self._load = load
        self._talker = talker
        self._buffer = b""
        self._started = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._load.is_free(self)

    def connection_lost(self, _: Exception | None) -> None:
        self._load.lost()

    def send(self, started: float) -> None:
        self._started = started
        assert self._transport is not None
        self._transport.write(self._talker.next_request())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        whole = end + 4 + content_length(self._buffer[:end])
        if len(self._buffer) < whole:
            return
        status, body = int(self._buffer[9:12]), self._buffer[end + 4 : whole]
        self._buffer = self._buffer[whole:]
        self._load.note(self._started, status)
        self._talker.answered(status, body)
        self._load.is_free(self)


class Load:
    """Talkers on their connections, for a while."""

    def __init__(self, host: str, port: int, talkers: Sequence[Talker]) -> None:
        self._address = (host, port)
        self._talkers = talkers
        self._connections: list[HttpConnection] = []
        self._free: deque[HttpConnection] = deque()
        self._due: deque[float] = deque()
        self._is_closed_run = True
        self._is_running = False
        self._window = Measured()
        self._window_from = 0.0
        self._in_flight = 0

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        for talker in self._talkers:
            connection = HttpConnection(self, talker)
            await loop.create_connection(lambda made=connection: made, *self._address)  # type: ignore[misc]  # bound early
            self._connections.append(connection)

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    async def run_closed(self, seconds: float) -> Measured:
        """Every connection sends as soon as it was answered."""
        self._is_closed_run = True
        return await self._run(seconds)

    async def run_open(self, seconds: float, rate: float) -> Measured:
        """Messages start at `rate` a second, whether or not earlier ones were answered."""
        self._is_closed_run = False
        ticker = asyncio.ensure_future(self._tick(rate))
        try:
            return await self._run(seconds)
        finally:
            ticker.cancel()

    def is_free(self, connection: HttpConnection) -> None:
        if self._is_running and self._is_closed_run:
            self._send(connection, time.perf_counter())
        elif self._is_running and self._due:
            self._send(connection, self._due.popleft())
        else:
            self._free.append(connection)

    def note(self, started: float, status: int) -> None:
        self._in_flight -= 1
        if started < self._window_from:
            return
        if status != 200:
            self._window.failed += 1
            return
        self._window.latencies.append(time.perf_counter() - started)

    def lost(self) -> None:
        if self._is_running:
            self._window.failed += 1

    async def _run(self, seconds: float) -> Measured:
        self._window, self._window_from, self._is_running = Measured(), time.perf_counter(), True
        if self._is_closed_run:
            waiting, self._free = list(self._free), deque()
            for connection in waiting:
                self._send(connection, time.perf_counter())
        await asyncio.sleep(seconds)
        self._is_running = False
        self._window.seconds = time.perf_counter() - self._window_from
        measured = self._window
        self._window = Measured()
        await self._drain()
        return measured

    async def _drain(self) -> None:
        self._due.clear()
        deadline = time.perf_counter() + 10
        while self._in_flight and time.perf_counter() < deadline:  # noqa: ASYNC110 # cheaper than an event a message
            await asyncio.sleep(0.005)

    async def _tick(self, rate: float) -> None:
        started, sent = time.perf_counter(), 0
        while self._is_running:
            due = int((time.perf_counter() - started) * rate)
            while sent < due:
                self._start_one(started + sent / rate)
                sent += 1
            await asyncio.sleep(0.001)

    def _start_one(self, at: float) -> None:
        if self._free:
            self._send(self._free.popleft(), at)
        else:
            self._due.append(at)

    def _send(self, connection: HttpConnection, started: float) -> None:
        self._in_flight += 1
        connection.send(started)


def content_length(head: bytes) -> int:
    """What the answer's head says of its body's length; 0 where it says nothing."""
    at = head.find(b"Content-Length: ")
    if at < 0:
        return 0
    return int(head[at + 16 : at + 28].split(b"\r", 1)[0])


def post(path: str, body: bytes, *, token: str = "", host: str = "127.0.0.1") -> bytes:
    """A whole POST request with a JSON body."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{authorization}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
