"""People on WeChat in the running application: pushes answered once, choices by tap and by number, quotas kept."""

import asyncio
from typing import Any

import pytest

from bot.webhooks import channels as webhooks
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.test_one_customer import claim_on_the_web, reject
from tests.integration.channels.wechat_stage import Stage, open_stage
from tests.servers.wechat.server import FakeWeChat


@pytest.mark.parametrize("is_safe", [True, False])
async def test_a_message_is_answered_in_the_pushs_own_answer(shop: Shop, wechat: FakeWeChat, is_safe: bool) -> None:
    stage = await open_stage(shop, wechat, "wechat", is_safe=is_safe)

    pushed = await stage.user.write("你好")

    assert pushed.status == 200
    assert len(pushed.tries) == 1
    (heard,) = stage.user.person.heard
    assert (heard.how, "1. 申请退款" in heard.text) == ("answer", True)
    await stage.idle()
    assert wechat.world.calls == []


@pytest.mark.parametrize(("seconds", "how"), [(1.4, "answer"), (1.6, "message")])
async def test_a_turn_of_more_than_a_second_and_a_half_is_sent_as_a_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seconds: float, how: str
) -> None:
    monkeypatch.setattr(webhooks, "monotonic", iter((0.0, seconds)).__next__)

    pushed = await stage.user.write("你好")
    await stage.hears("1. 申请退款" if how == "answer" else "请问需要什么帮助")
    await stage.idle()

    assert (pushed.status, len(pushed.tries)) == (200, 1)
    assert [heard.how for heard in stage.user.person.heard] == [how]


async def test_a_push_that_comes_again_is_answered_the_same_and_counts_once(stage: Stage) -> None:
    push = stage.user.written({
        "ToUserName": stage.account.name, "FromUserName": stage.user.person.openid, "MsgType": "text",
        "CreateTime": int(stage.wechat.world.now()), "Content": "你好", "MsgId": 24876543210987654,
    })  # fmt: skip
    stage.user.person.allowance.open("message", stage.wechat.world.now())

    for _ in range(3):
        await stage.user.push(push)
    await asyncio.gather(*(stage.user.push(push) for _ in range(4)))

    rows = await stage.shop.base.db.fetch("SELECT count(*) AS n FROM message WHERE sender = 'customer'")
    assert rows[0]["n"] == 1
    assert len(set(stage.texts("answer"))) == 1
    await stage.idle()
    assert stage.wechat.world.calls == []


async def test_an_address_is_checked_and_an_unsigned_push_is_not_let_in(stage: Stage) -> None:
    query, body = stage.user.signed(b"<xml/>")
    url = stage.account.webhook_url
    http = stage.shop.http

    async with http.get(url, params=query | {"echostr": "4375120948345356249"}) as answer:
        assert (answer.status, await answer.text()) == (200, "4375120948345356249")
    for wrong in ({"msg_signature": "0" * 40}, {"msg_signature": ""}, {"timestamp": "1"}, {"nonce": "x"}):
        async with http.post(url, params=query | wrong, data=body, headers={"Host": "localhost"}) as answer:
            assert answer.status == 401
    async with http.post(url, params=query, data=body) as answer:
        assert answer.status == 400
    assert not await stage.shop.base.db.fetch("SELECT 1 FROM channel_identity")
    assert (await stage.user.write("你好")).status == 200


async def test_quick_messages_are_each_answered_with_their_own_reply(stage: Stage) -> None:
    for text in ("你好", "谢谢", "你好"):
        await stage.user.write(text)

    assert ["请问需要什么帮助" in text for text in stage.texts("answer")] == [True, False, True]
    assert len(set(stage.texts("answer")[1:])) == 2


async def test_a_scanned_code_that_the_shop_signed_brings_its_order(stage: Stage) -> None:
    await stage.shop.api("POST", "/orders", order())

    await stage.user.follow(stage.start())
    await stage.user.write("1")

    assert "1. 申请退款" in stage.texts()[0]
    assert "O-1" in stage.texts()[1] or "Teapot" in stage.texts()[1]


