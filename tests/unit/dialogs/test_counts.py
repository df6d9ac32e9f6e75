"""Counts and numbers typed as text: pieces of a line, or the number of a choice; never a way out."""

import pytest

from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, Talk, talk


def _asked_lines() -> Talk:
    """Asked which goods: five shirts, a mug."""
    talked = talk(order(line("1", 5, 5900), line("2", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    return talked


def _lines_offered(talked: Talk) -> list[str]:
    return [action for action in talked.actions() if action.startswith("line")]


@pytest.mark.parametrize("said", ["一件", "1件", "1 pcs", "一个"])
def test_one_piece_asks_of_which_goods_and_claims_one(said: str) -> None:
    talked = _asked_lines()

    talked.say(said)

    assert not talked.state.slots.lines
    assert _lines_offered(talked) == ["line:1*1", "line:2*1"]
    talked.tap("line:1*1")
    assert talked.state.slots.lines == (("1", 1),)


@pytest.mark.parametrize("said", ["2件", "两件", "2 pieces", "退2件", "两双"])
def test_pieces_that_only_one_of_several_lines_has_are_asked_about(said: str) -> None:
    talked = _asked_lines()

    talked.say(said)

    assert not talked.state.slots.lines
    assert _lines_offered(talked) == ["line:1*2"]


@pytest.mark.parametrize("said", ["1", "第一个"])
def test_the_number_of_a_line_of_many_pieces_asks_how_many(said: str) -> None:
    talked = _asked_lines()

    talked.say(said)

    assert not talked.state.slots.lines
    assert "要退几件" in talked.texts()
    talked.say("2")
    assert talked.state.slots.lines == (("1", 2),)


def test_all_of_the_line_that_was_asked_about_is_that_line_alone() -> None:
    talked = _asked_lines()
    talked.say("1")

    talked.say("全部")

    assert talked.state.slots.lines == (("1", 5),)


@pytest.mark.parametrize("said", ["2", "第二个", "第二件"])
def test_the_number_of_a_single_piece_is_that_piece(said: str) -> None:
    talked = _asked_lines()

    talked.say(said)

    assert talked.state.slots.lines == (("2", 1),)


@pytest.mark.parametrize("said", ["3", "4", "5", "6", "9件", "99"])
def test_a_number_beyond_the_lines_is_never_a_way_out(said: str) -> None:
    talked = _asked_lines()

    step = talked.say(said)

    assert step.hand_over is None
    assert talked.state.stack[-1].asking == "lines"
    assert not talked.state.slots.lines


@pytest.mark.parametrize(("said", "pieces"), [("1", 1), ("2件", 2), ("两件", 2), ("5", 5), ("全部", 5)])
def test_a_count_is_that_many_of_the_only_line(said: str, pieces: int) -> None:
    talked = talk(order(line("1", 5, 5900)))
    talked.tap(f"order:{ORDER_NO}")

    talked.say(said)

    assert talked.state.slots.lines == (("1", pieces),)


def test_more_than_there_are_of_the_only_line_is_refused_with_what_is_left() -> None:
    talked = talk(order(line("1", 5, 5900)))
    talked.tap(f"order:{ORDER_NO}")

    talked.say("9件")

    assert "最多还能退 5 件" in talked.texts()


@pytest.mark.parametrize("said", ["2", "2件", "二", "第二个"])
def test_a_number_at_the_question_for_the_only_order_hands_nothing_over(said: str) -> None:
    talked = talk(order(line("1", 5, 5900)))
    talked.tap("start:refund")

    step = talked.say(said)

    assert step.hand_over is None
    assert talked.state.stack[-1].asking == "order"


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("2 are broken", 2), ("one is broken", 1), ("2 of them arrived cracked", 2), ("坏了1个", 1), ("有两个碎了", 2),
        ("I bought 4 and 2 are broken", 2), ("四个里面坏了三个", 3), ("1 out of 4 was smashed", 1), ("碎了一个", 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_known", [True, False])
def test_of_four_pieces_as_many_are_claimed_as_are_said_to_be_broken(said: str, pieces: int, is_known: bool) -> None:
    talked = talk(delivered(NOW - DAY, line("1", 4, 5900, title="陶瓷马克杯 Ceramic mug")))
    if is_known:
        talked.tap(f"order:{ORDER_NO}")

    talked.say(said)
    if not is_known:
        talked.tap(f"order:{ORDER_NO}")

    assert talked.state.slots.lines == (("1", pieces),)
    assert talked.state.stack[-1].asking == "evidence"


@pytest.mark.parametrize(
    "said", ["3 are fine", "等了3个月都坏了", "2 people told me", "order it 2 days ago is too long"]
)
def test_numbers_that_count_no_broken_pieces_are_none(said: str) -> None:
    talked = talk(delivered(NOW - DAY, line("1", 4, 5900, title="陶瓷马克杯 Ceramic mug")))
    talked.tap(f"order:{ORDER_NO}")

    talked.say(said)

    assert not talked.state.slots.lines
