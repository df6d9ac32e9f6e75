"""Our channel against a Bot API that somebody else wrote."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from channels.channel import Arrival, Spoken
from channels.support_chat.telegram.channel import PolledTelegramChannel, TelegramChannel
from dialogs.messages import Choice, Reply
from tests.integration.telegram.conftest import opened
from tests.peers.packages import installed_peers
from tests.peers.telegram import PERSON, Peer, running_peer

QUESTION = Reply("Please choose.", (Choice("Damaged", "reason:damaged"), Choice("Person", "human")))


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """The other program, to which nobody has spoken."""
    async with running_peer(installed_peers()) as running:
        yield running


async def send(channel: TelegramChannel, reply: Reply, *, edits: str | None = None) -> str:
    """Say it to the person; the id of the message."""
    (payload,) = channel.render([Spoken(1, reply)], "en", edits=edits)
    return (await channel.send(str(PERSON), payload, key="1")).message_id


async def asked(channel: TelegramChannel) -> list[Arrival]:
    """What the person did meanwhile."""
    assert isinstance(channel, PolledTelegramChannel)
    arrivals, _ = await channel.poll(after=None)
    return list(arrivals)


def content(arrival: Arrival) -> str | None:
    message = arrival.message
    return None if message is None else message.text or message.action


async def test_a_question_arrives_with_its_buttons(peer: Peer) -> None:
    async with opened(peer.address, mode="polling") as channel:
        await send(channel, QUESTION)

    (seen,) = await peer.say("getUpdates")
    rows = seen["message"]["reply_markup"]["inline_keyboard"]
    assert seen["message"]["text"] == "Please choose."
    assert [button["callback_data"] for row in rows for button in row] == ["reason:damaged", "human"]


async def test_a_text_a_command_and_a_press_are_read_and_the_answer_takes_the_questions_place(peer: Peer) -> None:
    async with opened(peer.address, mode="polling") as channel:
        question = await send(channel, QUESTION)
        await peer.say("sendMessage", text="the mug is broken")
        await peer.say("sendCommand", text="/refund", entities=[{"type": "bot_command", "offset": 0, "length": 7}])
        await peer.say("sendCallback", data="reason:damaged", message={"message_id": int(question)})

        arrivals = await asked(channel)
        await channel.acknowledge(arrivals[-1])
        await send(channel, Reply("Please send pictures."), edits=arrivals[-1].edits)

    assert [content(arrival) for arrival in arrivals] == ["the mug is broken", "start:refund", "reason:damaged"]
    assert arrivals[-1].edits == question
    assert await peer.bot_texts() == ["Please send pictures."]


async def test_an_update_comes_to_the_webhook(peer: Peer) -> None:
    async with opened(peer.address) as channel:
        await channel.connect()
        await peer.say("sendMessage", text="by webhook")
        request = await asyncio.wait_for(peer.webhooks.get(), 10)
        now = datetime.now(UTC)
        arrivals = channel.parse(channel.verify(request, now=now), now=now)

    assert [content(arrival) for arrival in arrivals] == ["by webhook"]
