"""A late order: what the tracking says, then refund and faster delivery with compensation in the same message."""

import pytest

from refund_core.cases import CaseState
from refund_core.claims import Reason, Remedy
from refund_core.orders import Order, OrderStatus, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, line, order, parcel
from tests.unit.dialogs.talk import ORDER_NO, Talk, talk


def _late() -> Order:
    """On its way, two days past its promised delivery."""
    on_its_way = parcel(ShipmentStatus.IN_TRANSIT, NOW - DAY)
    return order(
        line("1", 1, 3000), status=OrderStatus.SHIPPED, shipments=(on_its_way,), promised_delivery_at=NOW - 2 * DAY
    )


def _asked(said: str) -> Talk:
    talked = talk(_late())
    talked.say(said)
    return talked


@pytest.mark.parametrize("said", ["我的快递怎么还没到？", "where is my parcel? it should be here by now"])
def test_the_tracking_comes_first_then_refund_and_faster_delivery_side_by_side(said: str) -> None:
    talked = _asked(said)

    (reply,) = talked.replies()
    assert "SF1" in reply.text
    assert talked.actions() == [f"order:{ORDER_NO}", "remedy:expedite", "human"]
    assert not talked.cases()


def test_an_order_that_is_in_time_gets_no_such_offer() -> None:
    talked = talk(order(line("1", 1, 3000), promised_ship_at=NOW + DAY))

    talked.say("我的快递怎么还没到？")

    assert "remedy:expedite" not in talked.actions()


def test_faster_delivery_goes_to_a_person_with_the_wish_and_pays_nothing() -> None:
    talked = _asked("我的快递怎么还没到？")

    talked.tap("remedy:expedite")

    case = talked.case()
    assert case.state is CaseState.UNDER_REVIEW
    assert (case.wish, case.claim.reason) == ("expedite", Reason.LATE_SHIPPING)
    assert talked.paid_out() == 0


def test_the_refund_asks_for_no_reason_since_the_tracking_says_it() -> None:
    talked = _asked("我的快递怎么还没到？")

    talked.tap(f"order:{ORDER_NO}")

    assert talked.case().claim.reason is Reason.LATE_SHIPPING
    assert any(action.endswith(":accept") for action in talked.actions())


def test_a_refund_asked_for_in_words_is_of_the_order_that_was_shown() -> None:
    talked = _asked("我的快递怎么还没到？")

    talked.say("我要退款")

    assert talked.case().order_no == ORDER_NO


def test_a_second_urging_is_the_wish_for_faster_delivery() -> None:
    talked = _asked("我的快递怎么还没到？")

    talked.say("催一下快递，快点送")

    assert talked.case().claim.remedy is Remedy.EXPEDITE


def test_the_ways_of_a_late_order_begin_with_the_tracking_and_offer_faster_delivery_once() -> None:
    talked = talk(_late())
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:late_shipping")
    assert "SF1" in talked.replies()[0].text
    assert "延误补偿" in talked.replies()[0].text
    assert "remedy:expedite" in talked.actions()
    assert talked.actions()[0].startswith("offer:")

    talked.tap(talked.action("offer:"))
    talked.tap("confirm:no")
    talked.tap("back")

    assert any(action.endswith(":accept") for action in talked.actions())
    assert "remedy:expedite" not in talked.actions()


def test_delivery_asked_about_in_the_middle_is_told_and_the_question_comes_back() -> None:
    talked = talk(_late())
    talked.tap(f"order:{ORDER_NO}")

    talked.say("快递到哪了？")

    assert "SF1" in talked.texts()
    assert talked.state.stack[-1].asking == "reason"
    assert "reason:late_shipping" in talked.actions()
