"""A second wish in the middle: what was chosen stays, no more is taken than is left, and nothing is paid."""

from hypothesis import given
from hypothesis import strategies as st

from dialogs.nlu.besides import adds_goods, asks_for_more, names_only_goods, orders_counted
from refund_core.cases import CaseState
from tests.unit.core.shop import NOW, delivered, line
from tests.unit.dialogs.talk import ORDER_NO, Talk, talk

TITLES = ("白瓷茶杯 White cup", "护眼台灯 Desk lamp", "羊毛围巾 Wool scarf", "电热水壶 Electric kettle")
WORDS = (
    ("茶杯", "white cup"),
    ("台灯", "desk lamp"),
    ("围巾", "wool scarf"),
    ("水壶", "electric kettle"),
)
ADDING = (
    "还有{}也退",
    "{}也要退",
    "连{}一起退",
    "再把{}退了",
    "also the {}",
    "and the {} too",
    "please refund the {} as well",
)
QUANTITIES = st.lists(st.integers(1, 4), min_size=2, max_size=len(TITLES))


def _ordered(quantities: list[int]) -> Talk:
    lines = [line(str(at + 1), count, 3000, title=TITLES[at]) for at, count in enumerate(quantities)]
    talked = talk(delivered(NOW, *lines))
    talked.tap(f"order:{ORDER_NO}")
    return talked


@given(quantities=QUANTITIES, said=st.sampled_from(ADDING), is_offered=st.booleans(), data=st.data())
def test_what_was_chosen_stays_and_only_what_is_left_joins(
    quantities: list[int], said: str, data: st.DataObject, *, is_offered: bool
) -> None:
    talked = _ordered(quantities)
    first, second = data.draw(st.permutations(range(len(quantities))))[:2]
    chosen = data.draw(st.integers(1, quantities[first]))
    talked.tap(f"line:{first + 1}*{chosen}")
    if is_offered:
        talked.tap("reason:no_longer_wanted")

    talked.say(said.format(WORDS[second][0 if "{" in said and not said.isascii() else 1]))
    counts = [it for it in talked.actions() if it.startswith("line:")]
    if counts:
        talked.tap(data.draw(st.sampled_from(counts)))

    lines = dict(talked.state.slots.lines)
    assert lines[str(first + 1)] == chosen
    assert 1 <= lines[str(second + 1)] <= quantities[second]
    assert len(lines) == 2
    assert talked.paid_out() == 0
    assert [it.state for it in talked.cases()].count(CaseState.OFFERED) == (1 if is_offered else 0)


@given(quantities=QUANTITIES, count=st.integers(1, 60))
def test_a_count_is_of_the_goods_that_join_and_never_more_than_is_left(quantities: list[int], count: int) -> None:
    talked = _ordered([1, quantities[0] + 1])
    talked.tap("line:1*1")
    talked.say("还有茶杯和台灯也退")
    assert any(action.startswith("line:2*") for action in talked.actions())

    talked.say(f"{count}件")

    if count <= quantities[0] + 1:
        assert dict(talked.state.slots.lines) == {"1": 1, "2": count}
    else:
        assert talked.state.slots.lines == ()
        assert any(action.startswith("line:") for action in talked.actions())
    assert talked.paid_out() == 0


def test_words_that_add_goods_are_told_from_those_that_tell_or_ask() -> None:
    assert all(adds_goods(it) for it in ("还有那个杯子也退", "台灯也要退", "also the lamp", "and then the mug too"))
    assert not any(
        adds_goods(it)
        for it in ("退到余额也可以", "it is too small", "the postage too", "运费也退", "me too", "不想要了")
    )
    assert names_only_goods("and the notebook too")
    assert not names_only_goods("and the notebook is broken too")
    assert asks_for_more("can i also return the lamp?")
    assert not asks_for_more("is the lamp refundable too?")


def test_orders_are_counted() -> None:
    assert [orders_counted(it) for it in ("两个订单都退", "both orders", "all my orders", "三个订单")] == [
        2,
        2,
        None,
        3,
    ]
