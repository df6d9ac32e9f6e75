"""Stopping the server under load: nothing acknowledged is lost, nothing is said twice."""

import asyncio
from pathlib import Path
from uuid import uuid4

import aiohttp

from tests.acceptance.running import running_server, until
from tests.acceptance.shop import Chat, Shop

CUSTOMERS = 8
MESSAGES_UNTIL_STOP = 100


async def test_sigterm_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    acknowledged: dict[str, list[str]] = {}
    settings = {"REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0"}
    async with aiohttp.ClientSession() as http:
        with running_server(tmp_path, settings) as server:
            created = server.create_merchant("stops")
            shop = Shop(server, http, "stops", created["api_key"], created["chat_secret"])
            chats = {f"c-{number}": await shop.chat(f"c-{number}") for number in range(CUSTOMERS)}
            talking = [asyncio.create_task(_talk(name, chat, acknowledged)) for name, chat in chats.items()]
            await until(lambda: _count(acknowledged))
            code = await asyncio.to_thread(server.stop)
            await asyncio.gather(*talking)
        with running_server(tmp_path, settings) as again:
            shop = Shop(again, http, "stops", created["api_key"], created["chat_secret"])
            kept = {name: await _said(await shop.chat(name)) for name in acknowledged}

    assert code == 0
    for name, ids in acknowledged.items():
        assert [one for one in kept[name] if one in ids] == ids
        assert len(kept[name]) == len(set(kept[name]))


async def _count(acknowledged: dict[str, list[str]]) -> bool:
    return sum(len(ids) for ids in acknowledged.values()) > MESSAGES_UNTIL_STOP


async def _talk(name: str, chat: Chat, acknowledged: dict[str, list[str]]) -> None:
    """Say one thing after the other until the server is gone."""
    acknowledged[name] = []
    while True:
        client_id = str(uuid4())
        try:
            status, _ = await chat.post("/messages", {"client_id": client_id, "text": "hello"})
        except (aiohttp.ClientError, OSError):
            return
        if status != 200:
            return
        acknowledged[name].append(client_id)


async def _said(chat: Chat) -> list[str]:
    ids: list[str] = []
    after, more = 0, True
    while more:
        _, page = await chat.get(f"/messages?after={after}")
        ids += [message["client_id"] for message in page["messages"] if message["sender"] == "customer"]
        after, more = page["messages"][-1]["seq"], page["more"]
    return ids
