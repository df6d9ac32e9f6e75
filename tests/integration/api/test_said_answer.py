"""The answer to what was said is the same over every kind of connection, head and body."""

import asyncio
from uuid import uuid4

import msgspec
from yarl import URL

from tests.integration.api.shop import Chat, Shop


def request(chat: Chat, *, version: str = "1.1", more: str = "") -> bytes:
    body = msgspec.json.encode({"client_id": str(uuid4()), "text": "hello"})
    head = (
        f"POST /api/chat/{chat.slug}/messages HTTP/{version}\r\nHost: shop\r\nAuthorization: Bearer {chat.token}\r\n"
        f"Content-Length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


async def answer(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    """The status line without its version, the headers and the body."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return first.partition(" ")[2], headers, await reader.readexactly(int(headers["Content-Length"]))


async def test_a_kept_connection_gets_the_same_head_as_one_that_closes(shop: Shop) -> None:
    chat, url = await shop.session("c-1"), URL(shop.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)

    writer.write(request(chat) + request(chat))
    kept, second = await answer(reader), await answer(reader)
    writer.write(request(chat, more="Connection: close\r\n"))
    closing, rest = await answer(reader), await reader.read()
    writer.close()

    assert kept[0] == second[0] == closing[0] == "200 OK"
    assert kept[1].keys() == closing[1].keys() - {"Connection"}
    assert all(kept[1][name] == closing[1][name] for name in kept[1].keys() - {"Date", "Content-Length"})
    assert msgspec.json.decode(second[2])["seq"] > msgspec.json.decode(kept[2])["seq"]
    assert rest == b""


async def test_a_client_of_http_1_0_is_answered_and_its_connection_closed(shop: Shop) -> None:
    chat, url = await shop.session("c-1"), URL(shop.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)

    writer.write(request(chat, version="1.0"))
    status, _, body = await answer(reader)
    rest = await reader.read()
    writer.close()

    assert (status, rest) == ("200 OK", b"")
    assert msgspec.json.decode(body)["replies"]
