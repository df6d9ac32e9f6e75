"""Haggling moves no sum: it is answered, kept with the case, and what was shown to be confirmed is chosen anew."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogs.nlu.asides import would_keep_goods
from dialogs.nlu.haggling import haggles, sum_haggled
from refund_core.cases import CaseState
from tests.unit.core.shop import line, order
from tests.unit.dialogs.talk import ORDER_NO, Talk, talk

HAGGLING = (
    "make it {}",
    "I want {} dollars",
    "能不能退{}块",
    "至少{}元",
    "{} off",
    "give me {}",
    "太少了",
    "more please",
)
KEEPING = ("{}% off and I keep it", "便宜{}块我就不退了", "give me {} back and I'll keep it", "退我{}我就留着")


def _offered() -> Talk:
    talked = talk(order(line("1", 1, 3000, title="白瓷茶杯")))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    assert talked.case().state is CaseState.OFFERED
    return talked


@given(
    said=st.lists(st.sampled_from((*HAGGLING, *KEEPING)), min_size=1, max_size=4),
    sums=st.integers(10, 99_999),
    is_at_confirmation=st.booleans(),
)
@example(said=["make it {}", "make it {}"], sums=30, is_at_confirmation=False)
@example(said=["{} off"], sums=30, is_at_confirmation=False)
@example(said=["{} off", "至少{}元"], sums=30, is_at_confirmation=True)
def test_no_haggling_changes_an_offer_or_pays(said: list[str], sums: int, *, is_at_confirmation: bool) -> None:
    talked = _offered()
    offers = talked.case().offers
    if is_at_confirmation:
        talked.tap(f"offer:{offers[0].offer_id}:accept")

    for words in said:
        talked.say(words.format(sums))

    assert talked.paid_out() == 0
    assert talked.case().state is CaseState.OFFERED
    assert talked.case().offers == offers
    assert talked.case().allocation.total.minor == 3000


def test_a_sum_that_is_not_on_offer_is_named_and_kept_with_the_case() -> None:
    talked = _offered()

    talked.say("能不能退25.5块")

    assert "¥25.50 不在可以选择的方式里" in talked.texts()
    assert talked.case().claim.note == "能不能退25.5块"
    assert talked.state.stack[-1].asking == "resolution"


def test_at_the_confirmation_the_ways_come_again_and_the_old_yes_counts_no_more() -> None:
    talked = _offered()
    talked.tap(f"offer:{talked.case().offers[0].offer_id}:accept")

    talked.say("make it 25")
    assert talked.state.stack[-1].asking == "resolution"
    talked.tap("confirm:yes")

    assert talked.case().state is CaseState.OFFERED
    assert talked.paid_out() == 0


def test_a_sum_that_is_on_offer_is_no_haggling() -> None:
    talked = _offered()

    talked.say("ok 30.00 is fine")

    assert talked.state.stack[-1].asking == "confirm"


@pytest.mark.parametrize("said", ["make it 30", "30 off", "至少30元", "give me 30"])
def test_the_sum_that_is_shown_is_asked_about_again(said: str) -> None:
    talked = _offered()
    talked.tap(f"offer:{talked.case().offers[0].offer_id}:accept")

    talked.say(said)

    assert talked.state.stack[-1].asking == "confirm"
    assert talked.case().state is CaseState.OFFERED


def test_the_sum_on_offer_with_another_way_to_have_it_is_the_choice_of_that_way() -> None:
    talked = _offered()
    talked.tap(f"offer:{talked.case().offers[0].offer_id}:accept")

    talked.say("可以退30元到余额")

    assert "余额" in talked.texts()


@pytest.mark.parametrize(
    ("said", "wished"),
    [
        ("make it 25", "25"), ("能不能退50", "50"), ("至少100块吧", "100"), ("i want 12.50", "12.50"), ("20 off", "20"),
        ("no, make it 2", None), ("要2个", None), ("不对，是两件", None), ("2", None), ("it took 30 days", None),
        ("退到20261118-1001", None), ("i want 20%", None),
    ],
)  # fmt: skip
def test_sums_are_told_from_counts_and_other_numbers(said: str, wished: str | None) -> None:
    assert sum_haggled(said) == wished


def test_haggling_is_told_from_choosing() -> None:
    assert all(
        haggles(it) for it in ("再便宜点", "太少了", "不够", "打个八折", "more please", "that's not enough", "20% off")
    )
    assert not any(
        haggles(it) for it in ("原路", "第二个", "no", "都不要", "more orders", "多久到账", "the second one")
    )


def test_keeping_for_less_is_told_from_returning() -> None:
    assert all(
        would_keep_goods(it)
        for it in (
            "20% off and i keep the mug", "便宜点我就不退了", "给我打个八折我就要了", "能不能给我优惠点，不然我退货",
            "knock 10 dollars off and i'll keep it", "give me 30 back and i keep it",
        )
    )  # fmt: skip
    assert not any(
        would_keep_goods(it)
        for it in (
            "i don't want to keep it, take it back", "打折买的，要退款", "买贵了，便宜了我要退货",
            "i got 20% off, return it", "keep me posted", "send it back and give me my money back",
        )
    )  # fmt: skip
