"""Talk in own words on real processes: several things at once, a correction after the offers, a changed order."""

from tests.acceptance.shop import Shop, order


async def test_everything_in_one_message_and_a_yes_are_one_payout(shop: Shop) -> None:
    await shop.push(order("TALK-1001", "c-1", status="paid", placed=0.5, shipped=None, prices=(10_000,)))
    chat = await shop.chat("c-1")

    await chat.say("订单TALK-1001不想要了，退到余额")
    assert chat.choices[-2:] == ["confirm:yes", "confirm:no"]
    await chat.tap("confirm:yes")
    case = await shop.case_in("TALK-1001", "compensated", "refunded")

    assert case["balance"] == {"amount": 10_500, "currency": "CNY"}
    shop.verify_books()


async def test_a_correction_after_the_confirmation_was_shown_pays_what_was_corrected(shop: Shop) -> None:
    await shop.push(order("TALK-1002", "c-1", status="paid", placed=0.5, shipped=None, prices=(4_000, 6_000)))
    chat = await shop.chat("c-1")
    await chat.say(action="start:refund")
    await chat.say(action="order:TALK-1002")
    await chat.say(action="line:1*1")
    await chat.say(action="reason:no_longer_wanted")
    await chat.choose("original_route")

    await chat.say("不对，另一件")
    await chat.choose("original_route")
    await chat.tap("confirm:yes")
    await shop.case_in("TALK-1002", "refunded")

    assert await shop.movements("pay-TALK-1002") == [6_000]
    assert sorted(case["state"] for case in await shop.cases("TALK-1002")) == ["refunded", "withdrawn"]
    shop.verify_books()


async def test_an_order_shipped_between_the_offer_and_the_yes_is_not_paid_as_shown(shop: Shop) -> None:
    await shop.push(order("TALK-1003", "c-1", status="paid", placed=0.5, shipped=None))
    chat = await shop.chat("c-1")
    await chat.claim("TALK-1003", "no_longer_wanted")
    await chat.choose("original_route")
    await shop.push(order("TALK-1003", "c-1", status="shipped", placed=0.5, shipped=0.2, delivered=None))

    await chat.tap("confirm:yes")

    assert "reason:no_longer_wanted" in chat.choices
    await chat.tap("reason:no_longer_wanted")
    await shop.case_in("TALK-1003", "under_review")
    assert await shop.movements("pay-TALK-1003") == []
    shop.verify_books()


async def test_the_window_of_the_order_is_told_from_the_policy_in_force(shop: Shop) -> None:
    await shop.push(order("TALK-1004", "c-1"))
    chat = await shop.chat("c-1")

    await chat.say("订单TALK-1004还能退吗？")

    assert "TALK-1004" in chat.text
    assert "最后一天" in chat.text
    assert await shop.cases("TALK-1004") == []
