"""One customer on several channels: one case behind all, and word of it where they spoke last."""

from pathlib import Path
from typing import Any

from storage.database import Database
from tests.acceptance.running import until
from tests.integration.api.shop import Chat, Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.rest import TOKEN, account, say, start, until_buried
from tests.integration.sms.rig import open_rig
from tests.servers.front_end import running_front_end


async def claim_on_the_web(shop: Shop) -> tuple[Chat, dict[str, Any]]:
    """A claim that waits for staff, begun on our own chat."""
    await shop.api("POST", "/orders", order(status="delivered"))
    chat = await shop.session("c-1")
    for action in ("start:refund", "order:O-1", "lines:all", "reason:damaged", "evidence:skip"):
        await chat.say(action=action)
    _, cases = await shop.api("GET", "/cases")
    return chat, cases["items"][0]


async def reject(shop: Shop, case: dict[str, Any]) -> None:
    status, _ = await shop.api("GET", f"/cases/{case['case_no']}")
    decision = {"version": case["version"], "action": "reject", "reason_code": "other"}
    status, answer = await shop.api("POST", f"/cases/{case['case_no']}/decision", decision)
    assert status == 200, answer


async def test_a_case_begun_on_one_channel_can_be_asked_about_on_another(shop: Shop) -> None:
    await account(shop)
    _, case = await claim_on_the_web(shop)

    await say(shop, "hello", metadata=start(shop, None))
    _, answer = await say(shop, f"/status:{case['case_no']}")

    assert case["case_no"] in str(answer)


async def test_another_customer_learns_nothing_of_it(shop: Shop) -> None:
    await account(shop)
    _, case = await claim_on_the_web(shop)

    await say(shop, "hello", metadata=start(shop, None, "c-2"))
    _, answer = await say(shop, f"/status:{case['case_no']}")
    _, unknown = await say(shop, f"/status:{case['case_no']}", sender="visitor-2")

    assert "O-1" not in str(answer) + str(unknown)


async def test_word_of_a_case_goes_where_the_customer_spoke_last(shop: Shop) -> None:
    async with running_front_end(TOKEN) as front_end:
        await account(shop, callback_url=front_end.url)
        chat, case = await claim_on_the_web(shop)
        shop.clock.move(60)
        await say(shop, "hello", metadata=start(shop, None))

        await reject(shop, case)
        await front_end.wait_for(1)
        _, history = await chat.get("/messages?after=0")

    assert case["case_no"] in str(front_end.shown)
    assert "system" not in {message["sender"] for message in history["messages"]}


async def test_who_has_left_a_channel_is_told_on_the_one_before(shop: Shop) -> None:
    async with running_front_end(TOKEN) as front_end:
        await account(shop, callback_url=front_end.url)
        chat, case = await claim_on_the_web(shop)
        shop.clock.move(60)
        await say(shop, "hello", metadata=start(shop, None))
        await shop.base.db.execute("UPDATE channel_identity SET left_at = now()")

        await reject(shop, case)
        await told_on_the_web(chat)

    assert front_end.shown == []


async def test_word_that_no_chat_takes_goes_by_sms_once(database: Database, redis_url: str, tmp_path: Path) -> None:
    async with open_rig(database, redis_url, tmp_path) as rig:
        await account(rig.shop)
        _, case = await claim_on_the_web(rig.shop)
        rig.shop.clock.move(60)
        await say(rig.shop, "hello", metadata=start(rig.shop, None))

        await reject(rig.shop, case)
        await rig.work()
        await rig.work()
        texts = await rig.phones()
        buried = await rig.rows("SELECT 1 FROM outbox WHERE buried_at IS NOT NULL")

    assert [text.phone for text in texts] == ["+8613800000001"]
    assert case["case_no"] in texts[0].text
    assert buried == []


async def test_word_that_cannot_be_given_at_all_is_on_the_desk(shop: Shop) -> None:
    await account(shop)
    _, case = await claim_on_the_web(shop)
    shop.clock.move(60)
    await say(shop, "hello", metadata=start(shop, None))

    await reject(shop, case)

    assert "no_sms_sender" in await until_buried(shop)


async def told_on_the_web(chat: Chat) -> None:
    """Until the system has said something in the chat."""

    async def is_told() -> bool:
        _, history = await chat.get("/messages?after=0")
        return "system" in {message["sender"] for message in history["messages"]}

    await until(is_told)
