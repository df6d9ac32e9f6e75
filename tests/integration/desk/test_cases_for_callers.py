"""A case opened for a caller reaches its customer: in the chat that they have, or in the one that they open later."""

import re
from typing import Any

from tests.integration.api.shop import Chat, Shop
from tests.integration.desk.desk import FRAGMENT, Staff
from tests.integration.desk.trade import case_of, order, said, stock


async def _opened_for_caller(shop: Shop, order_no: str = "A-1", customer: str = "c-1") -> str:
    await stock(shop, order(shop, order_no, customer=customer))
    status, case = await shop.api("POST", "/cases", {"order_no": order_no, "reason": "damaged"})
    assert status == 201, case
    return str(case["case_no"])


async def _newest(chat: Chat) -> dict[str, Any]:
    _, page = await chat.get("/messages?after=0")
    newest: dict[str, Any] = page["messages"][-1]
    return newest


async def test_the_desk_says_plainly_that_the_customer_has_no_chat_yet(shop: Shop, wang: Staff) -> None:
    case_no = await _opened_for_caller(shop)

    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert "has no chat yet" in page
    await wang.decide(case_no, "ask_customer")
    _, after = await wang.get(f"/desk/cases/{case_no}")

    assert "has not opened the chat yet" in after


async def test_who_opens_a_chat_finds_the_offer_first_and_takes_it_by_words(shop: Shop, wang: Staff) -> None:
    case_no = await _opened_for_caller(shop)
    status, answer = await wang.decide(case_no, "offer", resolution="keep_item_partial", keep_amount="20")
    assert status == 204, answer

    chat = await shop.session("c-1", locale="zh-CN")
    assert any(case_no in text for _, text in await said(chat))
    await chat.say("选第一个")

    newest = await _newest(chat)
    assert [choice["action"] for choice in newest["choices"]] == ["confirm:yes", "confirm:no"]
    await chat.say(action="confirm:yes")
    assert (await case_of(shop, case_no))["state"] == "refunding"


async def test_words_that_answer_the_question_bring_the_case_back_to_the_desk(shop: Shop, wang: Staff) -> None:
    case_no = await _opened_for_caller(shop)
    await wang.decide(case_no, "ask_customer", reply="请问是哪里坏了？")

    chat = await shop.session("c-1", locale="zh-CN")
    assert ("agent", "请问是哪里坏了？") in await said(chat)
    await chat.say("把手断了")

    assert (await case_of(shop, case_no))["state"] == "under_review"
    _, report = await wang.get(f"/desk/cases/{case_no}/report", headers=FRAGMENT)
    assert "把手断了" in report


async def test_who_has_a_chat_is_asked_there(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1", locale="en")
    await chat.say("hello")
    case_no = await _opened_for_caller(shop)

    await wang.decide(case_no, "offer", resolution="keep_item_partial", keep_amount="20")

    assert [action for action in await _actions(chat) if action.startswith("offer:")]
    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert "has not opened the chat yet" not in page


async def test_a_talk_about_something_else_is_not_broken_into(shop: Shop, wang: Staff) -> None:
    case_no = await _opened_for_caller(shop)
    await stock(shop, order(shop, "A-2"))
    chat = await shop.session("c-1", locale="en")
    await chat.say(action="start:refund")
    await chat.say(action="order:A-2")
    before = await _newest(chat)

    await wang.decide(case_no, "offer", resolution="keep_item_partial", keep_amount="20")

    assert await _newest(chat) == before
    rows = await shop.base.db.fetch("SELECT payload FROM outbox WHERE kind = 'chat.note'")
    assert [re.search(case_no, str(row["payload"])) is not None for row in rows] == [True]


async def test_another_customers_chat_sees_nothing_of_it(shop: Shop, wang: Staff) -> None:
    case_no = await _opened_for_caller(shop)
    await wang.decide(case_no, "ask_customer")

    chat = await shop.session("c-2", locale="en")

    assert not await said(chat)


async def _actions(chat: Chat) -> list[str]:
    _, page = await chat.get("/messages?after=0")
    return [choice["action"] for message in page["messages"] for choice in message["choices"]]
