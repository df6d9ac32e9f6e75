"""The WebSocket: who may open it, what comes over it, and how it ends."""

from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import WSMsgType

from storage.database import Database
from tests.integration.api.shop import Chat, Shop, open_shop

WAIT = aiohttp.ClientWSTimeout(ws_receive=30)


async def test_what_is_said_elsewhere_comes_over_the_stream_in_order(shop: Shop) -> None:
    chat = await shop.session("c-1")
    async with _open(shop) as socket:
        await socket.send_json({"session": chat.token})

        _, answer = await chat.say("hello")
        frames = [await _frame(socket) for _ in range(answer["seq"])]

    assert [frame["type"] for frame in frames] == ["reply"] * answer["seq"]
    assert [frame["seq"] for frame in frames] == list(range(1, answer["seq"] + 1))
    assert frames[0]["client_id"]


async def test_a_stream_goes_on_after_the_place_that_the_client_knows(shop: Shop) -> None:
    chat = await shop.session("c-1")
    _, answer = await chat.say("hello")
    async with _open(shop, after=answer["seq"] - 1) as socket:
        await socket.send_json({"session": chat.token})

        frame = await _frame(socket)

    assert frame["seq"] == answer["seq"]


async def test_redis_may_forget_everything_and_the_stream_still_brings_it(shop: Shop) -> None:
    chat = await shop.session("c-1")
    async with _open(shop) as socket:
        await socket.send_json({"session": chat.token})
        await shop.services.live._redis.client_kill_filter(_type="pubsub")

        _, answer = await chat.say("hello")
        frames = [await _frame(socket) for _ in range(answer["seq"])]

    assert frames[-1]["seq"] == answer["seq"]


async def test_a_hand_over_is_told_on_the_stream(shop: Shop) -> None:
    chat = await shop.session("c-1")
    async with _open(shop) as socket:
        await socket.send_json({"session": chat.token})
        await chat.say(action="human")

        frames = [await _frame(socket) for _ in range(4)]

    assert {"type": "handover", "holder": "queue", "agent": None} in frames


async def test_who_comes_after_a_hand_over_is_told_of_it(shop: Shop) -> None:
    chat = await shop.session("c-1")
    _, answer = await chat.say(action="human")

    async with _open(shop, after=answer["seq"]) as socket:
        await socket.send_json({"session": chat.token})
        frame = await _frame(socket)

    assert frame == {"type": "handover", "holder": "queue", "agent": None}
    _, history = await chat.get("/messages?after=0")
    assert history["handover"] == frame


async def test_who_knows_of_a_hand_over_is_told_only_of_the_return(shop: Shop) -> None:
    chat = await shop.session("c-1")
    _, answer = await chat.say(action="human")

    async with _open(shop, after=answer["seq"], holder="queue") as socket:
        await socket.send_json({"session": chat.token})
        _, answer = await chat.say(action="back")
        frames = [await _frame(socket) for _ in range(3)]

    assert [frame for frame in frames if frame["type"] == "handover"] == [
        {"type": "handover", "holder": "bot", "agent": None}
    ]


async def test_a_return_before_the_stream_was_open_is_told(shop: Shop) -> None:
    chat = await shop.session("c-1")
    _, answer = await chat.say("hello")

    async with _open(shop, after=answer["seq"], holder="agent") as socket:
        await socket.send_json({"session": chat.token})
        frame = await _frame(socket)

    assert frame == {"type": "handover", "holder": "bot", "agent": None}


@pytest.mark.parametrize("token", ["AAAA", "", "x" * 1_000])
async def test_a_stream_without_a_session_ends_with_4401(shop: Shop, token: str) -> None:
    async with _open(shop) as socket:
        await socket.send_json({"session": token})
        await socket.receive()

    assert socket.close_code == 4401


async def test_a_session_of_another_merchant_opens_no_stream(shop: Shop) -> None:
    await shop.another_merchant("other")
    chat = await shop.session("c-1")

    async with _open(shop, slug="other") as socket:
        await socket.send_json({"session": chat.token})
        await socket.receive()

    assert socket.close_code == 4401


async def test_who_says_nothing_in_time_is_ended(database: Database, redis_url: str, tmp_path: Path) -> None:
    settings = {"REFUNDBOT_CHAT__FIRST_FRAME_SECONDS": "0.2"}
    async with open_shop(database, redis_url, tmp_path, settings) as shop, _open(shop) as socket:
        await socket.receive()

    assert socket.close_code == 4401


@pytest.mark.parametrize(
    ("frame", "code"), [(b"\x00", 1003), ("{", 1007), ("[]", 1007), ("x" * 20_000, 1009), ('{"type": 1}', 1007)]
)
async def test_a_broken_later_frame_ends_the_stream_and_nothing_else(shop: Shop, frame: str | bytes, code: int) -> None:
    chat = await shop.session("c-1")
    async with _open(shop) as socket:
        await socket.send_json({"session": chat.token})
        await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
        while (await socket.receive()).type is WSMsgType.TEXT:
            pass
    status, _ = await chat.say("still here")

    assert (socket.close_code, status) == (code, 200)


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://evil.example", 403), ("null", 403), ("https://shop.example", 101), (None, 101), ("own", 101)],
)
async def test_only_pages_of_the_merchant_may_open_a_stream(shop: Shop, origin: str | None, status: int) -> None:
    headers = {} if origin is None else {"Origin": shop.url if origin == "own" else origin}

    try:
        async with shop.http.ws_connect(_address(shop), headers=headers):
            opened = 101
    except aiohttp.WSServerHandshakeError as refused:
        opened = refused.status

    assert opened == status


async def test_a_conversation_has_no_more_streams_than_are_allowed(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    settings = {"REFUNDBOT_CHAT__STREAMS_PER_CONVERSATION_MAX": "1"}
    async with open_shop(database, redis_url, tmp_path, settings) as shop:
        chat = await shop.session("c-1")
        await chat.say("hello")
        async with _open(shop) as first, _open(shop) as second:
            await first.send_json({"session": chat.token})
            await _frame(first)
            await second.send_json({"session": chat.token})
            await second.receive()

    assert second.close_code == 4429


async def test_a_stream_ends_with_its_session(shop: Shop) -> None:
    chat: Chat = await shop.session("c-1")
    async with _open(shop) as socket:
        await socket.send_json({"session": chat.token})
        await chat.say("hello")
        await _frame(socket)
        shop.clock.move(86_401)
        while (await socket.receive()).type is WSMsgType.TEXT:
            pass

    assert socket.close_code == 4401


def _address(shop: Shop, *, slug: str = "shop", after: int = 0, holder: str = "bot") -> str:
    return f"{shop.url}/api/chat/{slug}/stream?after={after}&holder={holder}"


def _open(shop: Shop, *, slug: str = "shop", after: int = 0, holder: str = "bot") -> Any:
    return shop.http.ws_connect(_address(shop, slug=slug, after=after, holder=holder), timeout=WAIT)


async def _frame(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    frame: dict[str, Any] = msgspec.json.decode(await socket.receive_str())
    return frame
