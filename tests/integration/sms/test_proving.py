"""A visitor proves an order over HTTP; who does not, learns nothing and gets nowhere."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from storage.proof_store import forget_codes, proven_customer
from tests.integration.sms.rig import OTHER_PHONE, PHONE, Rig, wrong

ORDER_NO = "DEMO-1003"


@pytest.fixture
def logged() -> Iterator[list[dict[str, object]]]:
    with capture_logs() as logs:
        yield logs  # type: ignore[misc]  # dictionaries


async def test_a_visitor_gets_to_the_order_by_its_number_and_the_code(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()

    await visitor.ask(f"订单 {ORDER_NO}")
    assert visitor.cards == []
    await visitor.say(await rig.code())

    assert "reason:no_longer_wanted" in visitor.actions
    (sent,) = await rig.phones()
    assert (sent.phone, sent.template, sent.locale) == (PHONE, "sms.code", "zh-CN")
    assert sent.text.startswith("【Shop】")


@pytest.mark.parametrize("number", ["demo-1003", "it is demo-1003 i think", "Demo-1003"])
async def test_a_number_in_small_letters_is_the_order_in_capitals(rig: Rig, number: str) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()

    await visitor.ask(number)
    await visitor.say(await rig.code())

    assert "reason:no_longer_wanted" in visitor.actions


async def test_in_english_the_text_is_english(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()

    await visitor.say("I want a refund for order DEMO-1003")
    await rig.work()

    (sent,) = await rig.phones()
    assert sent.locale == "en"
    assert sent.text.startswith("【Shop】Your code is ")


async def test_an_order_that_nobody_has_leads_to_the_same_answers_and_rows(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    known, unknown = await rig.visitor(), await rig.visitor()

    said = [await visitor.ask(order_no) for visitor, order_no in ((known, ORDER_NO), (unknown, "DEMO-9999"))]
    tried = [await visitor.say("000000") for visitor in (known, unknown)]
    again = [await visitor.tap("verify:code") for visitor in (known, unknown)]

    for answers in (said, tried, again):
        assert answers[0].replace(ORDER_NO, "DEMO-9999") == answers[1]
    assert known.actions == unknown.actions
    rows = await rig.rows("SELECT tries, tries_max, customer_id FROM phone_proof")
    assert rows[0] == rows[1]
    assert len(await rig.outbox()) == 2
    await rig.work()
    assert len(await rig.phones()) == 1


async def test_neither_phone_nor_code_stands_anywhere_in_plain(rig: Rig, logged: list[dict[str, object]]) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    code = await rig.code()

    kept = await rig.rows("SELECT phone_proof::text AS kept FROM phone_proof")
    kept += await rig.rows("SELECT sms_use::text AS kept FROM sms_use")
    kept += await rig.rows("SELECT outbox::text AS kept FROM outbox")

    written = "\n".join(row["kept"] for row in kept) + str(logged)
    assert any(entry["event"] == "sms.sent" for entry in logged)
    assert code not in written
    assert "13800000000" not in written


async def test_a_code_that_is_wrong_too_often_is_worth_nothing_any_more(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    code = await rig.code()

    for _ in range(5):
        await visitor.say(wrong(code))
        assert visitor.cards == []
    await visitor.say(code)

    assert "reason:no_longer_wanted" not in visitor.actions
    (row,) = await rig.rows("SELECT tries, used_at FROM phone_proof")
    assert row == {"tries": 5, "used_at": None}


async def test_a_code_holds_ten_minutes_and_another_may_be_asked_for_after_one(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    first = await rig.code()
    await visitor.tap("verify:code")
    assert len(await rig.outbox()) == 1

    rig.shop.clock.move(600)
    assert "过期" in await visitor.say(first)
    await visitor.tap("verify:code")
    second = await rig.code()

    await visitor.say(second)
    assert "reason:no_longer_wanted" in visitor.actions


async def test_a_code_is_of_no_use_in_another_chat_for_another_order_or_twice(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    await rig.stock("DEMO-1004", phone=OTHER_PHONE, customer="c-2")
    first, second = await rig.visitor(), await rig.visitor()
    await first.ask(ORDER_NO)
    code = await rig.code()
    await second.ask("DEMO-1004")

    await second.say(code)
    assert second.cards == []
    await first.say(code)
    assert "reason:no_longer_wanted" in first.actions

    await second.say(f"订单 {ORDER_NO}")
    await second.say(code)
    assert second.cards == []


async def test_only_the_proven_order_and_its_case_are_seen(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    await rig.stock("DEMO-1004")
    owner = await rig.shop.session("c-1")
    await owner.say(action="order:DEMO-1004")
    await owner.say(action="reason:no_longer_wanted")
    visitor = await rig.visitor()
    await visitor.tap("ask:status")
    await visitor.say(ORDER_NO)

    await visitor.say(await rig.code())
    assert visitor.cards == []
    (case,) = await rig.rows("SELECT case_no FROM refund_case")
    await visitor.tap(f"status:{case['case_no']}")
    assert visitor.cards == []
    await visitor.tap("start:refund")
    assert [card["order_no"] for card in visitor.cards] == [ORDER_NO]
    await visitor.tap("order:DEMO-1004")

    assert visitor.cards == []
    assert "verify:code" in visitor.actions


async def test_an_order_of_another_shop_is_nobodys(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    await rig.shop.another_merchant("other")
    visitor = await rig.visitor("other")

    await visitor.ask(ORDER_NO)
    await rig.work()

    assert await rig.phones("shop") == []
    assert await rig.phones("other") == []


async def test_an_order_that_went_to_another_customer_meanwhile_opens_for_nobody(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    code = await rig.code()
    await rig.stock(ORDER_NO, customer="c-2", phone=OTHER_PHONE)

    await visitor.say(code)

    assert visitor.cards == []


@pytest.mark.parametrize("phone", [None, "138****0000", "not a phone"])
async def test_an_order_without_a_phone_that_can_be_dialled_gets_no_code(rig: Rig, phone: str | None) -> None:
    await rig.stock(ORDER_NO, phone=phone)
    visitor = await rig.visitor()

    await visitor.ask(ORDER_NO)
    await rig.work()

    assert await rig.phones() == []
    assert "verify:code" in visitor.actions


@pytest.mark.parametrize("number", ["9" * 200, "<script>alert(1)</script>", "' OR 1=1 --", "订单", "\u202e1003", "👍"])
async def test_odd_numbers_are_answered_and_send_nothing(rig: Rig, number: str) -> None:
    visitor = await rig.visitor()
    await visitor.tap("start:refund")

    assert await visitor.say(number)
    await rig.work()

    assert await rig.phones() == []


async def test_whose_phone_was_verified_is_known_to_who_links_identities(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    conversation_id, merchant_id = UUID(visitor.chat.conversation), rig.shop.merchant.merchant_id
    await visitor.ask(ORDER_NO)
    code = await rig.code()
    assert await proven_customer(rig.shop.base.db, merchant_id, conversation_id) is None

    await visitor.say(code)

    assert await proven_customer(rig.shop.base.db, merchant_id, conversation_id) == "c-1"


async def test_who_is_signed_in_costs_no_question_about_codes(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    customer = await rig.shop.session("c-1")

    await customer.say(action=f"order:{ORDER_NO}")
    await customer.say(action="verify:code")

    assert await rig.rows("SELECT 1 FROM phone_proof") == []
    assert await rig.outbox() == []


async def test_what_is_over_is_forgotten(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)

    await forget_codes(rig.shop.base.db, before=rig.shop.clock.now() + timedelta(days=1))

    assert await rig.rows("SELECT 1 FROM phone_proof") == []
    assert await rig.rows("SELECT 1 FROM sms_use") == []
