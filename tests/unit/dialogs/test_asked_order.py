"""Which order a question is about that names none: of its goods, late, or still to come; never a guess."""

import pytest

from refund_core.cases import CaseState
from refund_core.orders import Order, OrderStatus, PastRefund, Shipment, ShipmentEvent, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import Talk, awaiting_return, talk

ON_ITS_WAY = Shipment("SF1", "sf", (), NOW - 8 * DAY, None, (ShipmentEvent(NOW - 3 * DAY, ShipmentStatus.IN_TRANSIT),))


def _unpaid() -> Order:
    return order(
        line("1", 1, 9900, title="不粘炒锅"), order_no="P-4", placed_at=NOW, status=OrderStatus.UNPAID, payments=()
    )


def _lamp(**more: object) -> Order:
    late = {"status": OrderStatus.SHIPPED, "shipments": (ON_ITS_WAY,), "promised_delivery_at": NOW - 4 * DAY}
    return order(
        line("1", 1, 3000, title="护眼台灯 desk lamp"), order_no="P-3", placed_at=NOW - 9 * DAY, **(late | more)
    )


def _mugs() -> Order:
    return delivered(
        NOW - 2 * DAY, line("1", 2, 3900, title="白瓷马克杯 ceramic mug"), order_no="P-1", shipping_fee=600
    )


def _shirt() -> Order:
    return order(line("1", 1, 4900, title="纯棉T恤 t-shirt"), order_no="P-2", placed_at=NOW - DAY)


def several() -> Talk:
    return talk(_mugs(), _shirt(), _lamp(), _unpaid())


@pytest.mark.parametrize(
    "said",
    ["我的台灯怎么还没到，都十几天了", "where is my desk lamp, it's been ages", "快递到哪了", "where is my parcel?"],
)
def test_delivery_is_told_of_the_goods_that_are_named_or_late_never_of_what_nobody_paid(said: str) -> None:
    talked = several()

    talked.say(said)

    assert "P-3" in talked.texts()
    assert "P-4" not in talked.texts()


@pytest.mark.parametrize("said", ["显示签收了可我没收到", "my package says delivered but i never got it"])
def test_what_never_came_is_looked_for_among_what_is_said_to_be_delivered(said: str) -> None:
    talked = several()

    talked.say(said)

    assert "P-4" not in talked.texts()
    assert "P-2" not in talked.texts()


def test_an_order_that_is_all_there_is_and_unpaid_is_said_to_be_unpaid() -> None:
    talked = talk(_unpaid())

    talked.say("什么时候发货")

    assert "还没有付款" in talked.texts()
    assert not any(action.startswith("order:") for action in talked.actions())


@pytest.mark.parametrize("said", ["多少天内可以退货？", "How long do I have to return things?", "退货运费谁出？"])
def test_a_question_that_names_no_order_is_answered_in_general_and_asks_which(said: str) -> None:
    talked = several()

    talked.say(said)

    assert not any(number in talked.texts() for number in ("P-1", "P-2", "P-3", "P-4"))
    asked = [action for action in talked.actions() if action.startswith("ask:policy:")]
    assert [action.rpartition(":")[2] for action in asked] == ["P-2", "P-1", "P-3"]
    talked.tap(asked[1])
    assert "P-1" in talked.texts()


@pytest.mark.parametrize("said", ["马克杯能退吗", "can i return the mug?"])
def test_goods_that_are_named_say_which_order_is_asked_about(said: str) -> None:
    talked = several()

    talked.say(said)

    assert "P-1" in talked.texts()


@pytest.mark.parametrize("said", ["你们退货要我出运费吗？", "who pays for shipping it back?", "寄回的运费谁承担"])
def test_who_pays_for_sending_back_is_no_question_of_the_shipping_fee(said: str) -> None:
    talked = talk(_mugs())

    talked.say(said)

    assert any(words in talked.texts() for words in ("寄回运费", "退货运费", "Return postage", "return postage"))


@pytest.mark.parametrize(
    "said", ["寄到哪里", "怎么还没寄地址给我", "退货地址发我", "where do i send it?", "what's the return address"]
)
def test_where_goods_go_back_to_is_told_for_the_return_that_is_open(said: str) -> None:
    talked = awaiting_return()

    talked.say(said)

    assert talked.case().case_no in talked.texts()
    assert "地址" in talked.texts() or "address" in talked.texts()


def test_a_parcel_that_was_told_before_is_not_asked_for_again() -> None:
    talked = awaiting_return()
    talked.say("寄回去了")
    talked.say("SF1234567890")

    talked.say("寄回去了")

    assert "SF1234567890" in talked.texts() or talked.case().case_no in talked.texts()
    assert talked.state.stack == ()


def test_words_that_are_no_number_are_not_called_a_wrong_one() -> None:
    talked = awaiting_return()
    talked.say("寄回去了")

    talked.say("评价")

    assert "看起来不对" not in talked.texts()


@pytest.mark.parametrize("said", ["马克杯的钱退了没", "did you refund my mug yet?"])
def test_a_refund_of_the_shops_own_is_told_where_its_goods_are_named(said: str) -> None:
    bought = delivered(
        NOW - 9 * DAY,
        line("1", 2, 3900, title="白瓷马克杯 ceramic mug"),
        order_no="P-1",
        refunds=(PastRefund("x-1", "p-1", 7800, (("1", 2),), NOW - DAY, "erp"),),
    )
    talked = talk(bought, _shirt())

    talked.say(said)

    assert "P-1" in talked.texts()
    assert "78.00" in talked.texts()


@pytest.mark.parametrize("said", ["退到哪张卡？", "which card does it go to?", "how long until i get the money?"])
def test_where_and_when_the_money_comes_is_answered_for_the_refund_at_hand(said: str) -> None:
    talked = talk(_shirt())
    for action in ("start:refund", "order:P-2", "reason:no_longer_wanted"):
        talked.tap(action)
    talked.tap(talked.action("offer:"))

    talked.say(said)

    assert "没有查到" not in talked.texts()
    assert "found no refund" not in talked.texts()
    assert "P-2" in talked.texts()
    assert "confirm:yes" in talked.actions()


@pytest.mark.parametrize("said", ["我要申诉", "i want to appeal"])
def test_who_only_says_that_they_disagree_is_asked_why_and_the_grounds_reach_the_case(said: str) -> None:
    talked = talk(delivered(NOW - 30 * DAY, line("1", 1, 3000)))
    for action in ("order:20261101-0001", "reason:no_longer_wanted"):
        talked.tap(action)
    assert talked.case().state is CaseState.REJECTED

    talked.say(said)
    assert talked.case().state is CaseState.REJECTED
    talked.say("我一次都没有用过，吊牌都在")

    assert talked.case().state is CaseState.UNDER_REVIEW
    assert "吊牌都在" in str(talked.case().history)
