"""An offer is taken by its sum or by agreeing to the only one; that shows the confirmation, and nothing confirms it."""

import pytest

from tests.unit.dialogs.talk import Talk, at_offers


def _asking(talked: Talk) -> str | None:
    return talked.state.stack[-1].asking if talked.state.stack else None


def _sums(talked: Talk) -> dict[str, str]:
    return {offer.resolution.value: f"{offer.amount.minor / 100:.2f}" for offer in talked.case().offers}


@pytest.mark.parametrize("resolution", ["original_route", "balance", "coupon"])
@pytest.mark.parametrize(
    "said", ["{0}就{0}吧", "{0}块行", "好吧，{0}", "{0}那个吧", "ok, {0} is fine", "I'll take the {0} one"]
)
def test_a_sum_takes_the_offer_of_that_worth_to_the_confirmation(said: str, resolution: str) -> None:
    talked = at_offers()
    offer = next(it for it in talked.case().offers if it.resolution == resolution)

    talked.say(said.format(_sums(talked)[resolution]))

    assert _asking(talked) == "confirm"
    assert talked.state.slots.offer_id == offer.offer_id
    assert talked.paid_out() == 0


@pytest.mark.parametrize("again", ["59就59吧", "59 is fine", "ok deal", "成交"])
def test_the_same_words_confirm_nothing(again: str) -> None:
    talked = at_offers()
    talked.say("59就59吧")
    assert _asking(talked) == "confirm"

    talked.say(again)

    assert talked.paid_out() == 0
    assert talked.case().consent is None


@pytest.mark.parametrize("said", ["20就20吧", "20块行", "$20 is fine", "ok deal", "成交", "行吧就这个"])
def test_what_fits_no_offer_or_several_asks_for_the_choice(said: str) -> None:
    talked = at_offers()

    talked.say(said)

    assert _asking(talked) == "resolution"
    assert talked.state.misses == 0
    assert len([it for it in talked.actions() if it.endswith(":accept")]) == 3


@pytest.mark.parametrize("said", ["59块太少了", "59 is not fine", "就59？", "59 is fine?", "不要59", "not 59"])
def test_a_sum_that_is_haggled_over_denied_or_asked_about_takes_nothing(said: str) -> None:
    talked = at_offers()

    talked.say(said)

    assert _asking(talked) != "confirm"
    assert talked.paid_out() == 0


@pytest.mark.parametrize("said", ["2", "2吧", "第二个"])
def test_a_small_number_is_still_the_place_in_the_list(said: str) -> None:
    talked = at_offers()

    talked.say(said)

    chosen = next(it for it in talked.case().offers if it.offer_id == talked.state.slots.offer_id)
    assert chosen.resolution == "balance"
