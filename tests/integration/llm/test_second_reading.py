"""A model that answers as it should: asked only where our own reading is unsure, and told no more than it needs."""

import asyncio
from typing import Any

import pytest

from tests.integration.llm.talk import Unsure, talking
from tests.integration.money.shop import Shop
from tests.servers.fake_model import NOTHING, FakeModel

UNSURE = "my mug met its maker"


def reading(**fields: Any) -> dict[str, Any]:
    return NOTHING | fields


async def test_words_that_we_are_unsure_of_are_read_by_the_model(shop: Shop, model: FakeModel) -> None:
    model.answer = lambda _: reading(wish="reason", reason="damaged")

    async with talking(shop, model) as talk:
        replies = await talk.write("c-1", UNSURE)

    assert model.faults == []
    assert model.asked == [{"message": UNSURE, "language": "en", "question": None, "titles": []}]
    assert "Would you like to ask for a refund for this reason" in replies[-1]["text"]
    assert talk.readings == ["read"]


@pytest.mark.parametrize(
    "text", ["I want a refund", "yes", "退款", "2", "I want to talk to a human", "我要投诉你们12315"]
)
async def test_words_that_we_are_sure_of_are_not_sent_anywhere(shop: Shop, model: FakeModel, text: str) -> None:
    async with talking(shop, model) as talk:
        await talk.write("c-1", text)

    assert model.bodies == []


async def test_an_order_among_those_shown_is_chosen_by_its_number(shop: Shop, model: FakeModel) -> None:
    model.answer = lambda asked: reading(
        wish="choice", title_number=next(it["number"] for it in asked["titles"] if "lamp" in it["title"])
    )

    async with talking(shop, model) as talk:
        await talk.press("c-1", "start:refund")
        replies = await talk.write("c-1", "well the illuminating thingamajig obviously")

    assert [set(title) for title in model.asked[0]["titles"]] == [{"number", "title"}] * 2
    assert replies[0]["card"]["order_no"] == "o-c-1-lamp"
    assert any(choice["action"] == "line:1*2" for choice in replies[0]["choices"])


async def test_a_start_that_our_guards_refuse_is_none(shop: Shop, model: FakeModel) -> None:
    model.answer = lambda _: reading(wish="refund")

    async with talking(shop, model) as talk:
        replies = await talk.write("c-1", "the parcel, hmm, whatever, next month perhaps")

    assert talk.readings in (["start_refused"], [])
    assert not any(choice["action"].startswith("order:") for reply in replies for choice in reply["choices"])


async def test_who_and_where_somebody_is_stays_here(shop: Shop, model: FakeModel) -> None:
    private = (
        "zzz blah my name is Jane Doe, jane.doe@example.com, +44 20 7946 0958, I live at 12 Baker Street, "
        "parcel SF1234567890123 of 20261101-0001, card 4111 1111 1111 1111"
    )

    async with talking(shop, model, first=Unsure()) as talk:
        await talk.write("c-1", private)
        await talk.write(
            "c-1", "呃啊 我叫李小明，电话13800138000，地址上海市浦东新区张江路88号3栋402室，单号YT9876543210 那啥"
        )

    sent = "".join(str(body["messages"]) for body in model.bodies)
    assert len(model.asked) == 2
    for secret in (
        "Jane", "Doe", "example.com", "7946", "Baker", "SF123", "20261101", "4111",
        "李小明", "13800138000", "浦东", "张江路", "402", "YT98", "c-1",
    ):  # fmt: skip
        assert secret not in sent, secret


async def test_the_question_for_words_of_their_own_is_not_shown_to_the_model(shop: Shop, model: FakeModel) -> None:
    async with talking(shop, model) as talk:
        for action in ("start:refund", "order:o-c-1-mugs", "line:1*1", "reason:damaged"):
            await talk.press("c-1", action)
        await talk.write("c-1", "zzz it looks kaputt blah")

    assert model.bodies == []


async def test_the_same_words_are_asked_once_until_the_cache_is_old(shop: Shop, model: FakeModel) -> None:
    async with talking(shop, model, cache_seconds=60.0) as talk:
        for customer in ("c-1", "c-2", "c-1"):
            await talk.write(customer, UNSURE)
        assert len(model.asked) == 1
        talk.seconds[0] = 61.0
        await talk.write("c-1", UNSURE)

    assert len(model.asked) == 2


async def test_a_message_of_a_held_up_model_holds_nobody_else_up(shop: Shop, model: FakeModel) -> None:
    model.is_silent = True

    async with talking(shop, model) as talk:
        waiting = asyncio.ensure_future(talk.write("c-1", UNSURE))
        quick = await talk.press("c-2", "start:refund")
        assert not waiting.done()
        model.stopped.set()
        await waiting

    assert quick


@pytest.mark.parametrize(
    "refuses",
    [("json_schema",), ("json_schema", "json_object"), ("max_tokens",), ("temperature", "max_tokens", "json_schema")],
)
async def test_a_server_that_knows_less_is_asked_more_plainly_from_then_on(
    shop: Shop, model: FakeModel, refuses: tuple[str, ...]
) -> None:
    model.refuses = refuses
    model.answer = lambda _: (
        '```json\n{"wish":"anger","title_number":null,"goods":null,"reason":null,"remedy":null,"resolution":null}```'
    )

    async with talking(shop, model) as talk:
        await talk.write("c-1", UNSURE)
        tries = len(model.bodies)
        await talk.write("c-1", UNSURE + " again")

    assert (tries, len(model.bodies)) == (len(refuses) + 1, len(refuses) + 2)
    assert talk.readings == ["read", "read"]
