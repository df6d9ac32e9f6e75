"""Updates are asked for or announced, and pictures fetched from the Bot API's own address alone."""

import pytest

from channels.channel import Arrival, BadSetting, Media, Polled
from channels.support_chat.telegram.channel import PolledTelegramChannel, TelegramChannel
from refund_core.sending import SendLater, SendRefused
from tests.integration.telegram.conftest import SECRET, opened
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram
from tests.servers.telegram.state import File

PICTURE = b"\xff\xd8\xff\xe0" + b"j" * 5_000


async def poll(channel: TelegramChannel, after: str | None) -> tuple[list[Arrival], str | None]:
    assert isinstance(channel, PolledTelegramChannel)
    polled: Polled = channel
    arrivals, mark = await polled.poll(after=after)
    return list(arrivals), mark


def texts(arrivals: list[Arrival]) -> list[str | None]:
    return [arrival.message.text for arrival in arrivals if arrival.message is not None]


async def test_a_bot_on_a_webhook_names_its_address_its_secret_and_what_it_reads(
    fake: FakeTelegram, channel: TelegramChannel
) -> None:
    await channel.connect()

    (asked,) = fake.calls("setWebhook")
    assert asked["url"] == "https://shop.example/webhooks/demo/telegram/bot"
    assert asked["secret_token"] == SECRET
    assert asked["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert not asked.get("drop_pending_updates")


async def test_the_commands_are_told_in_both_languages(fake: FakeTelegram, channel: TelegramChannel) -> None:
    await channel.connect()

    names = {language: [it["command"] for it in commands] for language, commands in fake.state.commands.items()}
    assert names == {"": ["refund", "status", "human", "help"], "zh": ["refund", "status", "human", "help"]}
    assert fake.state.commands[""][0]["description"] == "Ask for a refund"
    assert fake.state.commands["zh"][0]["description"] == "申请退款"


async def test_a_bot_that_asks_gets_each_update_once_and_in_order(fake: FakeTelegram) -> None:
    async with opened(fake.address, mode="polling") as channel:
        person = Person(fake)
        await person.write("first")
        await person.write("second")

        arrivals, mark = await poll(channel, None)
        await person.write("third")
        later, later_mark = await poll(channel, mark)

    assert texts(arrivals) == ["first", "second"]
    assert texts(later) == ["third"]
    assert later_mark == str(fake.state.last_update)


async def test_an_unconfirmed_update_is_given_again(fake: FakeTelegram) -> None:
    async with opened(fake.address, mode="polling") as channel:
        await Person(fake).write("first")

        first, _ = await poll(channel, None)
        again, _ = await poll(channel, None)

    assert first == again


async def test_an_update_that_cannot_be_read_stops_no_other(fake: FakeTelegram) -> None:
    async with opened(fake.address, mode="polling") as channel:
        person = Person(fake)
        await person.write("first")
        await fake.push("message", {"message_id": "?", "chat": {"id": 5, "type": "private"}})
        await person.write("second")

        arrivals, mark = await poll(channel, None)

    assert texts(arrivals) == ["first", "second"]
    assert mark == str(fake.state.last_update)


async def test_a_webhook_left_from_before_is_taken_away_by_the_first_question(fake: FakeTelegram) -> None:
    fake.state.webhook = {"url": "https://old.example", "secret_token": "old"}
    async with opened(fake.address, mode="polling") as channel:
        with pytest.raises(SendLater):
            await poll(channel, None)
        await Person(fake).write("first")

        arrivals, _ = await poll(channel, None)

    assert texts(arrivals) == ["first"]


@pytest.mark.parametrize("kind", ["error", "html", "dropped", "flood"])
async def test_a_question_without_an_answer_is_asked_later(fake: FakeTelegram, kind: str) -> None:
    fake.fault("getUpdates", kind, seconds=9)
    async with opened(fake.address, mode="polling") as channel:
        with pytest.raises(SendLater) as later:
            await poll(channel, "7")

    assert later.value.after_seconds == (9 if kind == "flood" else 5)


async def test_a_picture_is_fetched_in_its_largest_size(
    fake: FakeTelegram, channel: TelegramChannel, person: Person
) -> None:
    await person.send_photo(PICTURE)
    file_id = max(fake.state.files, key=lambda name: len(fake.state.files[name].raw))

    fetched = await channel.fetch(Media("picture", file_id), bytes_max=10_000)

    assert (fetched.raw, fetched.content_type) == (PICTURE, "image/jpeg")


async def test_a_picture_over_the_limit_is_refused_before_it_is_fetched(
    fake: FakeTelegram, channel: TelegramChannel
) -> None:
    fake.state.files["big"] = File("big", "photos/file_1.jpg", PICTURE)

    with pytest.raises(SendRefused) as refused:
        await channel.fetch(Media("picture", "big"), bytes_max=5_000)

    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd", "/var/lib/telegram/file", "//169.254.169.254/x", "http://127.0.0.1/x", "a/../b", "a?b",
        "a#b", "a\\b", "a b", "a/%2e%2e/b", "", ".", "..", "photos/.hidden", "@evil/x",
    ],
)  # fmt: skip
async def test_a_file_path_that_leads_elsewhere_is_not_followed(
    fake: FakeTelegram, channel: TelegramChannel, path: str
) -> None:
    fake.state.files["f"] = File("f", path, PICTURE)

    with pytest.raises(SendRefused) as refused:
        await channel.fetch(Media("picture", "f"), bytes_max=10_000)

    assert refused.value.code == "file_path"


@pytest.mark.parametrize("kind", ["redirect", "gzip"])
async def test_a_redirect_and_a_packed_file_are_refused(
    fake: FakeTelegram, channel: TelegramChannel, kind: str
) -> None:
    fake.state.files["f"] = File("f", "photos/file_1.jpg", PICTURE)
    fake.fault("file", kind)

    with pytest.raises(SendRefused):
        await channel.fetch(Media("picture", "f"), bytes_max=10_000)


@pytest.mark.parametrize(("method", "kind"), [("getFile", "error"), ("file", "error"), ("file", "dropped")])
async def test_a_picture_that_does_not_come_is_fetched_later(
    fake: FakeTelegram, channel: TelegramChannel, method: str, kind: str
) -> None:
    fake.state.files["f"] = File("f", "photos/file_1.jpg", PICTURE)
    fake.fault(method, kind)
    fake.fault(method, kind)  # a download whose kept connection was cut is tried once more at once

    with pytest.raises(SendLater):
        await channel.fetch(Media("picture", "f"), bytes_max=10_000)


async def test_a_file_that_is_unknown_is_refused(channel: TelegramChannel) -> None:
    with pytest.raises(SendRefused):
        await channel.fetch(Media("picture", "unknown"), bytes_max=10_000)


@pytest.mark.parametrize(
    "api_base",
    ["api.telegram.org", "ftp://x", "http://", "http://u:p@x", "http://x/?a=b", "http://x/#f", "http://{token}.x",
     "http://x:99999"],
)  # fmt: skip
async def test_an_address_that_is_none_stops_the_start(api_base: str) -> None:
    with pytest.raises(BadSetting, match="api_base"):
        async with opened(api_base):
            pass


@pytest.mark.parametrize("token", ["", "abc", "123", "123:", "abc:def", "123:a b"])
async def test_a_token_that_is_none_stops_the_start_without_being_shown(token: str) -> None:
    with pytest.raises(BadSetting, match="bot_token") as refused:
        async with opened("http://127.0.0.1:9", token=token):
            pass

    assert len(token) < 4 or token not in str(refused.value)
