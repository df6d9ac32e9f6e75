"""The merchants' API: keys, orders, rules, cases, paging, idempotency and other merchants' things."""

import asyncio
from typing import Any

import msgspec
import pytest

from storage.audit_store import first_bad_row
from tests.integration.api.shop import Shop

NOON = "2026-11-18T12:00:00+08:00"


def order(order_no: str = "O-1", customer: str = "c-1", **change: Any) -> dict[str, Any]:
    """A paid order of two lines."""
    return {
        "order_no": order_no,
        "customer": {"external_id": customer, "name": "林晓", "phone": "+8613800000001", "address": "杭州"},
        "status": "paid",
        "currency": "CNY",
        "placed_at": NOON,
        "lines": [
            {"line_no": "1", "title": "Teapot", "quantity": 2, "unit_price": 5_900, "discount": 300},
            {"line_no": "2", "title": "Cup", "quantity": 1, "unit_price": 1_000},
        ],
        "shipping_fee": 800,
        "payments": [{"payment_no": f"pay-{order_no}", "method": "sandbox", "amount": 13_300}],
    } | change


@pytest.mark.parametrize("key", ["", "rbk_wrong", "x" * 500, "ä"])
async def test_without_a_key_of_ours_nothing_is_told(shop: Shop, key: str) -> None:
    status, problem = await shop.api("GET", "/orders", key=key)

    assert status in {400, 401}
    assert problem["status"] == status


async def test_an_order_comes_back_as_it_was_pushed(shop: Shop) -> None:
    pushed = order(note="a field of the shop's own")

    status, answer = await shop.api("POST", "/orders", pushed)
    read, found = await shop.api("GET", "/orders/O-1")

    assert (status, answer["items"]) == (200, [{"order_no": "O-1", "change": "created"}])
    assert read == 200
    assert found["customer"]["phone"] == "+8613800000001"
    assert [line["unit_price"] for line in found["lines"]] == [5_900, 1_000]
    assert found["payments"][0]["payer_amount"] == 13_300
    assert "note" in str(found["extra"])


