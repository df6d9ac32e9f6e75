"""What a decision at the desk does, and that it is done once."""

import asyncio

import msgspec

from storage.policy_store import add_version, current
from tests.integration.api.shop import Shop
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import PRICE, ask_for_review, case_of, said

BALANCE = "balance"


async def payment(shop: Shop) -> tuple[int, int]:
    """Refunded and reserved of the one payment."""
    (row,) = await shop.base.db.fetch("SELECT refunded_minor, reserved_minor FROM payment")
    return row[0], row[1]


async def notes(shop: Shop) -> list[str]:
    rows = await shop.base.db.fetch("SELECT payload FROM outbox WHERE kind = 'chat.note'")
    return [msgspec.json.decode(row[0])["text_key"] for row in rows]


async def test_an_approval_reserves_the_money_and_tells_the_customer(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    assert await wang.decide(case_no, "approve") == (204, "")

    case = await case_of(shop, case_no)
    assert case["state"] == "refunding"
    assert [refund["amount"] for refund in case["refunds"]] == [PRICE]
    assert case["history"][-1]["by"] == "staff:Wang"
    assert await payment(shop) == (0, PRICE)
    assert await notes(shop) == ["note.approved"]


async def test_the_words_of_a_decision_are_the_person_s_own(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)

    assert (await wang.decide(case_no, "approve", reply="We are sorry; the money is on its way."))[0] == 204

    assert (await said(chat))[-1] == ("agent", "We are sorry; the money is on its way.")
    assert await notes(shop) == []


async def test_a_part_is_an_amount_while_the_goods_stay(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    assert (await wang.decide(case_no, "partial", amount="36.50"))[0] == 204

    assert await payment(shop) == (0, 3_650)


async def test_a_part_is_some_of_the_pieces(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    assert (await wang.decide(case_no, "partial", **{"line:1": 1}))[0] == 204

    assert await payment(shop) == (0, PRICE // 2)


async def test_a_compensation_goes_to_the_customer_s_balance(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    assert (await wang.decide(case_no, "approve", compensation="5"))[0] == 204

    case = await case_of(shop, case_no)
    assert case["compensation"] == {"amount": 500, "currency": "CNY"}


async def test_an_approval_after_return_waits_for_the_goods(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    assert (await wang.decide(case_no, "approve_after_return"))[0] == 204
    assert (await case_of(shop, case_no))["state"] == "awaiting_return"

    status, _ = await wang.post(f"/desk/cases/{case_no}/received", version=await wang.version(case_no))

    assert status == 204
    assert (await case_of(shop, case_no))["state"] == "refunding"


async def test_goods_are_received_once(shop: Shop, wang: Staff, zhao: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    await wang.decide(case_no, "approve_after_return")
    version = await wang.version(case_no)
    path = f"/desk/cases/{case_no}/received"

    answers = await asyncio.gather(wang.post(path, version=version), zhao.post(path, version=version))

    assert sorted(status for status, _ in answers) == [204, 409]
    assert len((await case_of(shop, case_no))["refunds"]) == 1


async def test_goods_that_nobody_sends_back_are_not_received(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    status, text = await wang.post(f"/desk/cases/{case_no}/received", version=1)

    assert status == 409
    assert "under review" in text
    assert (await case_of(shop, case_no))["version"] == 1


async def test_an_offer_leaves_the_choice_to_the_customer(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)

    status, _ = await wang.decide(case_no, "offer", resolution=BALANCE, bonus="3", reply="Choose what suits you.")

    assert status == 204
    assert (await case_of(shop, case_no))["state"] == "offered"
    _, page = await chat.get("/messages?after=0")
    assert [choice["action"] for choice in page["messages"][-1]["choices"]] == ["order:A-1"]


async def test_a_rejection_tells_its_reason_in_the_customer_s_language_and_how_to_appeal(
    shop: Shop, wang: Staff
) -> None:
    chat, case_no = await ask_for_review(shop)

    assert (await wang.decide(case_no, "reject", reason_code="goods_used"))[0] == 204

    _, page = await chat.get("/messages?after=0")
    last = page["messages"][-1]
    assert "used beyond trying them out" in last["text"]
    assert case_no in last["text"]
    assert last["choices"][0]["action"] == f"appeal:{case_no}"


async def test_a_rejection_without_a_reason_is_refused(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    status, text = await wang.decide(case_no, "reject")

    assert status == 422
    assert "needs a reason" in text
    assert (await case_of(shop, case_no))["version"] == 1


async def test_a_draft_with_its_blank_left_open_is_not_sent(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)

    status, _ = await wang.decide(case_no, "reject", reply="Reason: [please fill in].")

    assert status == 422
    assert "agent" not in [who for who, _ in await said(chat)]


async def test_the_customer_is_asked_for_more(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)

    assert (await wang.decide(case_no, "ask_customer", reply="A picture of the foot, please."))[0] == 204

    assert (await case_of(shop, case_no))["state"] == "awaiting_customer"
    assert (await said(chat))[-1] == ("agent", "A picture of the foot, please.")


async def test_an_escalation_says_nothing_to_the_customer(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)
    before = await said(chat)

    assert (await wang.decide(case_no, "escalate"))[0] == 204

    assert (await case_of(shop, case_no))["state"] == "under_review"
    assert await said(chat) == before


WRONG: list[tuple[dict[str, str], str]] = [
    ({"action": "partial", "amount": "12.345"}, "12.345"),
    ({"action": "partial", "amount": "-1"}, "-1"),
    ({"action": "partial", "amount": "NaN"}, "NaN"),
    ({"action": "partial", "amount": "1e9"}, "more than there is"),
    ({"action": "partial", "amount": "120.01"}, "more than there is"),
    ({"action": "partial", "line:1": "3"}, "between 0 and 2"),
    ({"action": "partial", "line:1": "-1"}, "between 0 and 2"),
    ({"action": "partial", "line:1": "0"}, "at least one piece"),
    ({"action": "partial"}, "at least one piece"),
    ({"action": "partial", "line:1": "2"}, "all pieces that were claimed"),
    ({"action": "approve", "shipping": "5"}, "more than there is"),
    ({"action": "approve", "compensation": "many"}, "many"),
    ({"action": "offer", "resolution": "keep_item_partial"}, "Enter the amount"),
    ({"action": "offer", "resolution": "original_route", "keep_amount": "20"}, "part of the money back"),
    ({"action": "offer", "resolution": "original_route", "bonus": "500"}, "only the store balance"),
    ({"action": "offer", "resolution": "gold"}, "Choose one"),
    ({"action": "pay_me"}, "Choose one"),
    ({"action": "intercept"}, "Choose one"),
    ({"action": "approve", "reply": "x" * 2_001}, "longer"),
]


async def test_a_wrong_field_is_named_and_changes_nothing(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    for fields, told in WRONG:
        status, text = await wang.post(f"/desk/cases/{case_no}/decide", version=1, **fields)

        assert status == 422, (fields, text)
        assert told in text, fields
    assert (await wang.post(f"/desk/cases/{case_no}/decide", version="x", action="approve"))[0] == 422
    assert (await case_of(shop, case_no))["version"] == 1
    assert await payment(shop) == (0, 0)


async def test_fields_of_another_decision_are_not_read(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    fields = {"amount": "nonsense", "compensation": "many", "line:1": "99"}
    status, _ = await wang.post(f"/desk/cases/{case_no}/decide", version=1, action="ask_customer", **fields)

    assert status == 204


async def test_the_page_of_a_return_says_that_no_address_is_set(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    assert (await wang.decide(case_no, "approve_after_return"))[0] == 204

    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert "[returns]" in page


async def test_the_address_of_the_policy_is_told_to_who_sends_goods_back(shop: Shop, hiring: Hire) -> None:
    to = {"name": "Returns", "phone": "021-5555 0100", "address": "88 Example Road"}
    db, merchant_id = shop.base.db, shop.merchant.merchant_id
    stored = await current(db, merchant_id, "policy")
    assert stored is not None
    await add_version(db, merchant_id, "policy", {**stored.document, "returns": to}, by="test", now=shop.clock.now())
    wang = await hiring("wang", "Wang")
    assert await wang.log_in() == 303
    chat, case_no = await ask_for_review(shop)

    assert (await wang.decide(case_no, "approve_after_return"))[0] == 204

    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert "[returns]" not in page
    _, answer = await chat.say(action=f"status:{case_no}")
    assert "88 Example Road" in answer["replies"][0]["text"]
