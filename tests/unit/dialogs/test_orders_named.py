"""Orders called by their number, and orders of which nothing or only a part can be asked for."""

from dataclasses import replace

import pytest

from tests.unit.core.shop import line, order
from tests.unit.dialogs.talk import talk


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
