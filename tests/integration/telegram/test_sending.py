"""What is rendered is taken by the Bot API, and each of its errors says what to do next."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from channels.channel import Payload, Spoken, Unreachable
from channels.support_chat.telegram.channel import TelegramChannel
from channels.support_chat.telegram.client import TelegramClient
from dialogs.messages import Choice, Reply, Select
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from tests.integration.telegram.conftest import opened
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram
from tests.servers.telegram.state import TOKEN

HELLO = Payload("sendMessage", {"text": "您好"})
QUESTION = Reply("请选择原因。", (Choice("商品损坏", "reason:damaged"), Choice("转人工", "human")))


async def say(channel: TelegramChannel, person: Person, *replies: Reply, edits: str | None = None) -> list[str]:
    """Renders and sends; the ids of what was sent."""
    spoken = [Spoken(place, reply) for place, reply in enumerate(replies, 1)]
    payloads = channel.render(spoken, "zh-CN", edits=edits)
    return [(await channel.send(str(person.number), payload, key="k")).message_id for payload in payloads]


async def test_a_reply_arrives_with_its_buttons(channel: TelegramChannel, person: Person) -> None:
    (message_id,) = await say(channel, person, QUESTION)

    (message,) = person.bot_messages
    assert (str(message.message_id), message.text) == (message_id, "请选择原因。")
    assert message.buttons == {"商品损坏": "reason:damaged", "转人工": "human"}


async def test_the_largest_replies_are_within_what_the_bot_api_takes(channel: TelegramChannel, person: Person) -> None:
    lines = tuple(Choice(f"{'很长的商品名称' * 6} × {n}", f"line:{'L' * 60}{n}*{n}") for n in range(1, 51))
    longest = Reply("这是很长的一句话。😀" * 900, (*lines, Choice("返回", "back")), Select(1, 50))

    await say(channel, person, longest)

    data = [data for message in person.bot_messages for data in message.buttons.values()]
    assert len(set(data)) == 52  # each line, the one that takes what is ticked, and the way back


async def test_an_answer_takes_the_place_of_the_question(channel: TelegramChannel, person: Person) -> None:
    await say(channel, person, QUESTION)
    question = person.bot_messages[0]

    (message_id,) = await say(channel, person, Reply("请上传照片。"), edits=str(question.message_id))

    assert [message.text for message in person.bot_messages] == ["请上传照片。"]
    assert (question.buttons, message_id) == ({}, str(question.message_id))


async def test_a_record_stays_and_loses_its_buttons(channel: TelegramChannel, person: Person) -> None:
    await say(channel, person, QUESTION)
    question = person.bot_messages[0]

    await say(channel, person, Reply("已提交。"), edits=f"{question.message_id}:keep")

    assert [(message.text, message.buttons) for message in person.bot_messages] == [
        ("请选择原因。", {}),
        ("已提交。", {}),
    ]


@pytest.mark.parametrize("edits", ["1", "1:keep"])
async def test_a_message_of_ours_that_is_gone_is_refused_so_that_the_text_is_said_anew(
    channel: TelegramChannel, person: Person, edits: str
) -> None:
    with pytest.raises(SendRefused) as refused:
        await say(channel, person, Reply("已提交。"), edits=edits)

    assert refused.value.code == "bad_request_message_to_edit_not_found"
    assert person.bot_messages == []


async def test_the_same_change_twice_changes_once_and_is_no_error(channel: TelegramChannel, person: Person) -> None:
    await say(channel, person, QUESTION)
    mark = str(person.bot_messages[0].message_id)

    await say(channel, person, Reply("请上传照片。"), edits=mark)
    (message_id,) = await say(channel, person, Reply("请上传照片。"), edits=mark)

    assert (message_id, len(person.bot_messages), person.bot_messages[0].edits) == (mark, 1, 1)


async def test_too_many_requests_waits_as_long_as_told(
    fake: FakeTelegram, channel: TelegramChannel, person: Person
) -> None:
    fake.fault("sendMessage", "flood", seconds=7)

    with pytest.raises(SendLater) as later:
        await channel.send(str(person.number), HELLO, key="k")

    assert later.value.after_seconds == 7
    assert person.bot_messages == []


async def test_who_blocked_the_bot_cannot_be_reached(channel: TelegramChannel, person: Person) -> None:
    await person.block()

    with pytest.raises(Unreachable):
        await channel.send(str(person.number), HELLO, key="k")


@pytest.mark.parametrize("kind", ["error", "html", "lost", "dropped"])
async def test_an_answer_that_does_not_come_leaves_the_outcome_unknown(
    fake: FakeTelegram, channel: TelegramChannel, person: Person, kind: str
) -> None:
    fake.fault("sendMessage", kind)

    with pytest.raises(AnswerUnknown):
        await channel.send(str(person.number), HELLO, key="k")

    assert len(person.bot_messages) == (1 if kind == "lost" else 0)


async def test_an_answer_that_takes_too_long_leaves_the_outcome_unknown(fake: FakeTelegram, person: Person) -> None:
    released = asyncio.Event()
    fake.fault("sendMessage", "slow", until=released)
    telegram = TelegramClient(TOKEN, fake.address, seconds_max=0.2)

    with pytest.raises(AnswerUnknown):
        await telegram.send(str(person.number), HELLO)

    released.set()
    await telegram.close()


async def test_where_no_connection_is_made_nothing_was_sent(fake: FakeTelegram) -> None:
    async with opened("http://127.0.0.1:9") as unconnected:
        with pytest.raises(SendLater):
            await unconnected.send("5238471906", HELLO, key="k")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "x" * 4097}, "bad_request_message_is_too_long"),
        ({"text": " "}, "bad_request_message_text_is_empty"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]}},
            "bad_request_button_data_invalid",
        ),
    ],
)
async def test_what_the_bot_api_does_not_take_is_refused_with_its_reason(
    channel: TelegramChannel, person: Person, body: dict[str, object], code: str
) -> None:
    with pytest.raises(SendRefused) as refused:
        await channel.send(str(person.number), Payload("sendMessage", body), key="k")

    assert refused.value.code == code


async def test_a_chat_that_never_was_is_refused(channel: TelegramChannel) -> None:
    with pytest.raises(SendRefused) as refused:
        await channel.send("999", HELLO, key="k")

    assert refused.value.code == "bad_request_chat_not_found"


async def test_a_wrong_token_is_refused_and_shown_nowhere(fake: FakeTelegram, person: Person) -> None:
    async with opened(fake.address, token="123:not-the-token") as stranger:
        with pytest.raises(SendRefused) as refused:
            await stranger.send(str(person.number), HELLO, key="k")

    assert refused.value.code == "unauthorized"
    assert refused.value.__cause__ is None


async def test_a_press_is_acknowledged(fake: FakeTelegram, channel: TelegramChannel, person: Person) -> None:
    await say(channel, person, QUESTION)
    await person.press("reason:damaged")
    (arrival,) = channel.parse(_newest(fake), now=_now())

    await channel.acknowledge(arrival)

    assert fake.state.queries == {arrival.handle: True}


@pytest.mark.parametrize("kind", ["error", "flood", "dropped"])
async def test_a_press_that_cannot_be_acknowledged_is_of_no_consequence(
    fake: FakeTelegram, channel: TelegramChannel, person: Person, kind: str
) -> None:
    await say(channel, person, QUESTION)
    await person.press("human")
    (arrival,) = channel.parse(_newest(fake), now=_now())
    fake.fault("answerCallbackQuery", kind, seconds=3)

    await channel.acknowledge(arrival)

    assert fake.state.queries == {arrival.handle: False}


def _newest(fake: FakeTelegram) -> bytes:
    return json.dumps(fake.state.updates[-1]).encode()


def _now() -> datetime:
    return datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
