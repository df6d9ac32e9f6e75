"""Orders called by their number, and orders of which nothing or only a part can be asked for."""

from dataclasses import replace

import pytest

from dialogs.messages import CaseCard
from refund_core.cases import CaseState
from refund_core.orders import Payment
from tests.unit.core.shop import NOW, line, order
from tests.unit.dialogs.talk import ORDER_NO, accept, talk


@pytest.mark.parametrize("order_no", ["TW03", "W01", "a-7_1"])
def test_a_short_number_alone_is_the_customers_order_where_one_was_asked_for(order_no: str) -> None:
    bought = replace(order(line("1", 2)), order_no=order_no)
    talked = talk(bought, order(line("1", 2)))
    talked.tap("start:refund")

    talked.say(f" {order_no} ")

    assert talked.state.slots.order_no == order_no
    assert talked.state.stack[-1].asking == "lines"


def test_a_number_alone_that_is_no_order_of_the_customer_is_not_found() -> None:
    talked = talk(order(line("1", 2)))
    talked.tap("start:refund")

    talked.say("TW04")

    assert "没有找到这个订单" in talked.texts()
    assert talked.state.stack[-1].asking == "order"


def test_an_order_of_which_a_part_is_in_a_case_says_so_before_it_goes_on() -> None:
    talked = talk(order(line("1", 1, 5900), line("2", 2, 3000)))
    for action in (f"order:{ORDER_NO}", "line:1*1", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "original_route")
    talked.tap("confirm:yes")
    assert talked.case().state is CaseState.REFUNDING

    talked.tap(f"order:{ORDER_NO}")

    first, *rest = talked.replies()
    assert talked.case().case_no in first.text
    assert "退款处理中" in first.text
    assert isinstance(first.card, CaseCard)
    assert "line:2*2" in [choice.action for reply in rest for choice in reply.choices]


@pytest.mark.parametrize("payments", [(), (Payment("p-1", "sandbox", 0, 0, paid_at=NOW),)])
def test_an_order_that_came_to_zero_has_nothing_to_refund_rather_than_being_unpaid(
    payments: tuple[Payment, ...],
) -> None:
    talked = talk(order(line("1", 1, 5900, discount=5900), payments=payments))

    talked.tap(f"order:{ORDER_NO}")

    assert "支付金额为零" in talked.texts()
    assert "还没有付款" not in talked.texts()


@pytest.mark.parametrize(
    "said",
    ["DEMO-1003", "demo-1003", "DEMO-1003坏了", "我要退DEMO-1003", "refund DEMO-1003 please", "is it about DEMO-1003"],
)
def test_a_number_that_is_an_order_of_the_customer_needs_no_word_before_it(said: str) -> None:
    talked = talk(order(line("1", 1)), order(line("1", 1), order_no="DEMO-1003"))

    talked.say(said)

    assert talked.state.slots.order_no == "DEMO-1003"


@pytest.mark.parametrize("said", ["GTX-4090坏了，我要退款", "my GTX-4090 is broken, refund please"])
def test_a_number_that_is_no_order_of_the_customer_is_not_taken_for_one(said: str) -> None:
    talked = talk(order(line("1", 1)), order(line("1", 1), order_no="DEMO-1003"))

    talked.say(said)

    assert "没有找到这个订单" not in talked.texts()
    assert "could not find" not in talked.texts()
    assert talked.state.stack[-1].asking == "order"


@pytest.mark.parametrize(
    "said", ["DEMO-1003", "退DEMO-1003", "那订单DEMO-1003呢", "what about order DEMO-1003", "DEMO-1003 instead"]
)
def test_another_order_named_while_offers_are_open_is_taken_up(said: str) -> None:
    talked = talk(order(line("1", 1)), order(line("1", 1), order_no="DEMO-1003"))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)

    talked.say(said)

    assert talked.state.slots.order_no == "DEMO-1003"
    assert talked.state.stack[-1].asking == "reason"
    assert talked.paid_out() == 0
    assert f"订单 {ORDER_NO} 的申请先放着" in talked.texts() or f"order {ORDER_NO} stays" in talked.texts()
    talked.tap(f"order:{ORDER_NO}")
    assert talked.state.stack[-1].asking == "resolution"


def test_a_number_that_is_no_order_leaves_the_confirmation_as_it_is() -> None:
    talked = talk(order(line("1", 1)))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "original_route")

    talked.say("我的手机型号是ABC-12345")

    assert talked.state.stack[-1].asking == "confirm"
    assert talked.state.slots.order_no == ORDER_NO


def test_an_order_asked_about_by_its_number_is_answered_and_not_taken_up() -> None:
    talked = talk(order(line("1", 1)), order(line("1", 1), order_no="DEMO-1003"))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)

    talked.say("DEMO-1003的退货运费谁出？")

    assert "DEMO-1003" in talked.texts()
    assert talked.state.slots.order_no == ORDER_NO
    assert talked.state.stack[-1].asking == "resolution"
