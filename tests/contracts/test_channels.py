"""What every channel of the registry promises; a new one only brings its stage."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.abilities import TellsUnion
from channels.channel import (
    Account,
    BadSetting,
    Channel,
    PayloadUnreadable,
    SignatureRejected,
    Spoken,
    Tokens,
    button_key,
)
from channels.no_tokens import NoTokens
from channels.pictures import PICTURE, SendsPictures
from channels.registry import CHANNELS, load_channel
from channels.settings import checked
from dialogs.messages import CaseCard, Choice, Locale, OfferCard, OrderCard, RefundCard, Reply, Select
from refund_core.sending import SendLater
from tests.contracts.channel_stages import CHANNEL_STAGES, SAID, ChannelStage
from tests.integration.channels.tokens import OwnTokens

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
NAMES = sorted(CHANNELS)
TELLING = ("wechat",)
NOBODY = "http://127.0.0.1:9"
CARDS = (
    OrderCard("20261101-0001", "delivered", NOW, "杯子", 1, 12300, "CNY"),
    CaseCard("R-1", "20261101-0001", "refunding", 12300, "CNY"),
    OfferCard("o1", "balance", 12800, "CNY", None, ""),
    RefundCard("P-1", "R-1", 12300, "CNY", "微信支付", "succeeded"),
)
TEXT = st.text(st.sampled_from("退款。a 1!😀\n"), max_size=900)
ACTION = st.text(st.sampled_from("abc退1"), min_size=1, max_size=80).map(lambda rest: f"order:{rest}")
ACTIONS = st.lists(ACTION, max_size=9, unique=True)
CHOICES = ACTIONS.map(lambda found: tuple(Choice(f"选项{place}", action) for place, action in enumerate(found)))
STATEMENT = st.builds(Reply, TEXT, card=st.sampled_from([None, *CARDS]))
QUESTION = st.builds(Reply, TEXT, CHOICES, st.sampled_from([None, Select(1, 3)]), st.sampled_from([None, *CARDS]))


def opened(name: str, settings: dict[str, str] | None = None, tokens: Tokens | None = None) -> Channel:
    stage = CHANNEL_STAGES[name]
    given = {**stage.options, **(stage.settings if settings is None else settings)}
    module = load_channel(name)
    account = Account("shop", "main", checked(given, module.SETTINGS), "https://shop.example/webhooks/shop/x/main")
    return module.open_channel(account, tokens or NoTokens())


@cache
def shared(name: str) -> Channel:
    """One that many tries may share: it keeps no state."""
    return opened(name)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stage(name: str) -> ChannelStage:
    return CHANNEL_STAGES[name]


@pytest.fixture
async def channel(name: str) -> AsyncIterator[Channel]:
    one = opened(name)
    yield one
    await one.close()


async def test_who_counts_messages_states_how_many_a_second(channel: Channel) -> None:
    stated = channel.capabilities

    assert all(window.seconds > 0 and window.count > 0 for window in stated.windows.values())
    assert (stated.per_second > 0) is bool(stated.windows)


async def test_what_the_platform_signed_is_read(channel: Channel, stage: ChannelStage) -> None:
    (arrival,) = channel.parse(channel.verify(stage.signed(stage.message, NOW), now=NOW), now=NOW)

    assert arrival.user
    assert arrival.message is not None
    assert (arrival.message.text, arrival.message.action) == (SAID, None)


async def test_the_same_thing_sent_again_is_the_same_message(channel: Channel, stage: ChannelStage) -> None:
    first, again = (channel.parse(channel.verify(stage.signed(stage.message, NOW), now=NOW), now=NOW) for _ in "12")

    assert first[0].message is not None
    assert first[0].message.message_id
    assert first == again


async def test_what_the_platform_did_not_sign_is_not_read(channel: Channel, stage: ChannelStage) -> None:
    forged = stage.forged(stage.signed(stage.message, NOW))

    assert forged
    for request in forged:
        with pytest.raises(SignatureRejected):
            channel.verify(request, now=NOW)


async def test_a_message_has_nothing_to_check_an_address_by(channel: Channel, stage: ChannelStage) -> None:
    assert channel.challenge(stage.signed(stage.message, NOW), now=NOW) is None


def test_a_missing_setting_stops_the_start_by_its_name(name: str, stage: ChannelStage) -> None:
    for missing in stage.settings:
        with pytest.raises(BadSetting, match=missing):
            opened(name, {key: value for key, value in stage.settings.items() if key != missing})


def test_no_secret_is_shown_where_a_channel_or_its_account_is_printed(name: str, stage: ChannelStage) -> None:
    shown = f"{opened(name)!r} {Account('shop', 'main', stage.settings)!r}"

    secret = {setting.name for setting in load_channel(name).SETTINGS if setting.is_secret}
    assert secret
    assert not any(stage.settings[key] in shown for key in secret & stage.settings.keys())


@pytest.mark.parametrize("given_name", NAMES)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_as_unreadable(given_name: str, raw: bytes) -> None:
    _survives(given_name, raw)


@pytest.mark.parametrize("given_name", NAMES)
@given(data=st.data())
def test_a_message_with_a_byte_changed_is_read_or_refused_as_unreadable(given_name: str, data: st.DataObject) -> None:
    raw = bytearray(CHANNEL_STAGES[given_name].message)
    raw[data.draw(st.integers(min_value=0, max_value=len(raw) - 1))] = data.draw(
        st.integers(min_value=0, max_value=255)
    )

    _survives(given_name, bytes(raw))


@pytest.mark.parametrize("given_name", NAMES)
@given(said=st.lists(STATEMENT, max_size=2), question=QUESTION, locale=st.sampled_from(["zh-CN", "en"]))
def test_replies_are_said_whole_and_within_the_platforms_limits(
    given_name: str, said: list[Reply], question: Reply, locale: Locale
) -> None:
    channel, replies = shared(given_name), [*said, question]
    payloads = channel.render([Spoken(seq, reply) for seq, reply in enumerate(replies, 7)], locale)

    leaves = [text for payload in payloads for text in _strings(dict(payload.body))]
    shown = "".join("".join(leaves).split())
    assert all(len(leaf) <= channel.capabilities.text_max for leaf in leaves)
    assert all("".join(reply.text.split()) in shown for reply in replies)
    seq = 6 + len(replies)
    for place, choice in enumerate(question.choices):
        assert any(mark in shown for mark in (choice.action, button_key(seq, place), choice.label))


async def test_the_same_replies_are_rendered_the_same(channel: Channel) -> None:
    spoken = [Spoken(7, Reply(SAID, (Choice("转人工", "human"),), card=CARDS[0]))]

    assert channel.render(spoken, "zh-CN") == channel.render(spoken, "zh-CN")


@pytest.mark.parametrize("text", ["", "请看标签", "标签。" * 700])
async def test_each_picture_is_shown_once_and_behind_its_words(channel: Channel, text: str) -> None:
    """As a call that gets the picture's bytes, or by its address where the platform fetches it itself."""
    spoken = [Spoken(7, Reply(text, sender="agent", agent="王", attachments=("a-first", "a-second")))]

    payloads = channel.render(spoken, "zh-CN")

    leaves = [text for payload in payloads for text in _strings(dict(payload.body))]
    assert [leaf for leaf in leaves if leaf.startswith("a-")] == ["a-first", "a-second"]
    assert text in "".join(leaves)
    if isinstance(channel, SendsPictures):
        assert [payload.body["attachment"] for payload in payloads if payload.method == PICTURE] == [
            "a-first",
            "a-second",
        ]
        assert channel.picture_room.bytes_max >= 1 << 20


async def test_a_platform_that_tells_who_people_are_and_is_not_there_is_asked_later(
    name: str, stage: ChannelStage
) -> None:
    channel = opened(name, {**stage.settings, "api_base": NOBODY}, OwnTokens()) if name in TELLING else opened(name)

    assert isinstance(channel, TellsUnion) is (name in TELLING)
    if isinstance(channel, TellsUnion):
        with pytest.raises(SendLater):
            await channel.union_of("oFan6s0d4w9GZ3mT7kL1q")
    await channel.close()


async def test_connections_can_be_given_back_twice(channel: Channel) -> None:
    await channel.close()


def _survives(name: str, raw: bytes) -> None:
    try:
        arrivals = shared(name).parse(raw, now=NOW)
    except PayloadUnreadable:
        return
    assert all(arrival.user for arrival in arrivals)


def _strings(value: Any) -> Iterator[str]:
    """Every text in the body of a call."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