async def test_putting_an_order_creates_and_then_updates_it(shop: Shop) -> None:
    made = await shop.api("PUT", "/orders/O-1", order())
    same = await shop.api("PUT", "/orders/O-1", order())
    changed = await shop.api("PUT", "/orders/O-1", order(status="shipped"))
    elsewhere = await shop.api("PUT", "/orders/O-2", order())

    assert [status for status, _ in (made, same, changed, elsewhere)] == [201, 200, 200, 422]
    assert [answer["change"] for _, answer in (made, same, changed)] == ["created", "unchanged", "updated"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"payments": [{"payment_no": "p", "method": "sandbox", "amount": 1}]}, "payments"),
        ({"placed_at": "2026-11-18T12:00:00"}, "placed_at"),
        ({"currency": "yuan"}, "currency"),
        ({"lines": []}, "lines"),
        ({"customer": {}}, "customer"),
        ({"status": "lost"}, "status"),
    ],
)
async def test_a_wrong_order_is_refused_with_its_field_and_not_stored(
    shop: Shop, change: dict[str, Any], field: str
) -> None:
    status, problem = await shop.api("POST", "/orders", order(**change))
    found, _ = await shop.api("GET", "/orders/O-1")

    assert (status, found) == (422, 404)
    assert problem["errors"][0]["field"].startswith(field)
    assert problem["errors"][0]["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"[]"])
async def test_a_body_that_holds_no_order_is_refused(shop: Shop, body: bytes) -> None:
    status, _ = await shop.api("POST", "/orders", body)

    assert status in {400, 422}


async def test_more_orders_than_a_call_may_have_are_refused(shop: Shop) -> None:
    status, problem = await shop.api("POST", "/orders", [order(f"O-{number}") for number in range(501)])

    assert (status, problem["errors"][0]["limit"]) == (422, 500)


async def test_lists_are_read_by_the_page(shop: Shop) -> None:
    await shop.api("POST", "/orders", [order(f"O-{number}") for number in range(5)])

    _, first = await shop.api("GET", "/orders?limit=3")
    _, rest = await shop.api("GET", f"/orders?limit=3&cursor={first['next_cursor']}")

    numbers = [one["order_no"] for one in first["items"] + rest["items"]]
    assert (len(first["items"]), rest["next_cursor"]) == (3, None)
    assert sorted(numbers) == [f"O-{number}" for number in range(5)]
    assert {one["customer"]["phone"] for one in first["items"]} == {"**********0001"}
    assert all(one["customer"]["address"] is None for one in first["items"])


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=501", "cursor=nonsense", "cursor=" + "x" * 300])
async def test_a_page_that_cannot_be_is_refused(shop: Shop, query: str) -> None:
    answers = [(await shop.api("GET", f"/{kind}?{query}"))[0] for kind in ("orders", "cases")]

    assert set(answers) == {422}


async def test_a_post_without_a_key_of_its_own_is_refused(shop: Shop) -> None:
    status, problem = await shop.call("POST", "/api/v1/orders", order(), token=shop.merchant.api_key)

    assert (status, problem["errors"][0]["field"]) == (400, "Idempotency-Key")


async def test_the_same_key_and_body_get_the_same_answer_once(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    claim = {"order_no": "O-1", "reason": "damaged"}

    first = await shop.api("POST", "/cases", claim, call_key="k-1")
    again = await shop.api("POST", "/cases", claim, call_key="k-1")
    _, cases = await shop.api("GET", "/cases?order_no=O-1")

    assert first == again
    assert first[0] == 201
    assert len(cases["items"]) == 1


async def test_the_same_key_at_the_same_time_opens_one_case(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    claim = {"order_no": "O-1", "reason": "damaged"}

    answers = await asyncio.gather(*(shop.api("POST", "/cases", claim, call_key="k-1") for _ in range(6)))
    _, cases = await shop.api("GET", "/cases?order_no=O-1")

    assert {status for status, _ in answers} <= {201, 409}
    assert len(cases["items"]) == 1


async def test_the_same_key_with_another_body_is_a_conflict(shop: Shop) -> None:
    await shop.api("POST", "/orders", order(), call_key="k-1")

    body, problem = await shop.api("POST", "/orders", order("O-2"), call_key="k-1")
    path, _ = await shop.api("POST", "/cases", order(), call_key="k-1")

    assert (body, path) == (409, 409)
    assert problem["errors"][0]["code"] == "used_before"


async def test_a_refusal_is_repeated_like_an_answer(shop: Shop) -> None:
    claim = {"order_no": "O-1", "reason": "damaged"}

    first = await shop.api("POST", "/cases", claim, call_key="k-1")
    await shop.api("POST", "/orders", order())
    again = await shop.api("POST", "/cases", claim, call_key="k-1")

    assert first == again
    assert first[0] == 404


async def test_two_merchants_may_use_the_same_key(shop: Shop) -> None:
    other = await shop.another_merchant("other")

    mine, _ = await shop.api("POST", "/orders", order(), call_key="k-1")
    theirs, _ = await shop.api("POST", "/orders", order("O-9"), key=other.api_key, call_key="k-1")

    assert (mine, theirs) == (200, 200)


async def test_another_merchants_things_are_not_found_and_the_try_is_noted(shop: Shop) -> None:
    other = await shop.another_merchant("other")
    await shop.api("POST", "/orders", order())
    _, case = await shop.api("POST", "/cases", {"order_no": "O-1", "reason": "damaged"})
    case_no = case["case_no"]
    decision = {"version": 1, "action": "approve"}

    answers = [
        await shop.api("GET", "/orders/O-1", key=other.api_key),
        await shop.api("GET", f"/cases/{case_no}", key=other.api_key),
        await shop.api("GET", "/customers/c-1", key=other.api_key),
        await shop.api("POST", "/cases", {"order_no": "O-1", "reason": "damaged"}, key=other.api_key),
        await shop.api("POST", f"/cases/{case_no}/decision", decision, key=other.api_key),
        await shop.api("POST", f"/cases/{case_no}/messages", {"text": "hi"}, key=other.api_key),
    ]
    lists = [await shop.api("GET", f"/{kind}", key=other.api_key) for kind in ("orders", "cases")]
    noted = await shop.base.db.fetch("SELECT what FROM audit WHERE merchant_id = $1", other.merchant_id)

    assert [status for status, _ in answers] == [404] * 6
    assert [answer["items"] for _, answer in lists] == [[], []]
    assert len(noted) == 6
    assert await first_bad_row(shop.base.db, other.merchant_id) is None


async def test_a_case_shows_everything_the_contract_names(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())

    _, case = await shop.api("POST", "/cases", {"order_no": "O-1", "reason": "damaged", "lines": [{"line_no": "1"}]})
    _, read = await shop.api("GET", f"/cases/{case['case_no']}")
    _, listed = await shop.api("GET", "/cases?customer=c-1&state=under_review")

    fields = (
        "case_no order_no customer channel state reason lines shipping_amount requested_amount decision remedy version"
        " resolution consent refunds coupon balance compensation return due legal_due_at dispute handoff history"
    )
    assert set(fields.split()) <= case.keys()
    assert (case["state"], case["channel"], case["lines"][0]["amount"]) == ("under_review", "api", 5_750)
    assert case["history"][0]["to"] == "under_review"
    assert read == case
    assert listed["items"] == [case]


async def test_a_state_that_does_not_exist_is_refused(shop: Shop) -> None:
    status, problem = await shop.api("GET", "/cases?state=happy")

    assert (status, problem["errors"][0]["field"]) == (422, "state")


async def test_a_customer_is_shown_masked(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())

    _, customer = await shop.api("GET", "/customers/c-1")

    assert customer["external_id"] == "c-1"
    assert customer["phone"].endswith("0001")
    assert "1380000" not in msgspec.json.encode(customer).decode()
    assert customer["name"] == "林*"


async def test_new_rules_take_the_place_of_the_old_ones(shop: Shop) -> None:
    _, before = await shop.api("GET", "/policy")

    status, after = await shop.api("PUT", "/policy", {"document": before["document"], "version": before["version"]})
    stale, _ = await shop.api("PUT", "/policy", {"document": before["document"], "version": before["version"]})

    assert (status, after["version"], stale) == (200, before["version"] + 1, 409)


async def test_rules_that_are_not_understood_change_nothing(shop: Shop) -> None:
    _, before = await shop.api("GET", "/policy")
    wrong = before["document"] | {"rules": [{"rule": "x", "outcome": "maybe"}]}

    status, problem = await shop.api("PUT", "/policy", {"document": wrong})
    _, after = await shop.api("GET", "/policy")

    assert (status, after["version"]) == (422, before["version"])
    assert problem["errors"][0]["field"].startswith("document.rules")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/returns/scans"),
        ("POST", "/shipments/events"),
        ("POST", "/orders/O-1/stop-result"),
        ("GET", "/reports/x"),
    ],
)
async def test_what_is_not_built_says_so_to_its_merchant_alone(shop: Shop, method: str, path: str) -> None:
    known, problem = await shop.api(method, path, {})
    unknown, _ = await shop.api(method, path, {}, key="rbk_wrong")

    assert (known, unknown) == (501, 401)
    assert problem["type"] == "urn:refundbot:problem:not-built-yet"


async def test_a_person_says_something_in_the_cases_conversation(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    chat = await shop.session("c-1")
    for action in ("start:refund", "order:O-1", "lines:all", "reason:price_drop"):
        await chat.say(action=action)
    _, cases = await shop.api("GET", "/cases?order_no=O-1")

    status, said = await shop.api(
        "POST", f"/cases/{cases['items'][0]['case_no']}/messages", {"text": "We are looking.", "agent": "Anna"}
    )
    _, history = await chat.get(f"/messages?after={said['seq'] - 1}")

    assert status == 200
    assert history["messages"][0]["text"] == "We are looking."
    assert (history["messages"][0]["sender"], history["messages"][0]["agent"]) == ("agent", "Anna")
