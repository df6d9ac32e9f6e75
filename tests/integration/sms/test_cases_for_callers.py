"""A customer without a chat is told by a text that a person asks or offers something; one who writes there is not."""

from typing import Any

from tests.integration.sms.rig import PHONE, Rig

ORDER_NO = "DEMO-1003"


async def _decided(rig: Rig, action: str, **more: Any) -> str:
    status, case = await rig.shop.api("POST", "/cases", {"order_no": ORDER_NO, "reason": "damaged"})
    assert status == 201, case
    body = {"version": case["version"], "action": action, **more}
    status, decided = await rig.shop.api("POST", f"/cases/{case['case_no']}/decision", body)
    assert status == 200, decided
    await rig.work()
    return str(case["case_no"])


async def test_who_has_no_chat_is_told_by_a_text(rig: Rig) -> None:
    await rig.stock(ORDER_NO)

    case_no = await _decided(rig, "ask_customer")

    (text,) = await rig.phones()
    assert text.phone == PHONE
    assert case_no in text.text


async def test_who_writes_in_the_chat_gets_no_text(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    chat = await rig.shop.session("c-1")
    await chat.say("hello")

    await _decided(rig, "ask_customer")

    assert await rig.phones() == []


async def test_without_a_phone_nothing_is_tried(rig: Rig) -> None:
    await rig.stock(ORDER_NO, phone=None)

    await _decided(rig, "ask_customer")

    assert await rig.phones() == []
    rows = await rig.shop.base.db.fetch("SELECT 1 FROM outbox WHERE kind = 'sms.send'")
    assert rows == []
