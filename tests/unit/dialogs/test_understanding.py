"""Reading actions, answers and free text: exact where it is plain, conservative where it is not."""

import timeit
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.actions import parse_action
from dialogs.commands import (
    AddPictures,
    Command,
    Confirm,
    GoodsSent,
    HandOver,
    SetLines,
    SetOrder,
    SetReason,
    SetRemedy,
    SetResolution,
    StartRefund,
    TakeOffer,
    Verify,
)
from dialogs.messages import Locale
from dialogs.nlu.embedded import detect_locale, understand_now
from dialogs.understanding import Context, Intent

ORDERS = Context("order", ("order:A-1", "order:A-2", "human"), ("是这个订单", "选择其他订单", "转人工"))
CONFIRM = Context("confirm", ("confirm:yes", "confirm:no"), ("确认退款", "先不退"))
LINES = Context("lines", ("line:1*3", "line:2*1", "lines:all", "back"), ("杯子 × 3", "盘子 × 1", "全部商品", "返回"))
STARTS = frozenset({Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.CANCEL_ORDER})


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("start:refund", StartRefund()),
        ("order:2026-1:a", SetOrder("2026-1:a")),
        ("line:1*2+line:3", SetLines((("1", 2), ("3", None)))),
        ("line:a*b*2", SetLines((("a*b", 2),))),
        ("lines:all", SetLines(is_all=True)),
        ("reason:damaged", SetReason("damaged")),
        ("remedy:reship", SetRemedy("reship")),
        ("resolution:balance", SetResolution("balance")),
        ("offer:O1:accept", TakeOffer("O1")),
        ("offer:O1:decline", TakeOffer("O1", is_accepted=False)),
        ("confirm:no", Confirm(is_yes=False)),
        ("evidence:add:C1", AddPictures("C1")),
        ("return_sent:C1:SF1", GoodsSent("C1", "SF1")),
        ("verify:code", Verify("code")),
        ("human", HandOver()),
    ],
)
def test_each_action_of_the_contract_is_read(text: str, action: Command) -> None:
    assert parse_action(text) == action


@pytest.mark.parametrize(
    "text",
    [
        "", ":", "human:", "order:", "line:", "line:1*0", "line:1*-1", "line:*2", "line:1*²", "line:1+line:",
        "lines:some",
        "line:1*99999999", "reason:none", "remedy:balance", "resolution:cash", "offer:O1", "offer::accept",
        "offer:O1:maybe", "confirm:maybe", "evidence:add:", "return_sent:C1:", "return_sent::X", "start:order",
        "order:" + "x" * 300, "+".join(["line:1*1"] * 600), "退款",
    ],
)  # fmt: skip
def test_anything_else_is_no_action(text: str) -> None:
    assert parse_action(text) is None


@pytest.mark.parametrize(
    ("text", "context", "action"),
    [
        ("2", ORDERS, "order:A-2"),
        ("第二个", ORDERS, "order:A-2"),
        ("第二个吧", ORDERS, "order:A-2"),
        ("二", ORDERS, "order:A-2"),
        ("second", ORDERS, "order:A-2"),
        ("The 2nd one.", ORDERS, "order:A-2"),
        ("option 2", ORDERS, "order:A-2"),
        ("转人工", ORDERS, "human"),
        ("确认", CONFIRM, "confirm:yes"),
        ("Yes!", CONFIRM, "confirm:yes"),
        ("不", CONFIRM, "confirm:no"),
        ("no thanks", CONFIRM, "confirm:no"),
        ("全部", LINES, "lines:all"),
        ("everything", LINES, "lines:all"),
        ("2", LINES, "line:2*1"),
        ("全部商品", LINES, "lines:all"),
    ],
)
def test_a_plain_answer_is_the_choice_it_names(text: str, context: Context, action: str) -> None:
    assert understand_now(text, "zh-CN", context).action == action


