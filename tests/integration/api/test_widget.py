"""How the chat looks and when staff are there: set by the merchant, served with the first answer, told in the talk."""

from typing import Any

import pytest

from storage.desk_store import read_queue
from tests.integration.api.shop import Shop

LOOK = {"colour": "#0a7d5a", "position": "left", "logo": "拾光", "greeting": {"zh-CN": "欢迎", "en": "Welcome"}}
# The tests' clock stands at 20:00 of a Friday in Shanghai.
OFFICE = {"week": {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}
EVENING = {"week": {"fri": ["19:00-24:00"]}}


async def test_a_look_that_is_put_is_served_to_the_page_and_the_button(shop: Shop) -> None:
    before, plain = await shop.api("GET", "/widget")
    status, put = await shop.api("PUT", "/widget", LOOK)
    _, got = await shop.api("GET", "/widget")
    async with shop.http.get(f"{shop.url}/chat/shop") as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]
    async with shop.http.get(f"{shop.url}/chat/shop/loader.js") as response:
        loader, etag = await response.text(), response.headers["ETag"]
    async with shop.http.get(f"{shop.url}/chat/shop/loader.js", headers={"If-None-Match": etag}) as again:
        unchanged = again.status

    assert (before, plain["colour"], plain["contrast"]) == (200, "#2456d6", 6.22)
    assert (status, put) == (200, got)
    assert got == {**LOOK, "text_colour": "#ffffff", "contrast": 5.13}
    assert "--accent:#0a7d5a;" in page
    assert '"logo":"拾光"' in page
    assert "'sha256-" in policy
    assert '{"slug":"shop","colour":"#0a7d5a","text":"#ffffff","position":"left"}' in loader
    assert unchanged == 304


async def test_a_browser_gets_a_page_for_no_such_shop_and_a_program_a_problem(shop: Shop) -> None:
    async with shop.http.get(f"{shop.url}/chat/nosuch", headers={"Accept": "text/html,*/*;q=0.8"}) as response:
        page, status, kind = await response.text(), response.status, response.content_type
        policy = response.headers["Content-Security-Policy"]
    problem = await shop.call("GET", "/chat/nosuch")

    assert (status, kind) == (404, "text/html")
    assert "没有找到这家店铺" in page
    assert "Shop not found" in page
    assert "default-src 'none'" in policy
    assert (problem[0], problem[1]["type"]) == (404, "urn:refundbot:problem:unknown-merchant")


async def test_the_loader_of_no_such_shop_is_not_found(shop: Shop) -> None:
    assert (await shop.call("GET", "/chat/nobody/loader.js"))[0] == 404


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/widget", {"colour": "#ffe600"}, ["text_colour"]),
        ("/widget", {"colour": "blue", "logo": "too long"}, ["colour", "logo"]),
        ("/widget", {"accent": "#000000"}, ["accent"]),
        ("/widget", [], ["body"]),
        ("/hours", {"week": {"mon": ["18:00-09:00"], "someday": []}}, ["week.someday", "week.mon[0]"]),
        ("/hours", {"timezone": "Nowhere"}, ["timezone"]),
        ("/hours", {"closed": ["tomorrow"]}, ["closed[0]"]),
    ],
)
async def test_bad_values_are_named_and_change_nothing(shop: Shop, path: str, body: Any, fields: list[str]) -> None:
    _, before = await shop.api("GET", path)

    status, problem = await shop.api("PUT", path, body)

    assert status == 422
    assert [error["field"] for error in problem["errors"]] == fields
    assert (await shop.api("GET", path))[1] == before


async def test_hours_are_told_with_what_holds_now(shop: Shop) -> None:
    nothing = (await shop.api("GET", "/hours"))[1]
    status, office = await shop.api("PUT", "/hours", OFFICE)
    _, evening = await shop.api("PUT", "/hours", EVENING | {"timezone": "Asia/Shanghai"})
    _, look = await shop.api("GET", "/widget")
    _, gone = await shop.api("PUT", "/hours", {})

    none: dict[str, Any] = {"timezone": None, "week": {}, "closed": [], "is_open": True, "opens_at": None, "words": {}}
    assert nothing == gone == none
    assert (status, office["is_open"], office["opens_at"]) == (200, False, "2026-11-23T01:00:00Z")
    assert office["words"]["zh-CN"] == "周一至周五 09:00–18:00"
    assert evening["is_open"]
    assert look["colour"] == "#2456d6"


@pytest.mark.parametrize("path", ["/widget", "/hours"])
async def test_only_the_merchants_key_opens_them(shop: Shop, path: str) -> None:
    assert (await shop.api("GET", path, key="rbk_wrong"))[0] == 401
    assert (await shop.api("PUT", path, {}, key="rbk_wrong"))[0] == 401


async def test_who_asks_for_a_person_at_night_waits_at_the_desk_and_is_still_answered(shop: Shop) -> None:
    await shop.api("PUT", "/hours", OFFICE)
    chat = await shop.session("c-1")

    _, asked = await chat.say(action="human")
    _, after = await chat.say("我把杯子的照片找出来")
    waiting = await read_queue(shop.base.db, shop.merchant.merchant_id)

    assert "11月23日（周一）09:00" in asked["replies"][-1]["text"]
    assert "已经保存" in asked["replies"][-1]["text"]
    assert after["replies"][-1]["sender"] == "bot"
    assert [(str(item.conversation_id), item.holder, item.customer) for item in waiting] == [
        (chat.conversation, "queue", "c-1")
    ]


async def test_who_asks_within_the_hours_is_passed_on_at_once(shop: Shop) -> None:
    await shop.api("PUT", "/hours", EVENING)
    chat = await shop.session("c-1")

    _, asked = await chat.say(action="human")
    _, after = await chat.say("我把杯子的照片找出来")

    assert "正在为您转接人工客服" in asked["replies"][-1]["text"]
    assert after["replies"] == []


async def test_a_language_chosen_in_the_talk_is_the_answers(shop: Shop) -> None:
    chat = await shop.session("c-1")
    _, chinese = await chat.say(action="start:refund")
    _, english = await chat.say(action="ask:status", locale="en")
    _, still = await chat.say(action="ask:status")
    _, back = await chat.say(action="ask:status", locale="zh-CN")

    assert _is_chinese(chinese)
    assert not _is_chinese(english)
    assert not _is_chinese(still)
    assert _is_chinese(back)


def _is_chinese(answer: Any) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in answer["replies"][0]["text"])
