"""Money or other goods: a wish stays until plain words take it back, and every question is in its words."""
# ruff: noqa: E501  # words stay in one row

import pytest

from dialogs.nlu.wishes import may_wish_goods, wishes_money
from dialogs.texts.catalogue import say
from tests.unit.dialogs.talk import Talk
from tests.unit.dialogs.test_one_answer import two_orders


@pytest.mark.parametrize(
    "words",
    [
        "never mind, just refund me the money", "then refund it", "give me my money back instead", "那换不了就退吧",
        "不换了，退钱", "算了，还是退款吧", "forget the exchange and refund me", "no exchange, refund please", "还是退了吧",
    ],
)  # fmt: skip
def test_money_after_all(words: str) -> None:
    assert wishes_money(words)


@pytest.mark.parametrize(
    "words",
    [
        "不要退款了", "cancel my refund", "no refund please", "取消退款申请", "i don't want a refund", "换货吧", "exchange it",
        "不用退了，换货吧", "forget the refund", "别退款了",
    ],
)  # fmt: skip
def test_no_wish_for_money(words: str) -> None:
    assert not wishes_money(words)


@pytest.mark.parametrize(
    "words", ["不换了", "换不了就算了", "换成余额", "换个订单", "no exchange", "change to store balance"]
)
def test_no_wish_for_other_goods(words: str) -> None:
    assert not may_wish_goods(words)


def _exchange_at(*said: str) -> Talk:
    talked = two_orders()
    for text in ("the t-shirt is too big, exchange it please", *said):
        talked.say(text)
    return talked


@pytest.mark.parametrize(
    "said", ["then refund it", "never mind, just refund me the money", "那还是退钱吧", "不换了，退款"]
)
def test_plain_words_turn_an_exchange_into_a_refund(said: str) -> None:
    talked = _exchange_at()
    assert say("order.confirm.exchange", "en") in talked.texts()

    talked.say(said)

    slots = talked.state.slots
    assert (slots.remedy, slots.reason) == (None, "size_fit")
    assert say("order.confirm", talked.state.locale) in talked.texts()
    assert not talked.cases()


@pytest.mark.parametrize("said", ["how long does it take?", "运费谁出？", "is my parcel on the way?", "好像不太对"])
def test_a_wish_survives_a_side_question(said: str) -> None:
    talked = _exchange_at(said)

    assert talked.state.slots.remedy == "exchange"
    assert talked.state.slots.reason == "size_fit"


def test_a_wish_survives_another_order() -> None:
    talked = _exchange_at("not this one")

    talked.tap("order:20261101-0001")

    assert talked.state.slots.remedy == "exchange"
