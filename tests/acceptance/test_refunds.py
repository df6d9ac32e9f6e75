"""From the first word in the chat to money that arrived: the main job, over HTTP, on real processes."""

from typing import Any

from tests.acceptance.running import until
from tests.acceptance.shop import Shop, ago, order


async def test_an_original_route_refund_is_settled_at_the_gateway_exactly_once(shop: Shop) -> None:
    await shop.push(order("A-1", "c-1", status="paid", placed=0.5, shipped=None))
    chat = await shop.chat("c-1")

    await chat.claim("A-1", "no_longer_wanted")
    await chat.choose("original_route")
    assert sorted(chat.choices) == ["confirm:no", "confirm:yes"]
    assert "59" in chat.text
    await chat.tap("confirm:yes")
    case = await shop.case_in("A-1", "refunded")

    assert case["resolution"] == "original_route"
    assert [refund["state"] for refund in case["refunds"]] == ["succeeded"]
    assert await shop.movements("pay-A-1") == [5_900]
    shop.verify_books()


async def test_a_refund_told_twice_to_the_server_is_paid_once(shop: Shop) -> None:
    await shop.push(order("A-2", "c-1", status="paid", placed=0.5, shipped=None))
    chat = await shop.chat("c-1")
    await chat.claim("A-2", "no_longer_wanted")
    await chat.choose("original_route")
    said = {"client_id": "0199d6a4-0000-7000-8000-000000000001", "action": "confirm:yes"}

    first = await chat.post("/messages", said)
    second = await chat.post("/messages", said)
    await chat.say(action="confirm:yes")
    await shop.case_in("A-2", "refunded")

    assert [status for status, _ in (first, second)] == [200, 200]
    assert [reply["seq"] for reply in first[1]["replies"]] == [reply["seq"] for reply in second[1]["replies"]]
    assert await shop.movements("pay-A-2") == [5_900]


async def test_store_balance_is_credited_with_its_bonus_and_consent(shop: Shop) -> None:
    await shop.push(order("A-3", "c-1", status="paid", placed=0.5, shipped=None, prices=(10_000,)))
    chat = await shop.chat("c-1")

    await chat.claim("A-3", "no_longer_wanted")
    await chat.choose("balance")
    await chat.tap("confirm:yes")
    case = await shop.case_in("A-3", "refunded", "compensated")

    assert case["balance"] == {"amount": 10_500, "currency": "CNY"}
    assert case["consent"]["chosen"] == "balance"
    assert case["consent"]["offered"][0] == "original_route"
    assert await shop.movements("pay-A-3") == []
    shop.verify_books()


async def test_a_coupon_is_issued_with_its_minimum_spend_and_end(shop: Shop) -> None:
    await shop.push(order("A-4", "c-1", status="paid", placed=0.5, shipped=None, prices=(10_000,)))
    chat = await shop.chat("c-1")

    await chat.claim("A-4", "no_longer_wanted")
    await chat.choose("coupon")
    await chat.tap("confirm:yes")
    case = await shop.case_in("A-4", "compensated")

    assert case["coupon"]["amount"] > 10_000
    assert case["coupon"]["minimum_spend"] > case["coupon"]["amount"]
    assert case["consent"]["chosen"] == "coupon"
    assert await shop.movements("pay-A-4") == []
    shop.verify_books()


async def test_a_return_is_refunded_only_after_the_goods_are_back(shop: Shop) -> None:
    await shop.push(order("A-5", "c-1"))
    chat = await shop.chat("c-1")
    await chat.claim("A-5", "no_longer_wanted")
    await chat.choose("original_route")
    await chat.tap("confirm:yes")
    case = await shop.case_in("A-5", "awaiting_return")
    assert await shop.movements("pay-A-5") == []

    await shop.confirm_receipt(case["case_no"])
    case = await shop.case_in("A-5", "refunded")

    assert case["remedy"] == "return_refund"
    assert await shop.movements("pay-A-5") == [5_900]
    shop.verify_books()


async def test_what_the_rules_leave_open_reaches_a_person_with_everything_known(shop: Shop) -> None:
    await shop.push(order("A-6", "c-1"))
    chat = await shop.chat("c-1")

    await chat.claim("A-6", "price_drop")
    case = await shop.case_in("A-6", "under_review")

    assert case["decision"]["outcome"] == "review"
    assert case["decision"]["trace"][-1]["is_match"]
    assert case["due"]["who"] == "agent"
    assert case["handoff"]["reason"]
    assert case["risk" if "risk" in case else "decision"]


async def test_a_person_approves_and_the_refund_arrives(shop: Shop) -> None:
    await shop.push(order("A-7", "c-1"))
    chat = await shop.chat("c-1")
    await chat.claim("A-7", "price_drop")
    case = await shop.case_in("A-7", "under_review")
    decision = {"version": case["version"], "action": "approve", "reply": "We refund this."}

    status, _ = await shop.api("POST", f"/cases/{case['case_no']}/decision", decision)
    stale, problem = await shop.api("POST", f"/cases/{case['case_no']}/decision", decision)
    await shop.case_in("A-7", "refunded")
    _, history = await chat.get("/messages?after=0")

    assert status == 200
    assert (stale, problem["type"]) == (409, "urn:refundbot:problem:version-stale")
    assert await shop.movements("pay-A-7") == [5_900]
    assert any(message["text"] == "We refund this." for message in history["messages"])
    shop.verify_books()


