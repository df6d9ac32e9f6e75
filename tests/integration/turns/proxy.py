"""Something between a client and PostgreSQL that can swallow an answer and drop the connection."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

SOCKET = ".s.PGSQL.5432"


@dataclass
class AnswerSwallower:
    """Passes everything on; told to, it waits for the server's next answer, drops it and closes the connection."""

    url: str = ""
    swallows: bool = False
    swallowed: asyncio.Event = field(default_factory=asyncio.Event)

    def swallow_next(self) -> None:
        self.swallows = True

    async def serve(self, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(target)
        try:
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._questions(reader, server_writer))
                pumps.create_task(self._answers(server_reader, writer))
        except* (ConnectionError, EOFError):
            pass
        finally:
            server_writer.close()
            writer.close()

    async def _questions(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        raise EOFError

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if self.swallows:
                self.swallows = False
                self.swallowed.set()
                break
            writer.write(data)
        raise EOFError


@asynccontextmanager
async def answer_swallower(database_url: str) -> AsyncIterator[AnswerSwallower]:
    """A way to the database through a swallower."""
    parts = urlsplit(database_url)
    folder = parse_qs(parts.query)["host"][0]
    swallower = AnswerSwallower()
    with tempfile.TemporaryDirectory(prefix="rbp-", dir="/tmp") as own:
        swallower.url = f"{parts.scheme}://{parts.username}@{parts.path}?host={quote(own, safe='')}"

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await swallower.serve(f"{folder}/{SOCKET}", reader, writer)

        server = await asyncio.start_unix_server(serve, Path(own) / SOCKET)
        async with server:
            yield swallower
