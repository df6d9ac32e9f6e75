"""What a text names beside its intent is read exactly, in Chinese and English."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.nlu.dates import days_meant
from dialogs.nlu.embedded import understand_now
from dialogs.nlu.entities import entities_in
from dialogs.nlu.numbers import find_order_no
from dialogs.nlu.plain import plainly
from dialogs.nlu.rules import is_denied
from dialogs.understanding import Context, Intent

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("退我20块就算了", "20"),
        ("花了¥1,299.50", "1299.50"),
        ("一百二十块钱", "120"),
        ("一百二块", "120"),
        ("五十元", "50"),
        ("refund me 15 dollars", "15"),
        ("I paid $12.99", "12.99"),
        ("20 bucks", "20"),
        ("£5 is enough", "5"),
        ("两块香皂都坏了", None),
        ("订单 20261101", None),
        ("第二个", None),
    ],
)
def test_a_sum_of_money_is_read(text: str, amount: str | None) -> None:
    assert dict(entities_in(text)).get("amount") == amount


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("要退两件", "2"),
        ("不对，是两件", "2"),
        ("只退一个杯子", "1"),
        ("十二瓶里坏了3瓶", "3"),
        ("return two of them", "2"),
        ("I want to return 3 pieces", "3"),
        ("I only want to return one", "1"),
        ("换一个", None),
        ("有一个问题", None),
        ("等了三个月", None),
        ("第二个", None),
    ],
)
def test_a_count_of_pieces_is_read(text: str, count: str | None) -> None:
    assert dict(entities_in(text)).get("quantity") == count


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("我电话138-0013-8000", "13800138000"),
        ("打 13800138000", "13800138000"),
        ("call +1 415 555 2671", "+14155552671"),
        ("0755-12345678", "075512345678"),
        ("(415) 555-2671", "4155552671"),
        ("订单 20261101-0001", None),
    ],
)
def test_a_telephone_number_is_read_and_is_no_orders_number(text: str, phone: str | None) -> None:
    found = dict(entities_in(text))

    assert found.get("phone") == phone
    assert phone is None or "order_no" not in found


@pytest.mark.parametrize(
    ("text", "named", "first", "last"),
    [
        ("昨天买的那单", "-1d", date(2026, 11, 24), date(2026, 11, 24)),
        ("大前天下的单", "-3d", date(2026, 11, 22), date(2026, 11, 22)),
        ("三天前的", "-3d", date(2026, 11, 22), date(2026, 11, 22)),
        ("上周五下的单", "-1w5", date(2026, 11, 20), date(2026, 11, 20)),
        ("周五买的", "w5", date(2026, 11, 20), date(2026, 11, 20)),
        ("上周买的", "-1w", date(2026, 11, 16), date(2026, 11, 22)),
        ("上个月那单", "-1m", date(2026, 10, 1), date(2026, 10, 31)),
        ("11月3号那个订单", "--11-03", date(2026, 11, 3), date(2026, 11, 3)),
        ("十二月三十日买的", "--12-30", date(2025, 12, 30), date(2025, 12, 30)),
        ("2026年11月3日", "2026-11-03", date(2026, 11, 3), date(2026, 11, 3)),
        ("bought on Nov 3rd", "--11-03", date(2026, 11, 3), date(2026, 11, 3)),
        ("the 3rd of November", "--11-03", date(2026, 11, 3), date(2026, 11, 3)),
        ("two weeks ago", "-2w", date(2026, 11, 9), date(2026, 11, 15)),
        ("yesterday's order", "-1d", date(2026, 11, 24), date(2026, 11, 24)),
        ("the one from last Monday", "w1", date(2026, 11, 23), date(2026, 11, 23)),
        ("last month", "-1m", date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_a_day_is_read_and_found_in_the_calendar(text: str, named: str, first: date, last: date) -> None:
    assert dict(entities_in(text)).get("date") == named
    assert days_meant(named, TODAY) == (first, last)


@pytest.mark.parametrize("text", ["2026-13-40", "2月31日", "等了三个星期", "我要退款", "by friday"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert "date" not in dict(entities_in(text))


@pytest.mark.parametrize("named", ["nonsense", "--99-99", "--02-29", "w", "-xd", "2026-99-01", "", "-999999999d"])
def test_an_impossible_day_has_no_place_in_the_calendar(named: str) -> None:
    assert days_meant(named, TODAY) is None


@pytest.mark.parametrize(
    ("text", "excepted"),
    [
        ("除了杯子都退", "杯子"),
        ("除杯子以外全部退", "杯子"),
        ("杯子不退，其他都退", "杯子"),
        ("everything but the shoes", "the shoes"),
        ("all except the mug", "the mug"),
        ("keep the hat, return the rest", "the hat"),
        ("我要退款", None),
        ("all of it", None),
    ],
)
def test_what_everything_but_leaves_out_is_read(text: str, excepted: str | None) -> None:
    assert dict(entities_in(text)).get("except") == excepted


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("把蓝色那件退了", "蓝色"),
        ("我要退耳机那个", "耳机"),
        ("return the blue headphones please", "blue headphones"),
        ("the red one", "red"),
        ("昨天买的那单", None),
        ("return the order", None),
        ("这个我要退", None),
    ],
)
def test_goods_are_named_in_the_customers_words(text: str, product: str | None) -> None:
    assert dict(entities_in(text)).get("product") == product


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("我要退款", "request"),
        ("可以退款吗", "question"),
        ("杯子碎了", "statement"),
        ("如果明天还不到我就退货", "plan"),
        ("how do refunds work?", "question"),
        ("if it breaks again I'm returning it", "plan"),
    ],
)
def test_what_a_sentence_does_is_told_apart_from_its_topic(text: str, act: str) -> None:
    assert understand_now(text, "zh-CN").entity("act") == act


@pytest.mark.parametrize("text", ["我要退貨", "我要退款，訂單２０２６１１０１－０００１"])
def test_traditional_characters_and_wide_digits_are_read(text: str) -> None:
    read = understand_now(text, "zh-CN")

    assert read.intent is Intent.REFUND_REQUEST
    assert read.entity("order_no") in {None, "20261101-0001"}


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("嗯嗯，好的", "confirm:yes"),
        ("yes, go ahead", "confirm:yes"),
        ("OK 👌", "confirm:yes"),
        ("那就确认吧", "confirm:yes"),
        ("不不，先不要", "confirm:no"),
        ("no, wait", "confirm:no"),
        ("好的不", None),
        ("确认？", None),
        ("对了", None),
        ("yes but no", None),
        ("确认，但是少了一件", None),
    ],
)
def test_a_yes_in_several_words_confirms_and_a_mixed_one_does_not(text: str, action: str | None) -> None:
    context = Context("confirm", ("confirm:yes", "confirm:no"), ("确认退款", "先不退"))

    assert understand_now(text, "zh-CN", context).action == action


@given(st.text(max_size=300))
def test_no_text_raises_and_plain_writing_keeps_its_length(text: str) -> None:
    assert len(plainly(text)) == len(text)
    assert all(value for _, value in entities_in(text))


@pytest.mark.parametrize(
    ("text", "order_no"),
    [
        ("SHOP-0007 refund", "SHOP-0007"),
        ("毯子在路上的我不要了 QH-0012", "QH-0012"),
        ("the GTX-4090 is broken", None),
        ("my WH-1000XM4 won't charge", None),
        ("a mask against covid-19", None),
    ],
)
def test_a_serial_number_with_zeros_is_an_orders_and_a_model_is_not(text: str, order_no: str | None) -> None:
    assert find_order_no(text) == order_no


@pytest.mark.parametrize("text", ["order no SHOP-0041 pls refund", "order no. 55667788 refund please"])
def test_the_short_word_for_number_is_no_denial(text: str) -> None:
    assert not is_denied(text.lower())
    assert is_denied("no refund for 55667788")
