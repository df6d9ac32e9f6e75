"""Several things told in one message: none of them is asked again, and nothing is paid that was not confirmed."""

from dataclasses import replace

import pytest

from refund_core.cases import CaseState
from refund_core.claims import Reason, Remedy
from refund_core.orders import Order
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import Talk, talk

LAMP_AND_CUPS = (
    line("1", 3, 3000, title="白瓷茶杯 White cup"),
    line("2", 1, 9000, title="护眼台灯 Desk lamp", attributes={"colour": "blue"}),
)


def _arrived(**more: object) -> Order:
    return delivered(NOW - DAY, *LAMP_AND_CUPS, **more)


def _unshipped(**more: object) -> Order:
    return order(*LAMP_AND_CUPS, **more)


def _asking(talked: Talk) -> str | None:
    return talked.state.stack[-1].asking if talked.state.stack else None


@pytest.mark.parametrize(
    "said",
    [
        "订单DEMO-1234的台灯碎了，退钱到余额",
        "The desk lamp from order DEMO-1234 arrived broken, please refund it to my store balance",
    ],
)
def test_order_goods_reason_and_way_in_one_message_leave_only_the_picture_to_ask(said: str) -> None:
    talked = talk(_arrived(order_no="DEMO-1234"), _unshipped(order_no="DEMO-9"))

    talked.say(said)

    slots = talked.state.slots
    assert _asking(talked) == "evidence"
    assert (slots.order_no, slots.lines, slots.reason, slots.resolution) == (
        "DEMO-1234", (("2", 1),), "damaged", "balance",
    )  # fmt: skip
    talked.shows("a-1")
    talked.tap("evidence:skip")
    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert "¥94.50" in talked.texts()
    assert talked.paid_out() == 0


@pytest.mark.parametrize(
    "said",
    [
        "订单DEMO-1234的台灯不想要了，退到余额",
        "please refund the desk lamp of order DEMO-1234, I don't want it anymore, to my store balance",
    ],
)
def test_where_nothing_else_is_open_the_confirmation_comes_at_once_and_only_yes_pays(said: str) -> None:
    talked = talk(_unshipped(order_no="DEMO-1234"))

    talked.say(said)

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert talked.paid_out() == 0
    talked.tap("confirm:yes")
    assert talked.case().state is CaseState.COMPENSATED


@pytest.mark.parametrize(
    ("said", "how_many"), [("茶杯碎了，退款，原路退回", "3 件"), ("the cups broke, I want a refund", "3")]
)
def test_of_several_pieces_just_the_number_is_asked(said: str, how_many: str) -> None:
    talked = talk(_arrived())
    talked.say(said)

    talked.say("yes")

    assert _asking(talked) == "lines"
    assert how_many in talked.texts()
    assert talked.actions()[0] == "line:1*3"
    talked.say("2")
    assert talked.state.slots.lines == (("1", 2),)
    assert _asking(talked) == "evidence"


def test_the_goods_choose_among_the_orders() -> None:
    talked = talk(
        order(line("1", 1, 3000, title="护眼台灯"), order_no="A-1"),
        order(line("1", 1, 3000, title="羊毛大衣"), order_no="A-2"),
    )

    talked.say("我要退那件大衣")

    assert talked.actions()[0] == "order:A-2"
    assert "order:A-1" not in talked.actions()


def test_everything_but_one_leaves_the_others() -> None:
    talked = talk(_arrived(order_no="DEMO-1234"))

    talked.say("订单DEMO-1234除了台灯都退，不想要了")

    assert talked.case().claim.reason is Reason.NO_LONGER_WANTED
    assert [(it.line_no, it.quantity) for it in talked.case().claim.lines] == [("1", 3)]


def test_what_was_told_too_early_is_kept_for_its_question() -> None:
    talked = talk(_unshipped())
    talked.say("我要退款")
    talked.say("尺码不合适")
    assert "记下了" in talked.texts()
    talked.say("退到余额吧")

    talked.tap("order:20261101-0001")
    talked.tap("lines:all")

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert talked.case().claim.reason is Reason.SIZE_FIT
    assert "店铺余额" in talked.texts()


def test_a_complaint_with_its_order_is_one_tap_from_the_next_open_question() -> None:
    talked = talk(_arrived(order_no="DEMO-1234"))
    talked.say("订单DEMO-1234的台灯碎了")
    assert not talked.state.stack
    assert talked.actions()[0] == "order:DEMO-1234"

    talked.say("要的")

    assert _asking(talked) == "evidence"
    assert talked.state.slots.lines == (("2", 1),)


def test_a_picture_sent_with_the_wish_is_not_asked_for_again() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000), order_no="DEMO-1234"))

    talked.say("订单DEMO-1234碎了，我要退款", pictures=("a-1",))

    assert talked.case().claim.evidence == ("a-1",)
    assert talked.case().state is CaseState.OFFERED


def test_a_way_that_is_not_given_is_said_so_and_the_others_shown() -> None:
    talked = talk(_unshipped(order_no="DEMO-1234"))

    talked.say("订单DEMO-1234的台灯不想要了，东西我留着，退我一部分钱")

    assert talked.case().state is CaseState.OFFERED
    assert _asking(talked) == "resolution"
    assert "补多少由人工客服核定" in talked.texts()
    assert "resolution:keep_item_partial" in talked.actions()


def test_a_wish_that_no_rule_pays_goes_to_a_person_with_everything_told() -> None:
    talked = talk(_arrived(order_no="DEMO-1234"))

    talked.say("订单DEMO-1234的台灯尺寸太小了，我想换货")

    case = talked.case()
    assert case.state is CaseState.UNDER_REVIEW
    assert case.claim.remedy is Remedy.EXCHANGE
    assert case.wish == "exchange"


def test_an_anonymous_visitor_gets_nothing_by_telling_everything() -> None:
    talked = talk(_arrived(order_no="DEMO-1234"))
    talked.state = Talk().state.__class__(is_greeted=True)

    talked.say("订单DEMO-1234的台灯碎了，退钱到余额")

    assert replace(talked.wanted, proof=None).is_empty()
    assert not talked.cases()
    assert "登录" in talked.texts()
