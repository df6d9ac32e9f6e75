"""The REST channel over HTTP: one call, one turn, its replies in the answer or at the callback address, each once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from channels.start_token import Start, sign_start
from storage.channel_store import remove_account
from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.rest import PATH, TOKEN, account, eventually_due, open_case, say, start, until_buried
from tests.servers.front_end import running_front_end


async def test_a_call_is_answered_with_the_replies_and_their_buttons(shop: Shop) -> None:
    await account(shop)

    status, answer = await say(shop, "hello", metadata={"locale": "en"})

    assert status == 200
    assert {message["recipient_id"] for message in answer} == {"visitor-1"}
    assert all(button["payload"].startswith("/") for message in answer for button in message.get("buttons", ()))
    assert any(message["text"] for message in answer)


async def test_who_comes_by_a_signed_link_talks_about_their_order(shop: Shop) -> None:
    await account(shop)
    await shop.api("POST", "/orders", order())

    _, answer = await say(shop, "/start:refund", metadata=start(shop))

    payloads = [button["payload"] for message in answer for button in message.get("buttons", ())]
    assert "/order:O-1" in payloads


@pytest.mark.parametrize("change", [{"secret": "x" * 43}, {"minutes": -1}, {"minutes": 90}])
async def test_a_link_that_does_not_hold_makes_nobody_a_customer(shop: Shop, change: dict[str, Any]) -> None:
    await account(shop)
    await shop.api("POST", "/orders", order())
    until = shop.clock.now() + timedelta(minutes=change.get("minutes", 10))
    token = sign_start(Start("c-1", "O-1"), change.get("secret", shop.merchant.chat_secret), expires_at=until)

    status, answer = await say(shop, "/start:refund", metadata={"start": token})

    assert status == 200
    assert "O-1" not in str(answer)


async def test_a_link_of_another_customer_begins_a_conversation_without_the_former(shop: Shop) -> None:
    await account(shop)
    await shop.api("POST", "/orders", order())
    await shop.api("POST", "/orders", order("O-2", "c-2"))
    await say(shop, "/start:refund", metadata=start(shop))

    _, answer = await say(shop, "/start:refund", metadata=start(shop, "O-2", "c-2"))
    _, later = await say(shop, "/start:refund")

    payloads = [button["payload"] for message in answer + later for button in message.get("buttons", ())]
    assert "/order:O-2" in payloads
    assert "/order:O-1" not in payloads


async def test_the_same_message_is_answered_the_same_and_counts_once(shop: Shop) -> None:
    await account(shop)

    first, again = [await say(shop, "hello", message_id="m-1") for _ in range(2)]
    rows = await shop.base.db.fetch("SELECT count(*) AS n FROM message WHERE sender = 'customer'")

    assert first == again
    assert first[1]
    assert rows[0]["n"] == 1


async def test_the_same_message_ten_times_at_once_counts_once(shop: Shop) -> None:
    await account(shop)

    answers = await asyncio.gather(*(say(shop, "hello", message_id="m-1") for _ in range(10)))
    rows = await shop.base.db.fetch("SELECT count(*) AS n FROM message WHERE sender = 'customer'")
    identities = await shop.base.db.fetch("SELECT count(*) AS n FROM channel_identity")

    assert {status for status, _ in answers} == {200}
    assert rows[0]["n"] == 1
    assert identities[0]["n"] == 1


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "ä"])
async def test_without_the_token_nothing_is_read(shop: Shop, token: str) -> None:
    await account(shop)

    status, problem = await say(shop, "hello", token=token)

    assert (status, problem["type"]) == (401, "urn:refundbot:problem:signature")
    assert not await shop.base.db.fetch("SELECT 1 FROM channel_identity")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"sender":"a"}',
        b'{"sender":"","message":"x"}',
        b'{"sender":1,"message":"x"}',
        b'{"sender":"a","message":"' + b"x" * 5_000 + b'"}',
        b'{"sender":"\\u0000","message":"x"}',
        b'{"sender":"a","message":"x","message_id":"1\\u0000"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_what_is_no_call_is_told_and_changes_nothing(shop: Shop, body: bytes) -> None:
    await account(shop)

    status, problem = await shop.call("POST", PATH, body, token=TOKEN)
    after, _ = await say(shop, "hello")

    assert (status, problem["status"]) == (400, 400)
    assert after == 200


async def test_an_account_that_is_not_there_or_was_removed_is_not_found(shop: Shop) -> None:
    absent, _ = await say(shop, "hello")
    await account(shop)
    there, _ = await say(shop, "hello")
    await remove_account(shop.base.db, shop.merchant.merchant_id, "rest", "other", now=shop.clock.now())

    elsewhere = [
        (await say(shop, "hello", path=path))[0]
        for path in ("/webhooks/shop/rest/other", "/webhooks/other/rest/site", "/webhooks/shop/nothing/site")
    ]

    assert (absent, there, elsewhere) == (404, 200, [404, 404, 404])


async def test_the_address_of_rasas_clients_works_for_the_only_account(shop: Shop) -> None:
    none, _ = await say(shop, "hello", path="/webhooks/rest/webhook")
    await account(shop)
    one, answer = await say(shop, "hello", path="/webhooks/rest/webhook")
    await account(shop, "second")
    two, _ = await say(shop, "hello", path="/webhooks/rest/webhook")

    assert (none, one, two) == (404, 200, 404)
    assert answer


async def test_what_is_said_later_goes_to_the_callback_address(shop: Shop) -> None:
    async with running_front_end(TOKEN) as front_end:
        await account(shop, callback_url=front_end.url)
        await shop.api("POST", "/orders", order())
        await say(shop, "hello", metadata=start(shop))
        case_no = await open_case(shop)

        await shop.api("POST", f"/cases/{case_no}/messages", {"text": "We look into it."})
        await front_end.wait_for(1)

    assert [message["text"] for message in front_end.shown] == ["We look into it."]


@pytest.mark.parametrize("fault", ["drop", 500])
async def test_a_text_of_which_nobody_knows_is_sent_once_more(shop: Shop, fault: str | int) -> None:
    async with running_front_end(TOKEN) as front_end:
        front_end.faults = [fault]
        await account(shop, callback_url=front_end.url)
        await shop.api("POST", "/orders", order())
        await say(shop, "hello", metadata=start(shop))
        case_no = await open_case(shop)

        await shop.api("POST", f"/cases/{case_no}/messages", {"text": "We look into it."})
        await front_end.wait_for(1)
        await eventually_due(shop)
        await front_end.wait_for(2)

    assert len(set(front_end.keys)) == 1


async def test_a_text_that_stays_unclear_is_on_the_desk_and_not_sent_a_third_time(shop: Shop) -> None:
    async with running_front_end(TOKEN) as front_end:
        front_end.faults = [500, 500, 500]
        await account(shop, callback_url=front_end.url)
        await shop.api("POST", "/orders", order())
        await say(shop, "hello", metadata=start(shop))
        case_no = await open_case(shop)

        await shop.api("POST", f"/cases/{case_no}/messages", {"text": "We look into it."})
        for count in (1, 2):
            await front_end.wait_for(count)
            await eventually_due(shop)
        buried = await until_buried(shop)

    assert len(front_end.keys) == 2
    assert "part_unknown" in buried


async def test_without_a_callback_address_an_outcome_is_on_the_desk_and_words_wait_for_the_next_call(
    shop: Shop,
) -> None:
    await account(shop)
    await shop.api("POST", "/orders", order())
    await say(shop, "hello", metadata=start(shop))
    case_no = await open_case(shop)

    await shop.api("POST", f"/cases/{case_no}/messages", {"text": "We look into it."})

    assert "not_taken" in await until_buried(shop)