@pytest.mark.parametrize(
    "text", ["9", "0", "第九个", "好像是吧但我不确定", "yes but wait", "确认什么", "1 or 2", "不是不行"]
)
def test_an_unclear_answer_chooses_nothing(text: str) -> None:
    assert understand_now(text, "zh-CN", ORDERS).action is None
    assert understand_now(text, "zh-CN", CONFIRM).action is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我要退款", Intent.REFUND_REQUEST),
        ("退款", Intent.REFUND_REQUEST),
        ("麻烦帮我退一下这个订单", Intent.REFUND_REQUEST),
        ("could you please refund my order", Intent.REFUND_REQUEST),
        ("I'd like my money back", Intent.REFUND_REQUEST),
        ("换货", Intent.EXCHANGE_REQUEST),
        ("I want to exchange it", Intent.EXCHANGE_REQUEST),
        ("发错货了，要求重发", Intent.EXCHANGE_REQUEST),
        ("退款失败了怎么办", Intent.REFUND_STATUS),
        ("can someone call me", Intent.WANT_HUMAN),
        ("没有照片", Intent.DENY),
        ("取消订单", Intent.CANCEL_ORDER),
        ("please cancel my order", Intent.CANCEL_ORDER),
        ("还没发货，催一下", Intent.DELIVERY_HURRY),
        ("where is my order?", Intent.DELIVERY_HURRY),
        ("我的退款到哪了", Intent.REFUND_STATUS),
        ("怎么还没退款", Intent.REFUND_STATUS),
        ("my refund has not arrived", Intent.REFUND_STATUS),
        ("能退吗？", Intent.POLICY_QUESTION),
        ("can I return this?", Intent.POLICY_QUESTION),
        ("我想撤销退款申请", Intent.WITHDRAW_REQUEST),
        ("cancel my refund", Intent.WITHDRAW_REQUEST),
        ("转人工", Intent.WANT_HUMAN),
        ("I want to speak to a real person", Intent.WANT_HUMAN),
        ("我要打12315投诉", Intent.WANT_HUMAN),
        ("质量问题", Intent.GIVE_REASON),
        ("the box was damaged", Intent.GIVE_REASON),
        ("已经寄回去了", Intent.INFORM_DONE),
        ("你好", Intent.GREETING),
        ("谢谢", Intent.THANKS),
        ("垃圾", Intent.ANGER),
        ("是的", Intent.AFFIRM),
        ("不用了", Intent.DENY),
        ("asdf", Intent.OTHER),
    ],
)
def test_free_text_is_read(text: str, intent: Intent) -> None:
    assert understand_now(text, "zh-CN").intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "我朋友上次退款了", "如果明天不发货我就退款", "我不是要退款", "不想退款", "我昨天已经申请退款了",
        "可以退款吗", "考虑要不要退货",
        "退款政策是什么", "运费谁出", "本来想退的", "别取消我的订单", "不用换货", "退款多久到账",
        "听说你们不给退款", "再不发货我就要退款了的话会怎样",
        "I might return it", "if it breaks can I get a refund?", "I don't want a refund",
        "my friend got a refund",
        "how do refunds work?", "what is your refund policy", "I already returned it", "do not cancel my order",
        "I'm thinking of returning it", "never asked for a refund", "where is my refund",
    ],
)  # fmt: skip
def test_statements_plans_and_questions_start_no_refund(text: str) -> None:
    assert understand_now(text, "zh-CN").intent not in STARTS


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("订单 20261101-0001 要退款", "order_no", "20261101-0001"),
        ("my order 536365 please refund", "order_no", "536365"),
        ("快递 SF1234567890123", "tracking_no", "SF1234567890123"),
        ("收到就碎了", "reason", "damaged"),
        ("too small", "reason", "size_fit"),
        ("发错颜色了", "reason", "wrong_item"),
        ("退到余额", "resolution", "balance"),
        ("仅退款", "remedy", "refund_only"),
    ],
)
def test_things_named_in_the_text_are_found(text: str, name: str, value: str) -> None:
    assert understand_now(text, "zh-CN").entity(name) == value


@pytest.mark.parametrize(
    "text",
    [
        "我的电话 13800000000",
        "2026-11-01 买的，退款",
        "退我 12999 元",
        "花了¥12999",
        "快递 SF1234567890123",
        "第 12 个",
        "3.14159",
    ],
)
def test_phones_dates_amounts_and_parcels_are_no_order_number(text: str) -> None:
    assert understand_now(text, "zh-CN").entity("order_no") is None


@pytest.mark.parametrize(
    "text", ["订单号：SF1234567890123", "订单 42", "order number is A-17", "单号是20261101-0001，退款"]
)
def test_a_number_called_the_orders_is_taken_as_it_is(text: str) -> None:
    assert understand_now(text, "zh-CN").entity("order_no") in {"SF1234567890123", "42", "A-17", "20261101-0001"}


@pytest.mark.parametrize(
    ("text", "action"), [("取消", "cancel"), ("算了", "cancel"), ("返回", "back"), ("go back", "back")]
)
@pytest.mark.parametrize("expecting", ["lines", "reason", "evidence", None])
def test_leaving_and_going_back_can_be_said(text: str, action: str, expecting: str | None) -> None:
    assert understand_now(text, "zh-CN", Context(expecting)).action == action


@pytest.mark.parametrize(
    ("text", "is_complaint"), [("我要投诉你们", True), ("see you in court", True), ("转人工", False)]
)
def test_a_complaint_is_marked_for_the_desk(text: str, *, is_complaint: bool) -> None:
    read = understand_now(text, "zh-CN")

    assert read.intent is Intent.WANT_HUMAN
    assert (read.entity("complaint") is not None) == is_complaint


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("我要退款", "en", "zh-CN"),
        ("I want a refund", "zh-CN", "en"),
        ("ok", "zh-CN", "zh-CN"),
        ("2", "en", "en"),
        ("SF1234567890123", "zh-CN", "zh-CN"),
        ("我的 order 呢", "en", "zh-CN"),
    ],
)
def test_the_language_of_a_message_is_told(text: str, before: Locale, after: Locale) -> None:
    assert detect_locale(text, before) == after


@given(st.text(max_size=500), st.sampled_from([Context(), ORDERS, CONFIRM, LINES]))
def test_no_text_raises(text: str, context: Context) -> None:
    read = understand_now(text, "zh-CN", context)

    assert 0 <= read.confidence <= 1
    named = {None, "cancel", "back", "human", *context.options}
    assert read.action in named or (read.action is not None and read.action.startswith("line:"))


@pytest.mark.parametrize("unit", ["退", "a", "the ", "1", "我要", "i want "])
def test_reading_a_long_text_takes_no_longer_than_a_short_one_by_much(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        return min(timeit.repeat(partial(understand_now, text, "zh-CN"), number=3, repeat=5))

    assert seconds(4_000) < 8 * seconds(500)
