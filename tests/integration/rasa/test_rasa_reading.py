"""A Rasa server as the understanding: used where it may be, never waited for long, never believed too much."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.rasa_reading import open_rasa_reading
from bot.rasa_settings import RasaSettings
from dialogs.messages import Locale
from dialogs.nlu.embedded import understand_now
from dialogs.nlu.remote import RasaNlu, RasaOptions
from dialogs.texts.catalogue import say
from dialogs.understanding import Context, Intent, Understanding
from storage.database import Database
from tests.acceptance.running import environment_for, run_command
from tests.integration.api.shop import SECRET_KEY, address_of, open_shop
from tests.servers.fake_rasa import FakeRasa, fake_rasa

TOKEN = "a-token-of-this-test"
NOTHING = Context()
CONFIRM = Context("confirm", ("confirm:yes", "confirm:no"), ("Confirm the refund", "Not now"))
ODD = "blimey, that thing again"


@dataclass
class Clock:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Reader:
    rasa: FakeRasa
    nlu: RasaNlu
    clock: Clock
    noted: list[str]

    async def read(self, text: str, context: Context = NOTHING, locale: Locale = "en") -> Understanding:
        return await self.nlu.understand(text, locale, context)


@asynccontextmanager
async def reading(seconds: float = 5.0, given: str | None = TOKEN) -> AsyncIterator[Reader]:
    clock, noted = Clock(), list[str]()
    async with fake_rasa(TOKEN) as rasa, aiohttp.ClientSession() as http:
        options = RasaOptions(rasa.url, given, seconds, rest_seconds=10)
        yield Reader(rasa, RasaNlu(options, http, note=noted.append, clock=clock), clock, noted)


async def test_what_rasa_reads_surely_is_used() -> None:
    async with reading() as reader:
        reader.rasa.teach(ODD, "policy_question", reason="damaged")
        understood = await reader.read(ODD)

    assert understood.intent is Intent.POLICY_QUESTION
    assert understood.confidence == 0.97
    assert understood.entity("reason") == "damaged"
    assert reader.noted == ["read"]


@pytest.mark.parametrize("intent", ["policy_question", None, "an_intent_of_theirs"])
async def test_a_reading_that_is_unsure_or_unknown_leaves_our_own(intent: str | None) -> None:
    async with reading() as reader:
        reader.rasa.teach(ODD, intent, 0.3 if intent == "policy_question" else 0.99)

        assert await reader.read(ODD) == understand_now(ODD, "en")


async def test_where_both_are_sure_the_surer_counts() -> None:
    text = "when will my parcel arrive"
    own = understand_now(text, "en")
    async with reading() as reader:
        reader.rasa.teach(text, "anger", own.confidence - 0.01)
        less_sure = await reader.read(text)

    assert own.intent is Intent.DELIVERY_HURRY
    assert less_sure == own


async def test_a_start_that_only_rasa_sees_is_no_answer_to_an_open_question() -> None:
    asked = Context("resolution", ("offer:O1:accept",), ("The way I paid",))
    async with reading() as reader:
        reader.rasa.teach(ODD, "refund_request", 1.0)
        understood = await reader.read(ODD, asked)

    assert understood == understand_now(ODD, "en", asked)


FAULTS = [
    "500", "html", "huge", "deep", "redirect", "cut", "{}", '{"intent": null}', '{"intent": {"name": 7}}',
    '{"intent": {"name": "thanks", "confidence": 7}}', '{"intent": {"name": "thanks", "confidence": "1"}}',
    '{"intent": {"name": "thanks", "confidence": true}}', '{"intent": {"name": "thanks"}, "entities": {"a": 1}}',
    '{"intent": {"name": "thanks"}, "entities": [7]}', '{"intent": {"name": "thanks"}, "entities": [{"entity": 1}]}',
    '{"intent": {"name": "thanks", "confidence": NaN}}', '{"intent": {"name": "thanks", "confidence": -1e400}}',
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_bad_answer_leaves_our_own_reading(fault: str) -> None:
    async with reading() as reader:
        reader.rasa.fault = fault

        assert await reader.read(ODD) == understand_now(ODD, "en")
        assert len(reader.noted) == 1


async def test_a_server_that_is_too_slow_or_not_there_leaves_our_own_reading() -> None:
    async with reading(seconds=0.05) as reader:
        reader.rasa.fault = "slow"
        slow = await reader.read(ODD)
    reader.clock.at = 60
    async with aiohttp.ClientSession() as http:
        gone = await RasaNlu(RasaOptions(reader.rasa.url), http).understand(ODD, "en", NOTHING)

    assert slow == gone == understand_now(ODD, "en")
    assert reader.noted == ["slow"]


async def test_after_a_failure_the_server_rests_and_is_asked_again_later() -> None:
    async with reading() as reader:
        reader.rasa.fault = "500"
        await reader.read(ODD)
        reader.rasa.fault = None
        reader.rasa.teach(ODD, "anger")
        resting = await reader.read(ODD)
        reader.clock.at = 10
        again = await reader.read(ODD)

    assert resting == understand_now(ODD, "en")
    assert again.intent is Intent.ANGER
    assert len(reader.rasa.asked) == 2


async def test_without_the_right_token_our_own_reading_stands() -> None:
    async with reading(given="wrong") as reader:
        reader.rasa.teach(ODD, "anger")

        assert await reader.read(ODD) == understand_now(ODD, "en")
        assert reader.rasa.asked == []


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("my mug met its maker, 138 0013 8000", ("138 0013 8000", "13800138000")),
        ("咕噜咕噜哒 13800138000", ("13800138000",)),
        ("咕噜咕噜哒，杭州市西湖区文三路1号2单元301室", ("文三路1号", "301室")),
        ("zorp glimp 221 Baker Street, London", ("221", "Baker")),
        ("zorp lin.xiao@example.com glimp", ("lin.xiao", "example.com")),
        ("blimey, order 20261101-0001 again", ("20261101",)),
    ],
)
async def test_phones_addresses_and_long_numbers_do_not_leave(text: str, private: tuple[str, ...]) -> None:
    async with reading() as reader:
        await reader.nlu.understand(text, "zh-CN", NOTHING)

    (sent,) = reader.rasa.asked
    assert not [part for part in private if part in sent]


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("yes", CONFIRM),
        ("no", CONFIRM),
        ("确认", CONFIRM),
        ("2", Context("order", ("order:A", "order:B"), ("A", "B"))),
        ("I want to talk to a real person", NOTHING),
        ("转人工", NOTHING),
        ("我要打12315投诉你们", NOTHING),
        ("/refund_request", NOTHING),
        ('/choose{"choice": "confirm:yes"}', CONFIRM),
        ("", NOTHING),
        ("   ", NOTHING),
    ],
)
async def test_what_is_exact_is_not_even_asked(text: str, context: Context) -> None:
    async with reading() as reader:
        assert await reader.read(text, context) == understand_now(text, "en", context)

    assert reader.rasa.asked == []


GUARDED = [
    "Can I return something after a week?", "if it does not arrive by Friday I will ask for a refund",
    "I don't want a refund", "可以退货吗？", "如果周五还不到我就退款", "我不是要退款", "七天内能退吗",
    "以后再说退款的事",
]  # fmt: skip


@pytest.mark.parametrize("text", GUARDED)
@pytest.mark.parametrize("intent", ["refund_request", "cancel_order"])
async def test_a_question_a_plan_or_a_denial_starts_nothing_whatever_rasa_says(text: str, intent: str) -> None:
    async with reading() as reader:
        reader.rasa.teach(text, intent, 1.0)
        understood = await reader.nlu.understand(text, "en", NOTHING)

    assert understood.intent not in {Intent.REFUND_REQUEST, Intent.CANCEL_ORDER, Intent.EXCHANGE_REQUEST}


@pytest.mark.parametrize("intent", ["affirm", "choose", "withdraw_request"])
async def test_rasa_alone_confirms_and_withdraws_nothing(intent: str) -> None:
    async with reading() as reader:
        reader.rasa.teach(ODD, intent, 1.0, choice="confirm:yes", action="confirm:yes")
        understood = await reader.read(ODD, CONFIRM)

    assert understood.action is None
    assert understood.commands == ()
    assert understood.confidence <= 0.5


async def test_rasa_names_no_code_that_is_not_ours_and_no_order_that_was_not_written() -> None:
    async with reading() as reader:
        reader.rasa.teach(ODD, "anger", order_no="20261101-0001", reason="because", resolution="cash", amount="99900")
        understood = await reader.read(ODD)

    assert understood.entities == understand_now(ODD, "en").entities


async def test_no_server_is_opened_where_none_is_set() -> None:
    async with open_rasa_reading(RasaSettings()) as nothing:
        assert nothing is None
    async with fake_rasa(TOKEN) as rasa, open_rasa_reading(RasaSettings(url=rasa.url, token=TOKEN)) as nlu:
        assert nlu is not None
        rasa.teach(ODD, "anger")
        assert (await nlu.understand(ODD, "en", NOTHING)).intent is Intent.ANGER


async def test_the_check_asks_the_rasa_server_and_shows_no_token(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    real = {
        "REFUNDBOT_DATABASE_URL": await address_of(database),
        "REFUNDBOT_REDIS_URL": redis_url,
        "REFUNDBOT_SECRET_KEY": base64.b64encode(SECRET_KEY).decode(),
    }
    async with fake_rasa(TOKEN) as rasa:
        right, wrong = [
            await asyncio.to_thread(
                _check, tmp_path, real | {"REFUNDBOT_RASA__URL": rasa.url, "REFUNDBOT_RASA__TOKEN": token}
            )
            for token in (TOKEN, "another-token-of-mine")
        ]

    assert re.search(r"^rasa +ok$", right, re.MULTILINE), right
    assert re.search(r"^rasa +FAULT: answers 401", wrong, re.MULTILINE)
    assert "another-token" not in wrong


async def test_the_servers_chat_goes_by_the_rasa_server_that_is_set(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    async with fake_rasa(TOKEN) as rasa:
        given = {"REFUNDBOT_RASA__URL": rasa.url, "REFUNDBOT_RASA__TOKEN": TOKEN}
        async with open_shop(database, redis_url, tmp_path, given) as shop:
            chat = await shop.session("c-1", locale="en")
            rasa.teach(ODD, "thanks")
            _, thanked = await chat.say(ODD)
            rasa.fault = "500"
            _, not_understood = await chat.say(ODD)

    assert say("thanks", "en") in [reply["text"] for reply in thanked["replies"]]
    assert say("thanks", "en") not in [reply["text"] for reply in not_understood["replies"]]
    assert rasa.asked == [ODD, ODD]


def _check(folder: Path, settings: dict[str, str]) -> str:
    done = run_command(("check",), environment_for(folder, settings), check=False)
    return done.stdout + done.stderr
