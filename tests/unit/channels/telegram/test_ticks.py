"""Ticks and steppers below a list: each button says what shall be, and every keyboard is within Telegram's limits."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Spoken
from channels.picks import Pick, first_picks, pick_key, pick_of, pickable, taken_together
from channels.support_chat.telegram.keyboard import KEYBOARD_BYTES_MAX
from channels.support_chat.telegram.ticks import shown_anew, tick_boards
from dialogs.actions import parse_action
from dialogs.commands import SetLines
from dialogs.messages import Choice, Reply, Select

BACK = Choice("Back", "back")
LINES = (Choice("Cup × 3", "line:1*3"), Choice("Plate × 1", "line:2*1"), Choice("Everything", "lines:all"), BACK)
LIST = Reply("Which?", LINES, Select(1, 2))
Drawn = list[list[tuple[str, str]]]


def drawn(board: dict[str, Any]) -> Drawn:
    return [[(button["text"], button["callback_data"]) for button in row] for row in board["inline_keyboard"]]


def test_a_ticked_line_with_several_pieces_has_a_stepper() -> None:
    (board,) = tick_boards(Spoken(7, LIST), {0: 2}, "en")

    assert drawn(board) == [
        [("✅ 1. Cup × 3", "@7.0=0")],
        [("−", "@7.0=1"), ("2 / 3", "@7.0=2"), ("+", "@7.0=3")],  # what people see
        [("⬜ 2. Plate × 1", "@7.1=1")],
        [("Done (1 chosen)", "@7!")],
        [("Everything", "lines:all"), ("Back", "back")],
    ]


def test_more_than_there_are_and_less_than_none_cannot_be_asked_for() -> None:
    (most,) = tick_boards(Spoken(7, LIST), {0: 3}, "en")
    (one,) = tick_boards(Spoken(7, LIST), {0: 1}, "en")

    assert drawn(most)[1][2] == ("+", "@7.0=3")
    assert drawn(one)[1][0] == ("−", "@7.0=0")  # what people see


def test_one_line_alone_is_taken_whole_unless_less_is_said() -> None:
    alone = Reply("How many?", (Choice("Cup × 3", "line:1*3"), BACK), Select(1, 1))
    (board,) = tick_boards(Spoken(7, alone), first_picks(alone), "en")

    assert drawn(board)[:2] == [
        [("✅ Cup × 3", "@7.0=0")],
        [("−", "@7.0=2"), ("3 / 3", "@7.0=3"), ("+", "@7.0=3")],  # what people see
    ]


@pytest.mark.parametrize(
    "reply",
    [
        Reply("Which?", LINES),
        Reply("One?", (Choice("Cup × 1", "line:1*1"), BACK), Select(1, 1)),
        Reply("Nothing?", (BACK,), Select(1, 1)),
    ],
    ids=["one alone may be taken", "one press says it all", "nothing to take"],
)
def test_what_one_press_can_say_needs_no_ticks(reply: Reply) -> None:
    assert pickable(reply) == {}


@pytest.mark.parametrize(
    "data", ["@7", "@7.", "@7.0=", "@7.0=x", "@7.0=-1", "@7!!", "@.0=1", "@7.0=1\n", "@７.0=1", "7!"]
)
def test_what_is_no_pick_is_read_as_none(data: str) -> None:
    assert pick_of(data) is None


def test_only_the_message_with_the_pressed_line_is_shown_anew() -> None:
    long = Reply(
        "Which?", tuple(Choice(f"{'很长的商品名称' * 9}{n} × 9", f"line:{n}*9") for n in range(50)), Select(1, 50)
    )
    boards = tick_boards(Spoken(7, long), {49: 9}, "zh-CN")
    last = shown_anew(Spoken(7, long), {49: 9}, "zh-CN", place=49, edits="2041")

    assert len(boards) > 1
    assert last is not None
    assert last.body == {"message_id": 2041, "reply_markup": boards[-1]}
    assert shown_anew(Spoken(7, long), {}, "zh-CN", place=49, edits="not ours") is None
    assert shown_anew(Spoken(7, long), {}, "zh-CN", place=50, edits="2041") is None


@st.composite
def lists(draw: st.DrawFn) -> tuple[Reply, dict[int, int]]:
    titles = st.text(st.sampled_from("茶壶a😀 *+"), min_size=1, max_size=80)
    names = st.text(st.sampled_from("a1单*"), min_size=1, max_size=70)
    lines = draw(st.lists(st.tuples(titles, names, st.integers(1, 99_999)), min_size=2, max_size=50))
    choices = [Choice(title, f"line:{name}*{most}") for title, name, most in lines]
    reply = Reply("?", (*choices, Choice("all", "lines:all"), BACK), Select(1, len(lines)))
    return reply, {place: draw(st.integers(0, most)) for place, most in pickable(reply).items() if draw(st.booleans())}


@given(lists())
def test_keyboards_hold_every_line_within_the_limits_however_it_is_ticked(made: tuple[Reply, dict[int, int]]) -> None:
    reply, picked = made
    boards = tick_boards(Spoken(999_999, reply), picked, "en")
    plain = tick_boards(Spoken(999_999, reply), {}, "en")

    shown = [[button for row in board["inline_keyboard"] for button in row] for board in boards]
    assert all(len(buttons) <= 100 for buttons in shown)
    assert all(len(msgspec.json.encode(board)) <= KEYBOARD_BYTES_MAX * 1.2 for board in boards)
    assert all(0 < len(button["callback_data"].encode()) <= 64 for buttons in shown for button in buttons)
    assert [_places(board) for board in boards] == [_places(board) for board in plain]
    assert sorted(place for board in boards for place in _places(board)) == sorted(pickable(reply))


@given(lists())
def test_what_is_picked_is_taken_as_the_talk_reads_it(made: tuple[Reply, dict[int, int]]) -> None:
    reply, picked = made
    lines = {reply.choices[place].action.removeprefix("line:").rpartition("*")[0] for place in picked}
    action = taken_together(reply, picked)

    wanted = [
        (reply.choices[place].action.removeprefix("line:").rpartition("*")[0], quantity)
        for place, quantity in picked.items()
        if quantity
    ]
    if wanted and not any("+" in name or "*" in name for name in lines):
        assert parse_action(action) == SetLines(tuple(wanted))
    else:
        assert action.count("line:") >= len(wanted)


@given(st.integers(0, 999_999_999), st.integers(0, 9_999), st.integers(0, 999_999))
def test_a_pick_is_read_from_its_key(seq: int, place: int, quantity: int) -> None:
    for pick in (Pick(seq, place, quantity), Pick(seq)):
        assert pick_of(pick_key(pick)) == pick
        assert len(pick_key(pick)) <= 64


def _places(board: dict[str, Any]) -> set[int]:
    picks = [pick_of(button["callback_data"]) for row in board["inline_keyboard"] for button in row]
    return {pick.place for pick in picks if pick is not None and pick.place is not None}
