"""What a customer adds without being asked just now: pictures, and the number of the parcel that goes back."""

from dataclasses import replace

import pytest

from dialogs.conversation import Tally
from refund_core.cases import CaseState
from tests.unit.core.shop import DAY, NOW, delivered, line
from tests.unit.dialogs.talk import ORDER_NO, Talk, accept, at_offers, awaiting_return, talk, under_review


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("我已经寄出了 SF77777", "SF77777"),
        ("SF77777", "SF77777"),
        ("SF1234567890123", "SF1234567890123"),
        ("快递单号 778899", "778899"),
        ("单号是 A-778899", "A-778899"),
        ("I have shipped it, tracking number 778899", "778899"),
        ("789456123012", "789456123012"),
    ],
)
def test_the_number_of_the_parcel_is_noted_however_it_is_said(said: str, number: str) -> None:
    talked = awaiting_return()

    talked.say(said)

    assert talked.case().return_tracking_no == number
    assert number in talked.texts()


@pytest.mark.parametrize("said", ["我已经寄出了", "已经发货了", "I have sent it"])
def test_sent_goods_without_a_number_are_asked_for_it(said: str) -> None:
    talked = awaiting_return()

    talked.say(said)

    assert talked.state.stack[-1].asking == "tracking"
    assert "已记录" not in talked.texts()


def test_nothing_is_called_noted_where_nothing_waits() -> None:
    talked = at_offers()
    talked.tap("cancel")

    step = talked.say("我已经寄出了 SF77777")

    assert step.changes == ()
    assert "已记录" not in talked.texts()


def _two_under_review() -> Talk:
    orders = [
        replace(delivered(NOW - DAY, line("1", 1, 3000)), order_no=order_no) for order_no in (ORDER_NO, "20261101-0002")
    ]
    talked = talk(*orders)
    for bought in orders:
        for action in (f"order:{bought.order_no}", "reason:damaged", "evidence:skip"):
            talked.tap(action)
    assert [case.state for case in talked.cases()] == [CaseState.UNDER_REVIEW] * 2
    return talked


def test_pictures_go_to_the_only_case_under_review() -> None:
    talked = under_review()

    talked.shows("a-1")

    assert talked.case().claim.evidence == ("a-1",)
    assert "图片已补充到申请" in talked.texts()


def test_with_several_cases_it_is_asked_which_and_the_pictures_are_kept_for_it() -> None:
    talked = _two_under_review()
    second = talked.cases()[1].case_no

    talked.shows("a-1", "a-2")

    assert set(talked.actions()) == {*(f"evidence:add:{it.case_no}" for it in talked.cases()), "start:refund", "human"}
    talked.tap(f"evidence:add:{second}")
    assert {case.case_no: case.claim.evidence for case in talked.cases()}[second] == ("a-1", "a-2")
    assert talked.state.slots.evidence == ()


@pytest.mark.parametrize("case_no", ["C-FOREIGN", ""])
def test_pictures_for_an_unknown_case_are_not_asked_for(case_no: str) -> None:
    talked = under_review()

    talked.tap(f"evidence:add:{case_no or 'C-1'}")

    assert "没有找到这个申请编号" in talked.texts()
    assert talked.state.stack == ()


def test_pictures_for_a_case_that_is_over_are_not_asked_for() -> None:
    talked = under_review()
    case_no = talked.case().case_no
    talked.tap(f"withdraw:{case_no}")

    talked.tap(f"evidence:add:{case_no}")

    assert "不能再补充图片" in talked.texts()
    assert talked.state.stack == ()


def test_a_picture_some_days_later_is_asked_about_and_goes_where_it_is_said_to() -> None:
    talked = under_review()
    case_no = talked.case().case_no
    talked.state = replace(talked.state, tally=Tally(talked.now, talked.now))
    talked.now += 2 * DAY

    talked.shows("a-1")
    talked.shows("a-2")

    assert talked.case().claim.evidence == ()
    assert talked.actions() == [f"evidence:add:{case_no}", "start:refund", "human"]
    talked.tap(f"evidence:add:{case_no}")
    assert talked.case().claim.evidence == ("a-1", "a-2")


def test_a_picture_sent_before_anything_goes_with_the_refund_that_is_asked_for_then() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.shows("a-1")
    assert "先为您留着" in talked.texts()

    for action in ("start:refund", f"order:{ORDER_NO}", "reason:damaged"):
        talked.tap(action)

    assert talked.case().claim.evidence == ("a-1",)


def test_a_picture_for_a_new_request_does_not_go_to_the_old_one() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000), line("2", 1, 4000)))
    for action in (f"order:{ORDER_NO}", "line:1*1", "reason:damaged", "evidence:skip"):
        talked.tap(action)
    talked.state = replace(talked.state, tally=Tally(talked.now, talked.now))
    talked.now += DAY / 8
    talked.shows("a-1")

    for action in ("start:refund", f"order:{ORDER_NO}", "reason:damaged"):
        talked.tap(action)

    assert sorted(case.claim.evidence for case in talked.cases()) == [(), ("a-1",)]


@pytest.mark.parametrize("at", ["resolution", "confirm", "declined"])
def test_a_picture_while_the_ways_of_paying_are_chosen_from_goes_into_that_refund(at: str) -> None:
    talked = at_offers()
    if at == "confirm":
        accept(talked, "original_route")
    if at == "declined":
        talked.tap(f"offer:{talked.case().offers[0].offer_id}:decline")

    talked.shows("a-1")

    assert talked.case().claim.evidence == ("a-1",)
    assert talked.state.stack[-1].asking == "resolution"
    assert talked.paid_out() == 0
    accept(talked, "original_route")
    talked.tap("confirm:yes")
    assert talked.paid_out() == 5900
