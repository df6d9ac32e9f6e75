"""All recent orders can be chosen, page by page: those first of which something can be asked back."""

import pytest

from dialogs.messages import OrderCard
from refund_core.orders import Order, OrderStatus, PastRefund, SettledBy
from tests.unit.core.shop import DAY, NOW, line, order
from tests.unit.dialogs.talk import Talk, talk


def _bought(number: int, **more: object) -> Order:
    placed = NOW - number * DAY / 10
    return order(line("1", 1, 3000), order_no=f"SHOP-{number:04}", placed_at=placed, **more)


def _refunded(number: int) -> Order:
    return _bought(number, refunds=(PastRefund("old", "p-1", 3000, (("1", 1),), NOW),))


def _unpaid(number: int) -> Order:
    return _bought(number, status=OrderStatus.UNPAID, payments=())


def _offered(talked: Talk) -> list[str]:
    return [action.removeprefix("order:") for action in talked.actions() if action.startswith("order:")]


def test_orders_of_which_nothing_can_be_asked_back_come_after_those_of_which_something_can() -> None:
    talked = talk(_unpaid(1), _refunded(2), _bought(3), _bought(4, settled_by=SettledBy.PLATFORM), _bought(5))

    talked.tap("start:refund")

    assert _offered(talked) == ["SHOP-0003", "SHOP-0005", "SHOP-0002", "SHOP-0004"]
    assert "orders:2" not in talked.actions()


@pytest.mark.parametrize(
    "more", ["button", "更多订单", "还有别的吗", "换一个订单", "more orders please", "none of these"]
)
def test_every_recent_order_is_reached_by_going_on(more: str) -> None:
    talked = talk(*(_bought(number) for number in range(1, 38)))
    talked.tap("start:refund")

    seen = _offered(talked)
    while any(action.startswith("orders:") for action in talked.actions()):
        if more == "button":
            talked.tap(talked.action("orders:"))
        else:
            talked.say(more)
        seen += _offered(talked)

    assert seen == [f"SHOP-{number:04}" for number in range(1, 38)]


def test_back_from_a_later_page_is_the_first_one() -> None:
    talked = talk(*(_bought(number) for number in range(1, 9)))
    talked.tap("start:refund")
    talked.tap("orders:2")
    assert _offered(talked) == ["SHOP-0006", "SHOP-0007", "SHOP-0008"]

    talked.tap("back")

    assert _offered(talked)[0] == "SHOP-0001"


def test_an_order_of_a_later_page_is_chosen_by_its_number_on_it() -> None:
    talked = talk(*(_bought(number) for number in range(1, 9)))
    talked.tap("start:refund")
    talked.tap("orders:2")

    talked.say("第二个")

    assert talked.state.slots.order_no == "SHOP-0007"


def test_an_order_that_was_never_paid_is_shown_and_says_so_but_is_not_to_be_chosen() -> None:
    talked = talk(_unpaid(1), _bought(2), _bought(3))

    talked.tap("start:refund")

    assert _offered(talked) == ["SHOP-0002", "SHOP-0003"]
    last = talked.replies()[-1]
    assert isinstance(last.card, OrderCard)
    assert (last.card.order_no, last.card.status, last.text) == (
        "SHOP-0001", "unpaid", "还没有付款，没有可退的款项。",
    )  # fmt: skip
    assert [choice.action for choice in last.choices] == ["human"]
    talked.say("SHOP-0001")
    assert "还没有付款" in talked.texts()


def test_who_has_only_an_unpaid_order_is_told_so_at_once() -> None:
    talked = talk(_unpaid(1))

    talked.tap("start:refund")

    assert "还没有付款" in talked.texts()
    assert _offered(talked) == []


@pytest.mark.parametrize("said", ["好的", "确认", "嗯", "ok", "yes"])
def test_a_yes_to_a_list_asks_for_a_choice_and_does_not_say_it_all_again(said: str) -> None:
    talked = talk(*(_bought(number) for number in range(1, 4)))
    talked.tap("start:refund")
    before, offered = talked.replies()[0].text, _offered(talked)

    talked.say(said)

    assert _offered(talked) == offered
    assert before not in talked.texts()
    assert "序号" in talked.texts()


def test_the_only_order_of_which_something_is_left_is_proposed_and_the_other_explained() -> None:
    talked = talk(_bought(3), _refunded(2))
    talked.tap("start:refund")
    assert _offered(talked) == ["SHOP-0003"]

    talked.tap("back")
    assert _offered(talked) == ["SHOP-0003", "SHOP-0002"]
    talked.tap("order:SHOP-0002")

    assert "已经全部退款" in talked.texts()


def test_a_page_beyond_the_last_is_the_first() -> None:
    talked = talk(*(_bought(number) for number in range(1, 4)))
    talked.tap("start:refund")

    talked.tap("orders:9")

    assert _offered(talked) == ["SHOP-0001", "SHOP-0002", "SHOP-0003"]


@pytest.mark.parametrize("action", ["orders:0", "orders:21", "orders:x", "orders:²", "orders:-1"])
def test_a_page_that_there_cannot_be_is_no_button(action: str) -> None:
    talked = talk(_bought(1), _bought(2))
    talked.tap("start:refund")

    talked.tap(action)

    assert "已经失效" in talked.texts()
