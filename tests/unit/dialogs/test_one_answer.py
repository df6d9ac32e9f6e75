"""One message answers one question; words with a "not" in them say something; what stays is never claimed."""

import pytest

from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import Talk, accept, talk

MUGS, KINDS = "20261101-0001", "20261101-0002"


def two_orders() -> Talk:
    """Two mugs that were delivered, and a T-shirt, socks and headphones that are not sent yet."""
    mugs = delivered(NOW - DAY, line("1", 2, 3900, title="White ceramic mug 白色陶瓷马克杯"), order_no=MUGS)
    kinds = order(
        line("1", 1, 8900, title="Cotton T-shirt 纯棉T恤"),
        line("2", 2, 1500, title="Sports socks 运动袜"),
        line("3", 1, 15900, title="Headphones 降噪耳机"),
        order_no=KINDS,
        placed_at=NOW - DAY / 2,
    )
    return talk(mugs, kinds)


def _asked_whether_mugs() -> Talk:
    talked = two_orders()
    talked.say("I want to return the mug")
    assert talked.action("order:") == f"order:{MUGS}"
    return talked


@pytest.mark.parametrize("said", ["don't like it", "it doesn't suit me, I don't like it", "不喜欢"])
def test_the_order_that_was_just_spoken_of_is_the_one_proposed(said: str) -> None:
    talked = two_orders()
    talked.say("is it possible to return a mug")
    talked.say(said)

    talked.say("1")

    assert talked.action("order:") == f"order:{MUGS}"


@pytest.mark.parametrize(
    "said", ["没拍照片", "不传照片", "skip", "no longer want it", "just one of them", "没有照片", "no pictures sorry"]
)
def test_words_that_are_no_plain_no_leave_the_proposed_order(said: str) -> None:
    talked = _asked_whether_mugs()

    talked.say(said)

    assert [it for it in talked.actions() if it.startswith("order:")] == [f"order:{MUGS}"]
    assert "mug" in (talked.state.slots.goods or "")


@pytest.mark.parametrize("said", ["no", "不是", "not this one", "不是这个", "another order", "that's not the one"])
def test_a_plain_no_shows_the_other_orders(said: str) -> None:
    talked = _asked_whether_mugs()

    talked.say(said)

    assert f"order:{KINDS}" in talked.actions()


@pytest.mark.parametrize(
    "said", ["yes thats the one", "对，就是这个", "that's the right one", "yep that one", "是这单"]
)
def test_yes_to_the_proposed_order_in_other_words_takes_it(said: str) -> None:
    talked = _asked_whether_mugs()

    talked.say(said)

    assert talked.state.slots.order_no == MUGS


@pytest.mark.parametrize("said", ["no the other one", "不是，另外那个"])
def test_the_other_one_of_an_order_with_one_line_is_another_order(said: str) -> None:
    talked = two_orders()
    talked.tap(f"order:{MUGS}")

    talked.say(said)

    assert talked.state.stack[-1].asking == "order"
    assert f"order:{KINDS}" in talked.actions()


@pytest.mark.parametrize(
    "said",
    [
        "T恤和袜子都退掉，耳机留着",
        "refund all of the t-shirt and socks, keep the headphones",
        "耳机不退，T恤和袜子都退",
    ],
)
def test_what_stays_is_not_claimed(said: str) -> None:
    talked = two_orders()
    talked.tap(f"order:{KINDS}")

    talked.say(said)

    assert talked.state.slots.lines == (("1", 1), ("2", 2))


@pytest.mark.parametrize("said", ["再退一个背包", "and return one backpack", "2 lamps too"])
def test_a_count_of_other_goods_counts_none_of_these(said: str) -> None:
    talked = two_orders()
    talked.tap(f"order:{MUGS}")

    talked.say(said)

    assert talked.state.slots.lines == ()


@pytest.mark.parametrize("said", ["just one", "只退一个", "退一个就行"])
def test_a_count_alone_counts_the_only_line(said: str) -> None:
    talked = two_orders()
    talked.tap(f"order:{MUGS}")

    talked.say(said)

    assert talked.state.slots.lines == (("1", 1),)


@pytest.mark.parametrize("said", ["I want to return the mug and the headphones", "我想退马克杯，另外耳机也退"])
def test_goods_of_two_orders_are_taken_one_order_after_the_other(said: str) -> None:
    talked = two_orders()
    talked.say(said)
    assert [it for it in talked.actions() if it.startswith("order:")] == [f"order:{KINDS}", f"order:{MUGS}"]
    for action in (f"order:{KINDS}", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "original_route")

    talked.tap("confirm:yes")

    assert f"order:{MUGS}" in talked.actions()
    talked.say("yes")
    assert talked.state.slots.order_no == MUGS
    assert talked.state.slots.case_no is None
    assert len(talked.cases()) == 1


@pytest.mark.parametrize("said", ["all of them", "都退"])
def test_all_are_all_that_were_asked_about(said: str) -> None:
    talked = two_orders()
    talked.tap(f"order:{KINDS}")
    talked.say("T恤和袜子")
    assert "line:3*1" not in talked.actions()

    talked.say(said)

    assert talked.state.slots.lines == (("1", 1), ("2", 2))