async def test_choices_are_taken_by_number_by_words_and_by_tap_up_to_the_refund(stage: Stage) -> None:
    await stage.shop.api("POST", "/orders", order())
    await stage.user.follow(stage.start())

    await stage.user.write("申请退款")
    await stage.user.write("第一个")
    await stage.user.write("全部商品")
    await stage.user.write("不想要了")
    assert "1. 选择原路退回" in stage.texts()[-1]
    await stage.user.write("1")
    assert "确认退款" in stage.texts()[-1]
    await stage.user.write("确认退款")

    await stage.hears("申请编号")
    _, cases = await stage.shop.api("GET", "/cases?order_no=O-1")
    assert [case["channel"] for case in cases["items"]] == ["wechat"]


async def test_what_a_person_writes_later_is_sent_with_a_menu_where_it_has_choices(stage: Stage) -> None:
    await stage.shop.api("POST", "/orders", order())
    await stage.user.follow(stage.start())
    for text in ("申请退款", "1", "全部商品", "不想要了", "1", "确认退款"):
        await stage.user.write(text)
    _, cases = await stage.shop.api("GET", "/cases?order_no=O-1")

    await stage.shop.api("POST", f"/cases/{cases['items'][0]['case_no']}/messages", {"text": "我们在处理。"})

    await stage.hears("我们在处理。")
    assert "我们在处理。" in stage.texts("message")[-1]


@pytest.mark.parametrize("message_format", ["xml", "json"])
async def test_a_mini_programs_chat_is_all_sent_and_keeps_to_its_quota(
    shop: Shop, wechat: FakeWeChat, message_format: str
) -> None:
    stage = await open_stage(shop, wechat, "mini_program", message_format=message_format)
    await shop.api("POST", "/orders", order())

    await stage.user.enter(f"token={stage.start()}")
    await stage.hears("1. 申请退款")
    for text, expected in (("1", "Teapot"), ("1", "请选择要退"), ("全部商品", "原因"), ("不想要了", "1. 选择原路退回")):
        shop.clock.move(3)
        await stage.user.write(text)
        await stage.hears(expected)
    shop.clock.move(3)
    await stage.user.write("1")
    await stage.hears("确认退款")
    shop.clock.move(3)
    await stage.user.write("确认退款")
    await stage.hears("申请编号")

    await stage.idle()
    assert stage.texts("answer") == []
    assert wechat.world.refusals == []


async def test_the_last_place_is_left_for_an_outcome_that_comes_meanwhile(shop: Shop, wechat: FakeWeChat) -> None:
    """Who opens the chat may be sent two messages within the minute; a greeting of two leaves the second to it."""
    stage = await open_stage(shop, wechat, "mini_program")
    greeting = "我是智能助手。" + "有什么可以帮您？" * 110
    await shop.api("PUT", "/texts", {"texts": {"zh-CN": {"greeting": greeting}}})
    _, case = await claim_on_the_web(shop)
    shop.clock.move(60)
    await stage.user.enter(f"token={stage.start()}")
    await stage.hears("我是智能助手")
    await until(lambda: waits(shop))

    await reject(shop, case)

    await stage.hears(case["case_no"])
    assert len(stage.texts()) == 2
    shop.clock.move(3)
    await stage.user.write("你好")
    await stage.hears("1. 申请退款")
    assert "".join(stage.texts()).count("有什么可以帮您？") == 110
    assert wechat.world.refusals == []


async def test_many_texts_of_staff_never_go_over_the_quota_and_each_is_heard_or_on_the_desk(stage: Stage) -> None:
    await stage.shop.api("POST", "/orders", order())
    await stage.user.follow(stage.start())
    for text in ("申请退款", "1", "全部商品", "不想要了", "1", "确认退款"):
        await stage.user.write(text)
    _, cases = await stage.shop.api("GET", "/cases?order_no=O-1")
    path = f"/cases/{cases['items'][0]['case_no']}/messages"

    for number in range(12):
        await stage.shop.api("POST", path, {"text": f"消息 [{number}]"})
        stage.shop.clock.move(1)
        await stage.idle()

    assert stage.wechat.world.refusals == []
    told = "\n".join(stage.texts())
    unsaid = await stage.shop.base.db.fetch(
        "SELECT m.body FROM outbox o JOIN message m ON m.conversation_id = (o.payload->>'conversation_id')::uuid"
        " AND m.seq > (o.payload->>'after')::int AND m.seq <= (o.payload->>'to')::int WHERE o.buried_at IS NOT NULL"
    )
    on_desk = "\n".join(row["body"].decode() for row in unsaid)
    assert [number for number in range(12) if f"[{number}]" not in told + on_desk] == []
    assert "[0]" in told
    assert "[11]" in on_desk


