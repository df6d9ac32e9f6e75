"""Who is not signed in proves whose order it is by its number and a code, and learns nothing before."""

import pytest

from dialogs.messages import Locale
from dialogs.proof import NewCode
from refund_core.cases import CaseState
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import MERCHANT, talk
from tests.unit.dialogs.visitors import (
    LAMP,
    ORDER_NO,
    OTHER,
    OTHER_NO,
    SHOP,
    asked_for_code,
    asking,
    say_or_tap,
    shows_an_order,
    visitor,
)


@pytest.mark.parametrize(
    ("locale", "wish", "number"),
    [("zh-CN", "我要退款", "订单 DEMO-1003"), ("en", "I want a refund", "the order number is DEMO-1003")],
)
def test_a_visitor_gets_from_the_wish_to_the_refund_in_own_words(locale: Locale, wish: str, number: str) -> None:
    talked = visitor(locale=locale)

    talked.say(wish)
    assert asking(talked) == "order"
    talked.say(number)
    assert asking(talked) == "code"
    assert talked.last is not None
    assert isinstance(talked.last.proof, NewCode)
    talked.say(talked.phones.last)

    assert talked.state.customer == "c-1001"
    assert talked.state.stack[-1].flow == "refund"
    assert talked.state.slots.order_no == ORDER_NO


def test_everything_told_before_is_not_asked_again() -> None:
    talked = visitor(delivered(NOW - DAY, line("1", 1, 5900), order_no=ORDER_NO))

    talked.say("订单DEMO-1003的台灯碎了，退钱到余额", pictures=("a-1",))
    talked.say(f"验证码是{talked.phones.last}")

    assert talked.case().claim.reason == "damaged"
    assert talked.case().claim.evidence == ("a-1",)


@pytest.mark.parametrize("number", [ORDER_NO, "DEMO-9999", "X1", "订单 " + "9" * 180])
def test_the_answer_is_the_same_whether_or_not_the_order_exists(number: str) -> None:
    talks = [visitor(), visitor(order(line("1", 1, 5900), order_no="OTHER-0001"))]

    for talked in talks:
        talked.tap("start:refund")
        talked.say(number)
        assert len(talked.phones.sent) == 1
        talked.say("000000")

    assert talks[0].last == talks[1].last
    assert talks[0].phones.sent == talks[1].phones.sent
    assert not any(shows_an_order(talked) for talked in talks)


def test_another_number_can_be_given_instead() -> None:
    talked = asked_for_code(LAMP, OTHER)

    talked.say(OTHER_NO)
    talked.say(talked.phones.last)

    assert talked.state.slots.order_no == OTHER_NO


def test_only_the_proven_order_is_seen_in_the_shops_own_chat() -> None:
    talked = asked_for_code(LAMP, OTHER)
    talked.say(talked.phones.last)
    talked.tap("cancel")

    talked.tap("start:refund")
    assert f"order:{OTHER_NO}" not in talked.actions()
    talked.tap(f"order:{OTHER_NO}")

    assert not shows_an_order(talked)
    assert asking(talked) == "code"
    talked.say(talked.phones.last)
    assert talked.state.only_order == OTHER_NO
    assert talked.state.slots.order_no == OTHER_NO


def test_on_a_platform_the_account_is_known_from_then_on() -> None:
    talked = asked_for_code(LAMP, OTHER, channel="telegram")
    talked.say(talked.phones.last)
    talked.tap("cancel")

    talked.tap(f"order:{OTHER_NO}")

    assert talked.state.slots.order_no == OTHER_NO


@pytest.mark.parametrize(
    ("said", "shows"), [("退款到哪一步了", "没有"), ("我的快递到哪了", "发货"), ("verify:order", "退款")]
)
def test_what_was_asked_for_goes_on_after_the_code(said: str, shows: str) -> None:
    talked = visitor()
    say_or_tap(talked, said)
    talked.say(ORDER_NO)

    talked.say(talked.phones.last)

    assert talked.state.customer == "c-1001"
    assert "已核实" in talked.replies()[0].text
    assert shows in talked.texts()
    assert talked.state.stack == ()


def test_a_question_about_the_rules_is_answered_on_the_way_and_the_code_asked_for_again() -> None:
    talked = asked_for_code()

    talked.say("七天无理由退货运费谁出")

    assert asking(talked) == "code"
    assert "验证码" in talked.texts()
    talked.say(talked.phones.last)
    assert talked.state.customer == "c-1001"


@pytest.mark.parametrize("said", ["算了", "cancel", "never mind"])
def test_the_way_can_be_left(said: str) -> None:
    talked = asked_for_code()

    talked.say(said)

    assert talked.state.stack == ()
    assert talked.state.customer is None
    assert "start:refund" in talked.actions()


def test_a_person_can_be_had_on_the_way() -> None:
    talked = asked_for_code()

    assert talked.say("转人工").hand_over is not None


def test_who_is_signed_in_never_sees_it() -> None:
    talked = talk(LAMP, merchant=SHOP)

    for action in ("verify:order", "verify:code"):
        talked.tap(action)

        assert talked.wanted.proof is None
        assert talked.last is not None
        assert talked.last.proof is None
        assert "已登录" in talked.texts()


def test_a_shop_that_cannot_send_codes_says_to_sign_in() -> None:
    talked = visitor()
    talked.merchant = MERCHANT

    talked.tap("start:refund")

    assert "登录" in talked.texts()
    assert talked.state.stack == ()


def test_a_visitors_refund_is_settled_with_one_confirmation() -> None:
    talked = asked_for_code()
    talked.say(talked.phones.last)

    talked.tap("reason:no_longer_wanted")
    talked.tap(talked.action("offer:"))
    talked.tap("confirm:yes")

    assert talked.case().state in {CaseState.REFUNDING, CaseState.STOPPING}
    assert talked.case().customer == "c-1001"
