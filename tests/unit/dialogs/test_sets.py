"""A piece of a set: alone where it has a fault and a price, else by a person or with the whole set."""

import pytest

from refund_core.cases import CaseState
from refund_core.orders import Order
from tests.unit.core.shop import DAY, NOW, delivered, line
from tests.unit.dialogs.talk import ORDER_NO, Talk, accept, talk

POT, CUPS, TRAY = "茶壶 Teapot", "茶杯 Cup", "托盘 Tray"


def _tea_set(pot: int = 5000, cups: int = 1000) -> Order:
    return delivered(
        NOW - DAY,
        line("1", 1, pot, title=POT, bundle_no="b"),
        line("2", 4, cups, title=CUPS, bundle_no="b"),
        line("3", 1, 2000, title=TRAY),
    )


def _chosen(order: Order, action: str = "line:2*1") -> Talk:
    talked = talk(order)
    talked.tap(f"order:{ORDER_NO}")
    talked.tap(action)
    return talked


def test_one_broken_piece_is_refunded_at_its_own_price() -> None:
    talked = _chosen(_tea_set())
    assert "只退这一件" in talked.texts()

    talked.tap("reason:damaged")
    talked.shows("a-1")
    talked.tap("evidence:skip")

    case = talked.case()
    assert case.state is CaseState.OFFERED
    assert [(it.line_no, it.quantity, it.amount.minor) for it in case.decision.allocation.lines] == [("2", 1, 1000)]
    accept(talked, "original_route")
    talked.tap("confirm:yes")
    assert talked.paid_out() == 1000


@pytest.mark.parametrize("said", ["一个茶杯碎了", "one of the cups is broken"])
def test_a_broken_piece_named_in_words_is_that_piece(said: str) -> None:
    talked = talk(_tea_set())
    talked.tap(f"order:{ORDER_NO}")

    talked.say(said)

    assert talked.state.slots.lines == (("2", 1),)
    assert talked.state.stack[-1].asking == "evidence"


def test_a_piece_without_a_price_goes_to_a_person_who_sees_which_piece() -> None:
    talked = _chosen(_tea_set(pot=9000, cups=0))
    talked.tap("reason:damaged")
    talked.shows("a-1")

    talked.tap("evidence:skip")

    case = talked.case()
    assert case.state is CaseState.UNDER_REVIEW
    assert case.wish == "piece_of_set"
    assert f"{CUPS} × 1" in (case.claim.note or "")
    assert [(it.line_no, it.quantity) for it in case.claim.lines] == [("1", 1), ("2", 4)]
    assert case.claim.evidence == ("a-1",)
    assert "只退套装中的一件" in talked.texts()
    assert "人工客服" in talked.texts()
    assert talked.paid_out() == 0


@pytest.mark.parametrize("how", ["不想要了", "I changed my mind"])
def test_a_piece_that_is_not_wanted_any_more_goes_back_with_its_set(how: str) -> None:
    talked = _chosen(_tea_set())
    assert "reason:no_longer_wanted" not in talked.actions()

    talked.say(how)
    assert talked.state.stack[-1].asking == "lines"
    assert "line:1*1+line:2*4" in talked.actions()
    talked.tap("line:1*1+line:2*4")

    assert talked.state.slots.lines == (("1", 1), ("2", 4))
    assert talked.case().state is CaseState.OFFERED


def test_the_whole_set_can_be_taken_at_the_question_what_is_wrong() -> None:
    talked = _chosen(_tea_set())

    talked.tap("line:1*1+line:2*4")

    assert talked.state.slots.lines == (("1", 1), ("2", 4))
    assert "reason:no_longer_wanted" in talked.actions()


def test_goods_beside_the_set_are_not_held_up_by_it() -> None:
    talked = _chosen(_tea_set(), "line:3*1")

    assert "reason:no_longer_wanted" in talked.actions()


def test_a_piece_chosen_with_other_goods_keeps_them() -> None:
    talked = _chosen(_tea_set(), "line:2*1+line:3*1")

    talked.tap("line:3*1+line:1*1+line:2*4")

    assert set(talked.state.slots.lines) == {("3", 1), ("1", 1), ("2", 4)}
