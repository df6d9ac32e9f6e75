"""Saying things over HTTP: once, in order, within limits."""

import asyncio
from pathlib import Path
from uuid import uuid4

from storage.database import Database
from tests.integration.api.shop import Shop, open_shop
from tests.integration.api.test_merchant_api import order

ID = "0199d6a4-0000-7000-8000-000000000001"


async def test_what_was_said_is_answered_and_kept_in_order(shop: Shop) -> None:
    chat = await shop.session("c-1")

    status, answer = await chat.say("hello")
    _, history = await chat.get("/messages?after=0")

    assert status == 200
    assert answer["seq"] == answer["replies"][-1]["seq"]
    assert [message["seq"] for message in history["messages"]] == list(range(1, answer["seq"] + 1))
    assert history["messages"][0] | {"text": "hello", "sender": "customer"} == history["messages"][0]
    assert history["more"] is False


async def test_a_reply_has_the_fields_of_the_contract(shop: Shop) -> None:
    chat = await shop.session("c-1")

    _, answer = await chat.say(action="start:refund")

    fields = {"seq", "at", "sender", "agent", "text", "choices", "select", "card"}
    assert all(fields <= reply.keys() for reply in answer["replies"])
    assert all(choice.keys() == {"label", "action"} for reply in answer["replies"] for choice in reply["choices"])


async def test_the_same_client_id_gets_the_same_answer_and_has_one_effect(shop: Shop) -> None:
    chat = await shop.session("c-1")
    body = {"client_id": ID, "text": "hello"}

    first, again = await chat.post(body), await chat.post(body | {"text": "hello"})
    _, history = await chat.get("/messages?after=0")

    assert first[0] == again[0] == 200
    assert first[1] == again[1]
    assert sum(message["sender"] == "customer" for message in history["messages"]) == 1


async def test_the_same_client_id_at_the_same_time_has_one_effect(shop: Shop) -> None:
    chat = await shop.session("c-1")
    body = {"client_id": ID, "text": "hello"}

    answers = await asyncio.gather(*(chat.post(body) for _ in range(10)))
    _, history = await chat.get("/messages?after=0")

    assert {status for status, _ in answers} == {200}
    assert len({answer["seq"] for _, answer in answers}) == 1
    assert sum(message["sender"] == "customer" for message in history["messages"]) == 1


async def test_the_same_client_id_with_another_body_is_a_conflict(shop: Shop) -> None:
    chat = await shop.session("c-1")
    await chat.post({"client_id": ID, "text": "hello"})

    status, problem = await chat.post({"client_id": ID, "text": "good bye"})

    assert (status, problem["errors"][0]["field"]) == (409, "client_id")


async def test_the_spelling_of_the_json_does_not_make_another_message(shop: Shop) -> None:
    chat = await shop.session("c-1")
    await chat.post({"client_id": ID, "text": "hello"})

    status, _ = await shop.call(
        "POST",
        "/api/chat/shop/messages",
        b'{ "text":"hel\\u006co",  "client_id": "%b", "extra": 1 }' % ID.upper().encode(),
        token=chat.token,
    )

    assert status == 200


async def test_a_text_and_an_action_together_are_refused(shop: Shop) -> None:
    chat = await shop.session("c-1")

    status, problem = await chat.say("hello", action="human")

    assert (status, problem["errors"][0]["code"]) == (422, "two_contents")


async def test_an_order_number_with_spaces_can_be_chosen(shop: Shop) -> None:
    await shop.api("POST", "/orders", order("A 1+2:*"))
    chat = await shop.session("c-1")

    status, answer = await chat.say(action="order:A 1+2:*")

    assert status == 200
    assert answer["replies"][-1]["choices"]


async def test_an_action_of_another_shape_is_refused(shop: Shop) -> None:
    chat = await shop.session("c-1")

    answers = [
        await chat.say(action=action) for action in ("START", "a b", "x" * 5_000, "", ":", "confirm: yes", "order:a\nb")
    ]

    assert {status for status, _ in answers} == {422}


async def test_more_than_the_longest_text_is_refused_and_the_longest_is_taken(shop: Shop) -> None:
    chat = await shop.session("c-1")

    taken, _ = await chat.say("文" * 4_000)
    refused, problem = await chat.say("文" * 4_001)

    assert (taken, refused) == (200, 422)
    assert problem["errors"][0] | {"field": "text", "code": "too_long", "limit": 4_000} == problem["errors"][0]


async def test_a_body_beyond_the_limit_is_not_even_read(shop: Shop) -> None:
    chat = await shop.session("c-1")

    status, problem = await chat.post(b"x" * 70_000)

    assert (status, problem["type"]) == (413, "urn:refundbot:problem:body-too-large")


async def test_a_compressed_body_is_refused(shop: Shop) -> None:
    chat = await shop.session("c-1")
    headers = {"Content-Encoding": "gzip"}

    status, _ = await shop.call("POST", "/api/chat/shop/messages", b"\x1f\x8b", token=chat.token, headers=headers)

    assert status in {400, 415}


async def test_waiting_longer_than_ten_seconds_is_refused(shop: Shop) -> None:
    chat = await shop.session("c-1")
    body = {"client_id": ID, "text": "hello"}

    answers = [await chat.post(body, f"/messages?wait={wait}") for wait in ("0", "10", "11", "-1", "nan", "x")]

    assert [status for status, _ in answers] == [200, 200, 422, 422, 422, 422]


async def test_more_messages_than_a_minute_allows_are_told_when_to_come_back(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    settings = {"REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "3"}
    async with open_shop(database, redis_url, tmp_path, settings) as shop:
        chat = await shop.session("c-1")

        answers = [(await chat.say("hello"))[0] for _ in range(4)]
        shop.clock.move(61)
        later, _ = await chat.say("hello")

    assert answers == [200, 200, 200, 429]
    assert later == 200


async def test_history_is_read_by_the_page(shop: Shop) -> None:
    chat = await shop.session("c-1")
    for _ in range(100):
        await chat.say("hello")
        shop.clock.move(2)

    _, first = await chat.get("/messages?after=0")
    _, rest = await chat.get(f"/messages?after={first['messages'][-1]['seq']}")

    assert (len(first["messages"]), first["more"]) == (200, True)
    assert rest["more"] is False
    assert rest["messages"][0]["seq"] == 201


async def test_a_place_that_is_no_number_is_refused(shop: Shop) -> None:
    chat = await shop.session("c-1")

    answers = [await chat.get(f"/messages?after={place}") for place in ("-1", "x", "1.5", "9999999999", "%C2%B2")]

    assert {status for status, _ in answers} == {422}


async def test_a_customer_sees_only_their_own_conversation(shop: Shop) -> None:
    mine, other = await shop.session("c-1"), await shop.session("c-2")
    await mine.say("my secret")

    _, history = await other.get("/messages?after=0")

    assert history["messages"] == []


async def test_fields_of_the_body_that_nobody_asked_for_are_ignored(shop: Shop) -> None:
    chat = await shop.session("c-1")

    status, _ = await chat.post({"client_id": str(uuid4()), "text": "hi", "amount": 1, "merchant_id": "x"})

    assert status == 200
