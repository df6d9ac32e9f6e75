"""Refunds that came to wait for a person: a gateway's answer as the background work stores it, and mixed payments."""

from typing import Any
from uuid import uuid4

from refund_core.case_answers import RefundAnswer, refund_answered
from refund_core.cases import Moment
from refund_core.ids import Ids
from storage.case_reads import load_case
from storage.case_store import save_changes
from storage.transaction import Transaction, transact
from tests.integration.api.shop import Chat, Shop
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import PRICE, case_of, order, stock


async def gateway_says(shop: Shop, case_no: str, refund_no: str, state: str) -> None:
    merchant_id = shop.merchant.merchant_id
    case = await load_case(shop.base.db, merchant_id, case_no)
    assert case is not None
    policy = (await shop.services.merchants.by_id(merchant_id)).policy
    moment = Moment(shop.clock.now(), "system", Ids(uuid4()))
    change = refund_answered(case, RefundAnswer(refund_no, state, "SAID"), limits=policy.limits, moment=moment)
    assert change is not None

    async def work(tx: Transaction) -> None:
        await save_changes(tx, [(merchant_id, change)], now=moment.at)

    await transact(shop.base.db, work, name="answer")


async def paid_by_two(shop: Shop, order_no: str = "A-1", *, customer: str = "c-1") -> tuple[Chat, str]:
    """A claim in review on an order of which a quarter was paid by transfer, which has no gateway."""
    document = order(shop, order_no, customer=customer)
    pay = document["payments"][0]
    by_hand = pay | {"payment_no": f"bank-{order_no}", "method": "other", "amount": PRICE // 4, "label": "Bank"}
    document["payments"] = [pay | {"amount": PRICE - PRICE // 4}, by_hand]
    await stock(shop, document)
    chat = await shop.session(customer, locale="en")
    for action in ("start:refund", f"order:{order_no}", "lines:all", "reason:damaged", "evidence:skip"):
        status, answer = await chat.say(action=action)
        assert status == 200, answer
    _, page = await shop.api("GET", f"/cases?order_no={order_no}")
    return chat, page["items"][0]["case_no"]


async def refund_of(shop: Shop, case_no: str, method: str) -> dict[str, Any]:
    """The newest refund of the case by that method."""
    refunds = (await case_of(shop, case_no))["refunds"]
    found: dict[str, Any] = [refund for refund in refunds if refund["method"] == method][-1]
    return found


async def settle(staff: Staff, shop: Shop, case_no: str, action: str, refund_no: str, **more: Any) -> tuple[int, str]:
    fields = opened(await case_of(shop, case_no)) | more
    return await staff.post(f"/desk/cases/{case_no}/payout", action=action, refund_no=refund_no, **fields)


def opened(case: dict[str, Any]) -> dict[str, Any]:
    """What a page that shows the case like this keeps of it."""
    return {"version": case["version"], "seen": len(case["history"])}


async def notes(shop: Shop, case_no: str) -> list[str]:
    """What the customer is told of the case, in any order."""
    rows = await shop.base.db.fetch(
        "SELECT payload->>'text_key' AS key FROM outbox WHERE kind = 'chat.note' AND payload->>'case_no' = $1", case_no
    )
    return [row["key"] for row in rows]
