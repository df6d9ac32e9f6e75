"""Goods in the customer's own words are found among the titles of the very order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.nlu.embedded import understand_now
from dialogs.nlu.goods import Goods, goods_meant
from dialogs.understanding import Context

CHINESE = ("蓝牙耳机 黑色", "纯棉T恤 蓝色 L", "纯棉T恤 白色 M", "青花瓷碗 大号", "保温杯 500ml")
ENGLISH = ("Wireless headphones black", "Running shoes, blue", "Ceramic mug", "Ceramic plates")
LINES = Context(
    "lines",
    ("line:1*3", "line:2*1", "line:3*1", "lines:all", "back"),
    ("保温杯 × 3", "瓷盘 × 1", "蓝色T恤 × 1", "全部商品", "返回"),
)
ORDERS = Context(
    "order", ("order:A", "order:B", "human"), ("选择“跑步鞋”（11月2日）", "选择“保温杯”（11月3日）", "转人工")
)


@pytest.mark.parametrize(
    ("text", "titles", "goods"),
    [
        ("蓝色那件", CHINESE, Goods((1,), is_sure=True)),
        ("藍色那件", CHINESE, Goods((1,), is_sure=True)),
        ("耳机", CHINESE, Goods((0,), is_sure=True)),
        ("碗", CHINESE, Goods((3,), is_sure=True)),
        ("白T恤", CHINESE, Goods((2,), is_sure=True)),
        ("T恤", CHINESE, Goods((1, 2))),
        ("耳机和碗", CHINESE, Goods((0, 3), is_sure=True)),
        ("除了杯子都退", CHINESE, Goods((0, 1, 2, 3), is_sure=True, is_all_but=True)),
        ("除了T恤其他都退", CHINESE, Goods((0, 3, 4), is_all_but=True)),
        ("blue one", CHINESE, Goods((1,), is_sure=True)),
        ("the headphones", ENGLISH, Goods((0,), is_sure=True)),
        ("the shoe", ENGLISH, Goods((1,), is_sure=True)),
        ("mug and plates", ENGLISH, Goods((2, 3), is_sure=True)),
        ("ceramic", ENGLISH, Goods((2, 3))),
        ("everything but the shoes", ENGLISH, Goods((0, 2, 3), is_sure=True, is_all_but=True)),
        ("我要退款", CHINESE, Goods()),
        ("the order", ENGLISH, Goods()),
        ("", ENGLISH, Goods()),
    ],
)
def test_goods_are_found_among_titles(text: str, titles: tuple[str, ...], goods: Goods) -> None:
    assert goods_meant(text, titles) == goods


@pytest.mark.parametrize(
    ("text", "context", "action"),
    [
        ("除了杯子都退", LINES, "line:2*1+line:3*1"),
        ("杯子不退，其他都退", LINES, "line:2*1+line:3*1"),
        ("蓝色那件", LINES, "line:3*1"),
        ("盘子和T恤", LINES, "line:2*1+line:3*1"),
        ("退一个杯子", LINES, "line:1*1"),
        ("杯子都退", LINES, "line:1*3"),
        ("杯子", LINES, None),
        ("退五个杯子", LINES, None),
        ("盘子能退吗", LINES, None),
        ("不要盘子", LINES, None),
        ("买鞋那单", ORDERS, "order:A"),
        ("不是鞋子那单", ORDERS, None),
    ],
)
def test_goods_named_among_the_choices_choose_them(text: str, context: Context, action: str | None) -> None:
    assert understand_now(text, "zh-CN", context).action == action


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=8))
def test_only_titles_that_exist_are_meant(text: str, titles: list[str]) -> None:
    meant = goods_meant(text, titles)

    assert all(0 <= place < len(titles) for place in meant.places)
    assert meant.places == tuple(sorted(set(meant.places)))
