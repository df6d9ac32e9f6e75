"""Opening chat sessions before a measurement, as a shop's page does: a signed identity for each customer."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from bench.load import content_length, post
from bench.mix import Consumer
from channels.support_chat.web.signature import sign_identity


class _Session(msgspec.Struct):
    session: str


async def open_sessions(port: int, slug: str, secret: str, consumers: Sequence[Consumer], *, connections: int) -> None:
    """Open a session for every consumer over so many connections."""
    shares = [consumers[start::connections] for start in range(connections)]
    await asyncio.gather(*(_open_share(port, slug, secret, share) for share in shares))


async def _open_share(port: int, slug: str, secret: str, consumers: Sequence[Consumer]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for consumer in consumers:
        identity = sign_identity(consumer.name, secret, now=datetime.now(UTC))
        body = msgspec.json.encode({"identity": identity, "locale": "zh-CN"})
        writer.write(post(f"/api/chat/{slug}/sessions", body))
        head = await reader.readuntil(b"\r\n\r\n")
        answer = await reader.readexactly(content_length(head))
        if not head.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(f"no session: {answer!r}")
        consumer.token = msgspec.json.decode(answer, type=_Session).session
    writer.close()