async def test_a_platforms_order_is_explained_and_never_paid(shop: Shop) -> None:
    def on_taobao(document: dict[str, Any]) -> None:
        document |= {"settled_by": "platform", "source": "taobao"}

    await shop.push(order("A-8", "c-1", change=on_taobao))
    chat = await shop.chat("c-1", locale="en")

    await chat.claim("A-8", "no_longer_wanted")

    assert "confirm:yes" not in chat.choices
    assert "platform" in chat.text.lower() or "taobao" in chat.text.lower()
    assert all(case["state"] == "rejected" for case in await shop.cases("A-8"))
    assert await shop.movements("pay-A-8") == []


async def test_a_second_claim_while_one_is_open_is_told_and_opens_nothing(shop: Shop) -> None:
    await shop.push(order("A-9", "c-1"))
    chat = await shop.chat("c-1")
    await chat.claim("A-9", "price_drop")
    case = await shop.case_in("A-9", "under_review")

    other = await shop.chat("c-1")
    await other.say(action="start:refund")
    await other.say(action="order:A-9")

    cases = await shop.cases("A-9")
    assert [one["case_no"] for one in cases] == [case["case_no"]]
    assert case["case_no"] in other.text or any(case["case_no"] in choice for choice in other.choices)


async def test_a_line_can_be_claimed_again_up_to_what_is_left(shop: Shop) -> None:
    def three_pieces(document: dict[str, Any]) -> None:
        document["lines"][0] |= {"quantity": 3, "unit_price": 2_000}
        document["payments"][0]["amount"] = 6_000

    await shop.push(order("A-10", "c-1", status="paid", placed=0.5, shipped=None, change=three_pieces))
    chat = await shop.chat("c-1")
    await chat.claim("A-10", "no_longer_wanted", lines="line:1*2")
    await chat.choose("original_route")
    await chat.tap("confirm:yes")
    await shop.case_in("A-10", "refunded")

    await chat.claim("A-10", "no_longer_wanted", lines="line:1*2")
    await chat.choose("original_route")
    await chat.tap("confirm:yes")
    await shop.case_in("A-10", "refunded")

    await shop.refunded_in_all("A-10", 6_000)
    assert await shop.movements("pay-A-10") == [4_000, 2_000]
    shop.verify_books()


async def test_a_consumer_may_withdraw_before_money_moves(shop: Shop) -> None:
    await shop.push(order("A-11", "c-1"))
    chat = await shop.chat("c-1")
    await chat.claim("A-11", "price_drop")
    case = await shop.case_in("A-11", "under_review")

    await chat.say(action=f"withdraw:{case['case_no']}")
    if "confirm:yes" in chat.choices:
        await chat.tap("confirm:yes")
    await shop.case_in("A-11", "withdrawn")

    assert await shop.movements("pay-A-11") == []
    shop.verify_books()


async def test_a_late_order_is_recognised_and_the_chat_knows_the_order_from_the_shop_page(shop: Shop) -> None:
    def late(document: dict[str, Any]) -> None:
        document |= {"promised_ship_at": ago(5), "promised_delivery_at": ago(1)}

    await shop.push(order("A-12", "c-1", status="paid", placed=9, shipped=None, change=late))
    chat = await shop.chat("c-1", order_no="A-12")

    await chat.say(action="start:refund")

    assert any("A-12" in choice for choice in chat.choices)


async def test_the_gateways_lost_answer_never_pays_twice(shop: Shop) -> None:
    await shop.push(order("A-13", "c-1", status="paid", placed=0.5, shipped=None))
    chat = await shop.chat("c-1")
    await chat.claim("A-13", "no_longer_wanted")
    await chat.choose("original_route")
    fault = {"kind": "lost_answer", "merchant": shop.slug, "times": 1}
    await shop.server.sandbox("PUT", "/admin/faults", body=[fault])

    await chat.tap("confirm:yes")
    await shop.case_in("A-13", "refunded")

    assert await shop.movements("pay-A-13") == [5_900]
    shop.verify_books()


async def test_the_consumer_is_told_in_the_chat_when_the_money_was_paid(shop: Shop) -> None:
    await shop.push(order("A-14", "c-1", status="paid", placed=0.5, shipped=None))
    chat = await shop.chat("c-1")
    await chat.claim("A-14", "no_longer_wanted")
    await chat.choose("original_route")
    told = await chat.tap("confirm:yes")
    await shop.case_in("A-14", "refunded")

    async def news() -> list[dict[str, Any]]:
        _, history = await chat.get(f"/messages?after={told[-1]['seq']}")
        messages: list[dict[str, Any]] = history["messages"]
        return messages

    assert (await until(news))[0]["sender"] in {"bot", "system"}
