"""What follows on a case: its state, withdrawing, appeals, more pictures, the parcel that goes back."""

from dataclasses import replace

import pytest

from dialogs.messages import CaseCard
from refund_core.cases import CaseState
from refund_core.orders import OrderStatus, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, delivered, line, order, parcel
from tests.unit.dialogs.talk import ORDER_NO, Talk, awaiting_return, talk, under_review


@pytest.mark.parametrize("said", ["我的退款到哪了", "退款进度", "where is my refund?"])
def test_status_asked_in_words_tells_the_newest_case(said: str) -> None:
    talked = under_review()

    talked.say(said)

    assert talked.case().case_no in talked.texts()
    assert isinstance(talked.replies()[0].card, CaseCard)
    assert talked.wanted.cases > 0
    assert talked.wanted.order_no is None


def test_status_of_an_unknown_case_is_not_found() -> None:
    talked = under_review()

    talked.tap("status:C-OTHER")

    assert "没有找到这个申请编号" in talked.texts()


def test_status_in_the_middle_of_a_question_puts_the_question_again() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    asked = talked.state.asked

    talked.say("我的退款到哪了")

    assert talked.state.asked == asked
    assert "reason:damaged" in talked.actions()


def test_withdrawing_by_number_ends_the_case_and_frees_the_lines() -> None:
    talked = under_review()
    case_no = talked.case().case_no

    talked.tap(f"withdraw:{case_no}")

    assert talked.case().state is CaseState.WITHDRAWN
    talked.tap(f"order:{ORDER_NO}")
    assert "reason:damaged" in talked.actions()


@pytest.mark.parametrize("said", ["我想撤销退款申请", "不退了"])
def test_withdrawing_in_words_asks_which_case(said: str) -> None:
    talked = under_review()

    talked.say(said)

    assert talked.actions()[0] == f"withdraw:{talked.case().case_no}"
    assert talked.case().state is CaseState.UNDER_REVIEW


def test_a_case_whose_money_is_on_its_way_cannot_be_withdrawn() -> None:
    talked = talk(order(line("1", 1, 3000)))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    talked.tap(talked.action("offer:"))
    talked.tap("confirm:yes")

    talked.tap(f"withdraw:{talked.case().case_no}")

    assert talked.case().state is CaseState.REFUNDING
    assert "不能撤销" in talked.texts()


def _withdrawing_after_sending() -> Talk:
    talked = awaiting_return()
    talked.say("已经寄回了，单号 SF1234567890123")
    talked.tap(f"withdraw:{talked.case().case_no}")
    return talked


@pytest.mark.parametrize("said", ["confirm:yes", "是"])
def test_withdrawing_after_the_goods_were_sent_is_asked_about_first(said: str) -> None:
    talked = _withdrawing_after_sending()
    assert talked.case().state is CaseState.AWAITING_RETURN
    assert "SF1234567890123" in talked.texts()
    talked.tap(f"withdraw:{talked.case().case_no}")
    assert talked.case().state is CaseState.AWAITING_RETURN

    if ":" in said:
        talked.tap(said)
    else:
        talked.say(said)

    assert talked.case().state is CaseState.WITHDRAWN
    assert talked.state.stack == ()


@pytest.mark.parametrize("said", ["不", "算了"])
def test_a_no_keeps_the_case_whose_goods_were_sent(said: str) -> None:
    talked = _withdrawing_after_sending()

    talked.say(said)

    assert talked.case().state is CaseState.AWAITING_RETURN
    assert talked.state.stack == ()


