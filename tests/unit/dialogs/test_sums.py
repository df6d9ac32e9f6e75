"""How much would come back for the goods named: the sum that the confirmation shows; asking begins nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.nlu.topics import asks_sum
from dialogs.texts.money import format_money
from refund_core.money import Money
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, talk

TITLES = ("白瓷茶杯 White cup", "护眼台灯 Desk lamp", "羊毛围巾 Wool scarf")
WORDS = (("茶杯", "white cups"), ("台灯", "desk lamps"), ("围巾", "wool scarfs"))
ASKED = (
    "{zh}退{count}个能退多少钱",
    "如果我退{count}个{zh}你们给我多少钱",
    "how much would i get back for {count} {en}",
    "what do I get back if I return {count} {en}?",
)


@given(
    prices=st.lists(st.integers(100, 9_999), min_size=3, max_size=3),
    discount=st.integers(0, 90),
    said=st.sampled_from(ASKED),
    place=st.integers(0, 2),
    data=st.data(),
)
def test_the_sum_told_is_the_sum_that_is_confirmed(
    prices: list[int], discount: int, said: str, place: int, data: st.DataObject
) -> None:
    quantities = data.draw(st.lists(st.integers(2, 5), min_size=3, max_size=3))
    count = data.draw(st.integers(2, quantities[place]))
    lines = [
        line(str(at + 1), quantities[at], prices[at], title=TITLES[at], discount=discount) for at in range(len(TITLES))
    ]
    talked = talk(delivered(NOW - DAY, *lines))
    zh, en = WORDS[place]

    talked.say(said.format(zh=zh, en=en, count=count))
    told = talked.texts()

    assert not talked.cases()
    assert not talked.state.stack
    for action in (f"order:{ORDER_NO}", f"line:{place + 1}*{count}", "reason:no_longer_wanted"):
        talked.tap(action)
    (offer,) = [it for it in talked.case().offers if it.resolution == "original_route"]
    assert format_money(offer.amount, talked.state.locale) in told
    assert talked.paid_out() == 0


def test_of_several_pieces_one_and_all_are_told() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 3, 3000, title="白瓷茶杯"), line("2", 1, 9000, title="护眼台灯")))

    talked.say("如果我把茶杯退了你们给我多少钱")

    assert "¥30.00" in talked.texts()
    assert "¥90.00" in talked.texts()
    assert "¥180.00" not in talked.texts()


def test_all_of_it_is_told_by_the_line() -> None:
    talked = talk(order(line("1", 2, 3000, title="白瓷茶杯"), line("2", 1, 9000, title="护眼台灯"), shipping_fee=800))

    talked.say("全退的话能退多少钱？")

    for sum_minor in (6000, 9000, 800, 15800):
        assert format_money(Money(sum_minor, "CNY"), "zh-CN") in talked.texts()


def test_without_a_reason_nothing_is_given_any_more_but_for_a_fault() -> None:
    talked = talk(delivered(NOW - 9 * DAY, line("1", 1, 3000, title="白瓷茶杯")))

    talked.say("茶杯能退多少钱")

    assert "如果是质量问题、破损或发错，预计退 ¥30.00" in talked.texts()
    assert "现在退" not in talked.texts()


def test_a_sum_asked_in_the_midst_of_a_request_leaves_its_question_open() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 3, 3000, title="白瓷茶杯"), line("2", 1, 9000, title="护眼台灯")))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("line:2*1")

    talked.say("how much would I get for the 茶杯?")

    assert talked.state.slots.lines == (("2", 1),)
    assert talked.state.stack[-1].asking == "reason"
    assert not talked.cases()


def test_goods_of_another_order_are_reckoned_by_that_order() -> None:
    talked = talk(
        order(line("1", 1, 3000, title="白瓷茶杯"), order_no="A-1"),
        order(line("1", 1, 9000, title="护眼台灯"), order_no="A-2"),
    )
    talked.tap("order:A-1")

    talked.say("台灯能退多少钱？")

    assert "A-2" in talked.texts()
    assert "¥90.00" in talked.texts()
    assert talked.state.slots.order_no == "A-1"


@pytest.mark.parametrize(
    "said",
    [
        "运费退多少",
        "退货我要付多少钱",
        "how much does it cost to send back?",
        "how much longer for the refund",
        "how much was refunded already?",
        "退款多久到账",
        "优惠券能退多少",
    ],
)
def test_other_questions_of_money_are_no_question_for_a_sum(said: str) -> None:
    assert not asks_sum(said.casefold())
