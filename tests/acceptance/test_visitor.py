"""A visitor who is not signed in, from an order's number to money that arrived, on real processes."""

import base64
import re

from bot.wiring import SANDBOX_SECRET
from connectors.sms.sandbox.admin import read_sms
from connectors.sms.sandbox.wire import SmsSent
from storage.crypto import Vault
from tests.acceptance.running import until
from tests.acceptance.shop import Chat, Shop, order


async def visitor(shop: Shop, locale: str) -> Chat:
    """A session without an identity."""
    status, answer = await shop.call("POST", f"/api/chat/{shop.slug}/sessions", {"identity": None, "locale": locale})
    assert (status, answer["customer"]) == (201, None)
    return Chat(shop, answer["session"])


async def texts(shop: Shop) -> list[SmsSent]:
    """What the shop's sender was given to send, the newest first."""
    folder = shop.server.data_dir
    secret = Vault(base64.b64decode((folder / "secret.key").read_text())).derive(SANDBOX_SECRET)
    return await read_sms((folder / "sandbox/url").read_text(), secret, shop.slug)


async def code_for(shop: Shop, phone: str) -> str:
    """The code that came to that phone."""

    async def looked() -> str | None:
        return next((sent.text for sent in await texts(shop) if sent.phone == phone), None)

    found = re.search(r"[0-9]{6}", await until(looked, seconds=60))
    assert found
    return found.group()


async def test_a_visitor_is_refunded_after_the_number_and_the_code(shop: Shop) -> None:
    bought = order("V-1001", "c-1", status="paid", placed=0.5, shipped=None)
    bought["customer"]["phone"] = "+8613811110001"
    await shop.push(bought)
    chat = await visitor(shop, "zh-CN")

    await chat.say("我要退款")
    await chat.say("订单 V-1001")
    assert not any(reply["card"] for reply in chat.replies)
    await chat.say(await code_for(shop, "+8613811110001"))
    await chat.tap("reason:no_longer_wanted")
    await chat.choose("original_route")
    await chat.tap("confirm:yes")

    case = await shop.case_in("V-1001", "refunded")
    assert case["customer"] == f"{shop.customers}c-1"
    assert await shop.movements("pay-V-1001") == [5_900]
    shop.verify_books()


async def test_the_english_words_lead_there_too_and_only_to_that_order(shop: Shop) -> None:
    for number in ("V-2001", "V-2002"):
        bought = order(number, "c-2", status="paid", placed=0.5, shipped=None)
        bought["customer"]["phone"] = "+8613811110002"
        await shop.push(bought)
    chat = await visitor(shop, "en")

    await chat.say(action="verify:order")
    await chat.say("my order number is V-2001")
    code = await code_for(shop, "+8613811110002")
    await chat.say(f"the code is {code}")
    assert "V-2001" in chat.text
    await chat.say(action="start:refund")
    assert [reply["card"]["order_no"] for reply in chat.replies if reply["card"]] == ["V-2001"]
    await chat.say(action="order:V-2002")

    assert "verify:code" in chat.choices
    assert not any(reply["card"] for reply in chat.replies)


async def test_a_number_that_nobody_has_is_answered_alike_and_reaches_no_phone(shop: Shop) -> None:
    bought = order("V-3001", "c-3", status="paid", placed=0.5, shipped=None)
    bought["customer"]["phone"] = "+8613811110003"
    await shop.push(bought)
    chats = [await visitor(shop, "en"), await visitor(shop, "en")]

    for chat, number in zip(chats, ("V-3001", "V-3009"), strict=True):
        await chat.say(action="start:refund")
        await chat.say(number)

    assert chats[0].text.replace("V-3001", "V-3009") == chats[1].text
    assert chats[0].choices == chats[1].choices
    await code_for(shop, "+8613811110003")
    assert [sent.phone for sent in await texts(shop)].count("+8613811110003") == 1
    assert all(sent.phone.startswith("+861381111000") for sent in await texts(shop))
