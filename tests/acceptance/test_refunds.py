"""From the first word in the chat to money that arrived: the main job, over HTTP, on real processes."""

from tests.acceptance.shop import Shop, order


async def test_an_original_route_refund_is_settled_at_the_gateway_exactly_once(shop: Shop) -> None:
    await shop.push(order("A-1", "c-1", status="paid", placed=0.5, shipped=None))
    chat = await shop.chat("c-1")

    await chat.claim("A-1", "no_longer_wanted")
    print(chat.replies)
    await chat.choose("original_route")
    await chat.tap("confirm:yes")
    case = await shop.case_in("A-1", "refunded")

    assert case["resolution"] == "original_route"
    assert [refund["state"] for refund in case["refunds"]] == ["succeeded"]
    assert await shop.movements("pay-A-1") == [5_900]
