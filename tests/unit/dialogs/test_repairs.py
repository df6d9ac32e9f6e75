"""Taking back what was said, starting over, and coming back: nothing is lost, nothing is paid."""

import pytest

from dialogs.commands import AskPolicy, Correct
from refund_core.cases import CaseState
from refund_core.claims import Reason
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import Talk, accept, talk
from tests.unit.dialogs.test_several_at_once import LAMP_AND_CUPS

ORDER_NO = "20261101-0001"


def _at_reason(*lines: object) -> Talk:
    talked = talk(delivered(NOW - DAY, *(lines or LAMP_AND_CUPS)))  # type: ignore[arg-type]  # order lines
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("line:1*3")
    return talked


def _at_confirmation() -> Talk:
    talked = talk(order(*LAMP_AND_CUPS))
    for action in (f"order:{ORDER_NO}", "line:1*3", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "original_route")
    return talked


def _open_lines(talked: Talk) -> list[tuple[str, int]]:
    (case,) = [case for case in talked.cases() if case.state is CaseState.OFFERED]
    return [(it.line_no, it.quantity) for it in case.claim.lines]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("不对，是两件", (("1", 2),)),
        ("不是三件，是一件", (("1", 1),)),
        ("no, the other one", (("2", 1),)),
        ("不对，另一件", (("2", 1),)),
        ("I meant the blue one", (("2", 1),)),
        ("我是说台灯", (("2", 1),)),
        ("sorry, I meant just 2 of them", (("1", 2),)),
    ],
)
def test_the_goods_are_corrected_at_the_question_why(said: str, lines: tuple[tuple[str, int], ...]) -> None:
    talked = _at_reason()

    talked.say(said)

    assert talked.state.slots.lines == lines
    assert talked.state.stack[-1].asking == "reason"
    assert not talked.cases()


@pytest.mark.parametrize(
    ("said", "lines"),
    [("不对，是两件", [("1", 2)]), ("no, the other one", [("2", 1)]), ("改成一件", [("1", 1)])],
)
def test_the_goods_are_corrected_after_the_confirmation_was_shown(said: str, lines: list[tuple[str, int]]) -> None:
    talked = _at_confirmation()

    talked.say(said)

    assert _open_lines(talked) == lines
    assert sorted(case.state for case in talked.cases()) == [CaseState.OFFERED, CaseState.WITHDRAWN]
    assert talked.paid_out() == 0
    talked.tap("confirm:yes")
    assert talked.paid_out() == 0


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("不对，是拍错了", Reason.ORDERED_BY_MISTAKE),
        ("不是不想要，是尺码不合适", Reason.SIZE_FIT),
        ("actually it's because I ordered it by mistake", Reason.ORDERED_BY_MISTAKE),
    ],
)
def test_the_reason_is_corrected_after_the_confirmation_was_shown(said: str, reason: Reason) -> None:
    talked = _at_confirmation()

    talked.say(said)

    (case,) = [case for case in talked.cases() if case.state is CaseState.OFFERED]
    assert case.claim.reason is reason
    assert talked.paid_out() == 0


def test_another_reason_said_in_passing_is_asked_about_before_the_case_is_decided_anew() -> None:
    talked = _at_confirmation()
    talked.say("这个是拍错了")
    assert talked.actions() == ["reason:ordered_by_mistake", "back", "human"]
    assert talked.case().claim.reason is Reason.NO_LONGER_WANTED

    talked.say("是的")

    (case,) = [case for case in talked.cases() if case.state is CaseState.OFFERED]
    assert case.claim.reason is Reason.ORDERED_BY_MISTAKE


def test_a_reason_that_is_not_to_be_changed_leaves_the_confirmation() -> None:
    talked = _at_confirmation()
    talked.say("这个是拍错了")

    talked.say("不用改")
    if talked.state.stack[-1].asking == "change":
        talked.tap("back")

    assert talked.state.stack[-1].asking == "confirm"
    talked.tap("confirm:yes")
    assert talked.paid_out() == 9000


@pytest.mark.parametrize("said", ["不对，退到余额", "改成退到店铺余额", "actually, store balance please", "退到余额吧"])
def test_another_way_of_paying_is_shown_for_a_new_confirmation(said: str) -> None:
    talked = _at_confirmation()

    talked.say(said)

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert "¥94.50" in talked.texts()
    assert talked.paid_out() == 0
    talked.tap("confirm:yes")
    assert talked.case().state is CaseState.COMPENSATED


@pytest.mark.parametrize("said", ["重新开始", "我想从头来过", "start over", "let's start again please"])
def test_starting_over_forgets_everything_and_ends_the_open_case(said: str) -> None:
    talked = _at_confirmation()

    talked.say(said)

    assert talked.case().state is CaseState.WITHDRAWN
    assert talked.state.stack[-1].asking == "order"
    assert talked.state.slots.lines == ()


@pytest.mark.parametrize("said", ["我回来了", "继续", "I'm back", "let's continue"])
def test_coming_back_puts_the_open_question_again(said: str) -> None:
    talked = _at_confirmation()
    talked.now += DAY / 2

    talked.say(said)

    assert talked.state.stack[-1].asking == "confirm"
    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert talked.paid_out() == 0


@pytest.mark.parametrize("said", ["没事了，谢谢", "再见", "that's all, thanks", "bye"])
def test_closing_keeps_what_is_open_for_another_time(said: str) -> None:
    talked = _at_reason()

    talked.say(said)

    assert talked.state.stack[-1].asking == "reason"
    assert "confirm" not in str(talked.actions())


def test_another_order_is_taken_up_in_the_middle() -> None:
    talked = talk(order(line("1", 1, 3000)), order(line("1", 1, 4000), order_no="A-2345"))
    talked.tap(f"order:{ORDER_NO}")

    talked.say("不对，是订单A-2345，不想要了")

    assert talked.case().order_no == "A-2345"
    assert talked.case().claim.reason is Reason.NO_LONGER_WANTED


@pytest.mark.parametrize("said", ["算了，我只退台灯", "还是退台灯吧", "never mind, just the lamp"])
def test_a_change_of_mind_about_the_goods_is_a_correction(said: str) -> None:
    talked = _at_confirmation()

    talked.say(said)

    assert _open_lines(talked) == [("2", 1)]
    assert talked.paid_out() == 0


def test_a_way_of_paying_said_to_the_question_whether_a_refund_is_wanted_begins_it() -> None:
    talked = talk(order(line("1", 1, 3000)))
    talked.say("订单20261101-0001我不想要了")

    talked.say("那退到余额")

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert "店铺余额" in talked.texts()


def test_a_mistake_that_is_only_named_puts_the_question_again() -> None:
    talked = _at_confirmation()

    talked.reads(AskPolicy("freight"), Correct())

    assert talked.state.stack[-1].asking == "confirm"
    assert talked.paid_out() == 0
