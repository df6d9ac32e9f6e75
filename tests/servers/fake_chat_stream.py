"""What the fake chat server's sockets do: bring a page up to date, then send what happens, until they are cut."""

import contextlib
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.fake_chat_state import Talk


async def listen(socket: web.WebSocketResponse, talk: Talk, after: int, holder: str) -> None:
    """One socket's life."""
    await _bring_up(socket, talk, after, holder)
    talk.sockets.add(socket)
    talk.watched.set()
    async for message in socket:
        if message.type is WSMsgType.ERROR:
            break
    talk.sockets.discard(socket)
    if not talk.sockets:
        talk.watched.clear()


async def _bring_up(socket: web.WebSocketResponse, talk: Talk, after: int, holder: str) -> None:
    """Whatever is said or changes hands meanwhile is brought as well: nothing falls between this and listening."""
    while (left := [one for one in talk.said if one["seq"] > after]) or talk.hands["holder"] != holder:
        for reply in left:
            await socket.send_json({"type": "reply", **reply})
            after = reply["seq"]
        if talk.hands["holder"] != holder:
            holder = talk.hands["holder"]
            await socket.send_json(talk.hands)


async def send(talk: Talk, frame: dict[str, Any]) -> None:
    """One frame to all who listen."""
    for socket in list(talk.sockets):
        with contextlib.suppress(ConnectionError, RuntimeError):
            await socket.send_json(frame)


def cut(socket: web.WebSocketResponse) -> None:
    """Ends the connection under a socket, without a closing handshake."""
    transport = socket._req.transport if socket._req is not None else None
    if transport is not None:
        transport.abort()
