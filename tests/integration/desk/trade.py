"""An order in the shop, and a customer who asks for a refund of it in the chat."""

from datetime import timedelta
from typing import Any

from tests.integration.api.shop import Chat, Shop

PRICE = 12_000


def order(shop: Shop, order_no: str = "A-1", *, customer: str = "c-1", quantity: int = 2) -> dict[str, Any]:
    """Two lamps, delivered the day before yesterday."""
    now = shop.clock.now()

    def ago(days: float) -> str:
        return (now - timedelta(days=days)).isoformat()

    amount = quantity * PRICE // 2
    return {
        "order_no": order_no,
        "customer": {"external_id": customer, "name": "林晓", "phone": "+8613800001234"},
        "status": "delivered",
        "currency": "CNY",
        "placed_at": ago(6),
        "lines": [{"line_no": "1", "title": "Desk lamp", "quantity": quantity, "unit_price": PRICE // 2}],
        "payments": [{"payment_no": f"pay-{order_no}", "method": "sandbox", "amount": amount, "paid_at": ago(6)}],
        "shipments": [
            {"tracking_no": f"SF-{order_no}", "carrier": "sf", "line_nos": ["1"], "shipped_at": ago(5),
             "delivered_at": ago(2), "events": [{"at": ago(3), "status": "in_transit", "text": "Hangzhou"},
                                              {"at": ago(2), "status": "delivered", "text": "Front desk"}]},
        ],
    }  # fmt: skip


async def stock(shop: Shop, *orders: dict[str, Any]) -> None:
    status, answer = await shop.api("POST", "/orders", list(orders))
    assert status == 200, answer


async def ask_for_review(shop: Shop, order_no: str = "A-1", *, customer: str = "c-1") -> tuple[Chat, str]:
    """A customer who says that it came damaged and has no picture: a person has to look at it."""
    await stock(shop, order(shop, order_no, customer=customer))
    chat = await shop.session(customer, locale="en")
    for action in ("start:refund", f"order:{order_no}", "lines:all", "reason:damaged", "evidence:skip"):
        status, answer = await chat.say(action=action)
        assert status == 200, answer
    _, page = await shop.api("GET", f"/cases?order_no={order_no}")
    (case,) = page["items"]
    assert case["state"] == "under_review", case
    return chat, case["case_no"]


async def case_of(shop: Shop, case_no: str) -> dict[str, Any]:
    status, case = await shop.api("GET", f"/cases/{case_no}")
    assert status == 200, case
    found: dict[str, Any] = case
    return found


async def said(chat: Chat) -> list[tuple[str, str]]:
    """Everything said in the conversation: by whom, and what."""
    _, page = await chat.get("/messages?after=0")
    return [(message["sender"], message["text"]) for message in page["messages"]]