def test_an_appeal_long_after_asks_why_first_and_takes_the_words_along() -> None:
    talked = talk(delivered(NOW - 30 * DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:no_longer_wanted")
    case_no = talked.case().case_no
    talked.tap("cancel")

    talked.tap(f"appeal:{case_no}")
    assert talked.case().state is CaseState.REJECTED
    talked.say("商品页写着三十天可退")

    assert talked.case().state is CaseState.UNDER_REVIEW
    assert "三十天可退" in talked.case().history[-1].why


def test_there_is_nothing_to_appeal_while_a_case_is_open() -> None:
    talked = under_review()

    talked.tap(f"appeal:{talked.case().case_no}")

    assert "不需要申诉" in talked.texts()


def test_pictures_can_be_added_to_a_case_under_review() -> None:
    talked = under_review()
    talked.tap(f"evidence:add:{talked.case().case_no}")

    talked.shows("a-7", "a-8")

    assert talked.case().claim.evidence == ("a-7", "a-8")
    assert talked.state.stack == ()


def test_a_picture_that_the_desk_asked_for_needs_no_button() -> None:
    talked = under_review()
    talked.put(replace(talked.case(), state=CaseState.AWAITING_CUSTOMER))

    talked.shows("a-9")

    assert talked.case().claim.evidence == ("a-9",)
    assert talked.case().state is CaseState.UNDER_REVIEW


def test_a_picture_out_of_the_blue_changes_nothing() -> None:
    talked = talk(order())

    talked.shows("a-1")

    assert "请选择要退款的订单" in talked.texts()
    assert not talked.cases()


@pytest.mark.parametrize("message", ["已经寄回了，单号 SF1234567890123", "I've sent it back, SF1234567890123"])
def test_a_tracking_number_said_in_words_is_noted(message: str) -> None:
    talked = awaiting_return()

    talked.say(message)

    assert talked.case().return_tracking_no == "SF1234567890123"


def test_a_tracking_number_by_action_is_noted() -> None:
    talked = awaiting_return()

    talked.tap(f"return_sent:{talked.case().case_no}:YT99887766")

    assert talked.case().return_tracking_no == "YT99887766"


def test_sent_without_a_number_asks_for_it_and_takes_the_next_words() -> None:
    talked = awaiting_return()
    talked.say("我已经寄回去了")
    assert talked.state.stack[-1].asking == "tracking"

    talked.say("SF1234567890123")

    assert talked.case().return_tracking_no == "SF1234567890123"
    assert talked.state.stack == ()


def test_a_tracking_number_that_is_none_is_asked_again() -> None:
    talked = awaiting_return()

    talked.tap(f"return_sent:{talked.case().case_no}:寄了")

    assert talked.case().return_tracking_no is None
    assert "看起来不对" in talked.texts()


def test_where_is_my_order_tells_the_logistics_and_offers_a_person() -> None:
    moving = parcel(ShipmentStatus.IN_TRANSIT, NOW - DAY)
    talked = talk(order(status=OrderStatus.SHIPPED, shipments=(moving,), promised_delivery_at=NOW + DAY))

    talked.say("怎么还没到，催一下快递")

    assert "SF1" in talked.texts()
    assert "承诺的送达时间" in talked.texts()
    assert talked.actions() == [f"order:{ORDER_NO}", "human"]


@pytest.mark.parametrize("words", ["寄出了，单号 SF1234567890", "SF1234567890"])
def test_of_several_returns_it_is_asked_which_one_is_in_the_parcel(words: str) -> None:
    numbers = ("A-20261", "A-20262")
    talked = talk(*(delivered(NOW - DAY, line("1", 1, 3000), order_no=number) for number in numbers))
    for number in numbers:
        for action in (f"order:{number}", "reason:no_longer_wanted"):
            talked.tap(action)
        talked.tap(talked.action("offer:"))
        talked.tap("confirm:yes")
    one, other = talked.cases()

    talked.say(words)
    asked = [action for action in talked.actions() if action.startswith("return_sent:")]
    talked.tap(f"return_sent:{other.case_no}:SF1234567890")

    assert sorted(asked) == sorted(f"return_sent:{it.case_no}:SF1234567890" for it in (one, other))
    noted = {it.case_no: it.return_tracking_no for it in talked.cases()}
    assert noted == {one.case_no: None, other.case_no: "SF1234567890"}
