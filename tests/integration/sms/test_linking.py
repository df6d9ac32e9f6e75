"""Who proves an order on a platform is its customer there from then on, with the cases that were begun elsewhere."""

from typing import Any

from storage.channel_store import add_account
from storage.desk_store import read_queue
from tests.integration.sms.rig import OTHER_PHONE, Rig

ORDER_NO, TOKEN = "DEMO-1003", "a-token-that-nobody-guesses"


async def account(rig: Rig) -> None:
    """An account on a platform."""
    shop = rig.shop
    given = {"token": TOKEN}
    await add_account(
        shop.base.db, shop.base.vault, shop.merchant.merchant_id, "rest", "site", given, now=shop.clock.now()
    )


async def say(rig: Rig, message: str, sender: str = "visitor-1") -> str:
    """All that is answered, as it was sent."""
    body = {"sender": sender, "message": message}
    status, answer = await rig.shop.call("POST", "/webhooks/shop/rest/site", body, token=TOKEN)
    assert status == 200, answer
    return str(answer)


async def prove(rig: Rig, sender: str = "visitor-1") -> str:
    """The order by its number and the code; the answer to the code."""
    await say(rig, "/start:refund", sender)
    await say(rig, f"订单 {ORDER_NO}", sender)
    return await say(rig, await rig.code(), sender)


async def customers(rig: Rig) -> list[dict[str, Any]]:
    """Who is who on the platform."""
    return await rig.rows(
        "SELECT i.user_id, customer.external_id, c.customer_id = i.customer_id AS is_same FROM channel_identity i"
        " JOIN conversation c ON c.id = i.conversation_id LEFT JOIN customer ON customer.id = i.customer_id"
        " ORDER BY i.user_id"
    )


async def test_the_right_code_tells_whose_the_account_is(rig: Rig) -> None:
    await account(rig)
    await rig.stock(ORDER_NO)

    answer = await prove(rig)

    assert "reason:no_longer_wanted" in answer
    assert await customers(rig) == [{"user_id": "visitor-1", "external_id": "c-1", "is_same": True}]


async def test_a_case_begun_elsewhere_can_be_asked_about_then(rig: Rig) -> None:
    await account(rig)
    await rig.stock(ORDER_NO)
    await rig.stock("DEMO-1004")
    owner = await rig.shop.session("c-1")
    await owner.say(action="order:DEMO-1004")
    await owner.say(action="reason:no_longer_wanted")
    (case,) = await rig.rows("SELECT case_no FROM refund_case")
    assert case["case_no"] not in await say(rig, "我的退款到哪一步了")

    await prove(rig)

    assert case["case_no"] in await say(rig, "/ask:status")


async def test_a_wrong_code_links_nobody(rig: Rig) -> None:
    await account(rig)
    await rig.stock(ORDER_NO)
    await say(rig, "/start:refund")
    await say(rig, ORDER_NO)
    code = await rig.code()

    await say(rig, f"{(int(code) + 1) % 1_000_000:06d}")

    assert [who["external_id"] for who in await customers(rig)] == [None]


async def test_another_person_on_the_platform_stays_unknown(rig: Rig) -> None:
    await account(rig)
    await rig.stock(ORDER_NO)
    await rig.stock("DEMO-1004", customer="c-2", phone=OTHER_PHONE)
    await say(rig, "hello", "visitor-2")

    await prove(rig)

    assert [who["external_id"] for who in await customers(rig)] == ["c-1", None]
    assert "DEMO-1004" not in await say(rig, "/start:refund")


async def test_in_our_own_chat_nobody_is_linked(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)

    await visitor.say(await rig.code())

    assert await customers(rig) == []
    assert await rig.rows("SELECT 1 FROM conversation WHERE customer_id IS NOT NULL") == []


async def test_the_desk_sees_whose_order_was_proven(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    await rig.work()  # or the two codes would come at once, in any order
    await visitor.tap("human")
    before = await read_queue(rig.shop.base.db, rig.shop.merchant.merchant_id)
    proven = await rig.visitor()
    await proven.say(f"订单 {ORDER_NO}")
    rig.shop.clock.move(60)
    await proven.tap("verify:code")
    await proven.say(await rig.code())

    await proven.tap("human")

    after = await read_queue(rig.shop.base.db, rig.shop.merchant.merchant_id)
    assert [item.customer for item in before] == [None]
    assert sorted(str(item.customer) for item in after) == ["None", "c-1"]