async def under_review(stage: Stage) -> dict[str, Any]:
    """The user's claim of a broken teapot, which a person is to look at; the case."""
    await stage.shop.api("POST", "/orders", order(status="delivered", shipments=[DELIVERED]))
    await stage.user.follow(stage.start())
    for text in ("申请退款", "1", "全部商品", "碎了", "没有照片"):
        await stage.user.write(text)
    _, cases = await stage.shop.api("GET", "/cases?order_no=O-1")
    found: dict[str, Any] = cases["items"][0]
    return found


DELIVERED = {
    "tracking_no": "SF1", "carrier": "sf", "line_nos": ["1", "2"], "shipped_at": "2026-11-18T10:00:00+08:00",
    "delivered_at": "2026-11-19T10:00:00+08:00", "events": [],
}  # fmt: skip


async def test_an_outcome_after_the_window_is_a_template_message(shop: Shop, wechat: FakeWeChat) -> None:
    fields = "character_string1=case_no,amount2=amount,phrase3=state"
    stage = await open_stage(shop, wechat, "wechat", template_id="tpl", template_fields=fields)
    case = await under_review(stage)
    assert case["state"] == "under_review"
    shop.clock.move(3 * 86_400)

    rejected = {"version": case["version"], "action": "reject", "reason_code": "not_covered"}
    status, answer = await shop.api("POST", f"/cases/{case['case_no']}/decision", rejected)
    assert status == 200, answer

    await wechat.world.until(lambda: bool(stage.texts("template")))
    assert stage.texts("template")[0].startswith(case["case_no"])
    assert wechat.world.refusals == []


@pytest.mark.parametrize("has_template", [True, False])
async def test_what_staff_wrote_is_on_the_desk_where_only_a_notice_of_the_case_could_be_sent(
    shop: Shop, wechat: FakeWeChat, *, has_template: bool
) -> None:
    fields = "character_string1=case_no,amount2=amount,phrase3=state"
    template: dict[str, Any] = {"template_id": "tpl", "template_fields": fields} if has_template else {}
    stage = await open_stage(shop, wechat, "wechat", **template)
    case = await under_review(stage)
    wechat.world.faults.busy = 1
    await shop.api("POST", f"/cases/{case['case_no']}/messages", {"text": "请把杯子留着。"})
    await until(lambda: waits(shop))
    rejected = {"version": case["version"], "action": "reject", "reason_code": "not_covered"}
    status, answer = await shop.api("POST", f"/cases/{case['case_no']}/decision", rejected)
    assert status == 200, answer

    shop.clock.move(3 * 86_400)
    buried = await until(lambda: shop.base.db.fetch("SELECT * FROM outbox WHERE buried_at IS NOT NULL"))

    assert [row["last_error"] for row in buried] == ["words_unsaid"]
    assert len(stage.texts("template")) == int(has_template)
    texts = await shop.base.db.fetch("SELECT 1 FROM outbox WHERE kind = 'sms.send'")
    assert len(texts) == int(not has_template)


async def waits(shop: Shop) -> bool:
    return bool(await shop.base.db.fetch("SELECT 1 FROM outbox WHERE last_error IS NOT NULL AND done_at IS NULL"))


async def test_a_person_at_wechats_own_service_takes_over_where_the_account_wants_it(
    shop: Shop, wechat: FakeWeChat
) -> None:
    stage = await open_stage(shop, wechat, "wechat", transfer_to_service="yes")
    await stage.user.write("你好")
    await stage.user.write("转人工")
    await stage.user.write("在吗")
    await stage.hears("人工客服")
    await stage.idle()

    answers = [heard.kind for heard in stage.user.person.heard if heard.how == "answer"]
    assert answers == ["text", "transfer_customer_service", "transfer_customer_service"]
    assert any("转接" in text for text in stage.texts("message"))
