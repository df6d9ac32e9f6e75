"""The confirmation: what it shows, what it takes to be believed, and what a yes at the wrong time does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.messages import RefundCard
from refund_core.cases import CaseState, Offer
from refund_core.claims import Resolution
from refund_core.money import Money
from refund_core.offers import OfferRules, OfferUse
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import MERCHANT, ORDER_NO, accept, at_offers, talk


def test_an_unshipped_order_is_refunded_after_four_taps_and_a_confirmation() -> None:
    talked = at_offers()
    accept(talked, "original_route")

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    talked.tap("confirm:yes")

    assert talked.case().state is CaseState.REFUNDING
    assert talked.paid_out() == 5900
    (reply,) = talked.replies()
    assert isinstance(reply.card, RefundCard)
    assert "¥59.00" in reply.text
    assert "通常几分钟内到账" in reply.text
    assert "已退款" not in reply.text


def test_the_confirmation_names_lines_amount_and_destination() -> None:
    talked = at_offers()

    accept(talked, "original_route")

    assert "Lamp 1 × 1：¥59.00" in talked.texts()
    assert "合计：¥59.00" in talked.texts()
    assert "原路退回（测试支付）" in talked.texts()


@pytest.mark.parametrize(
    ("resolution", "said"), [("balance", "已记入您的店铺余额"), ("coupon", "优惠券 ¥66.90 已发放")]
)
def test_balance_and_coupon_are_given_at_once_after_the_confirmation(resolution: str, said: str) -> None:
    talked = at_offers()
    accept(talked, resolution)

    talked.tap("confirm:yes")

    case = talked.case()
    assert case.state is CaseState.COMPENSATED
    assert case.consent is not None
    assert case.consent.chosen == resolution
    assert said in talked.texts()


def test_a_single_way_goes_straight_to_the_confirmation() -> None:
    talked = at_offers(merchant=replace(MERCHANT, offer_rules=OfferRules()))

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert talked.paid_out() == 0


@pytest.mark.parametrize(("said", "resolution"), [("1", "¥59.00"), ("第二个", "店铺余额"), ("third", "a coupon")])
def test_a_typed_number_counts_the_offers_alone(said: str, resolution: str) -> None:
    talked = at_offers()

    talked.say(said)

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert resolution in talked.texts()


def test_the_offers_put_again_have_each_way_once_and_one_refusal() -> None:
    talked = at_offers()

    talked.say("asdf")

    assert sum(action.endswith(":accept") for action in talked.actions()) == 3
    assert sum(action.endswith(":decline") for action in talked.actions()) == 1


def test_no_to_the_confirmation_pays_nothing_and_leaves_ways_on() -> None:
    talked = at_offers()
    accept(talked, "original_route")

    talked.tap("confirm:no")

    case = talked.case()
    assert case.state is CaseState.OFFERED
    assert talked.actions() == ["back", f"withdraw:{case.case_no}", "human"]
    talked.tap("back")
    assert sum(action.endswith(":accept") for action in talked.actions()) == 3


@pytest.mark.parametrize("said", ["withdraw", "withdraw my request", "Cancel my request please", "撤销申请"])
def test_a_withdrawal_at_the_confirmation_ends_the_case(said: str) -> None:
    talked = at_offers()
    accept(talked, "original_route")

    talked.say(said)

    assert talked.case().state is CaseState.WITHDRAWN
    assert talked.state.stack == ()


@pytest.mark.parametrize("said", ["withdraw", "withdraw my request", "cancel my request"])
def test_a_withdrawal_at_the_question_why_leaves_the_talk(said: str) -> None:
    talked = talk(order(line("1", 1, 5900)))
    talked.tap(f"order:{ORDER_NO}")

    talked.say(said)

    assert talked.state.stack == ()
    assert not talked.cases()


def test_a_gift_that_was_kept_is_named_with_the_way_to_avoid_the_deduction() -> None:
    goods = (line("1", 1, 9900), line("2", 1, 0, gift_of="1", gift_value=1900))
    talked = talk(delivered(NOW - DAY, *goods))
    for action in (f"order:{ORDER_NO}", "line:1*1", "reason:no_longer_wanted"):
        talked.tap(action)

    assert "赠品未退回，扣减：−¥19.00（返回后把赠品一起选上退回，就不扣减）" in talked.texts()


def test_a_gift_that_was_not_shipped_is_not_deducted() -> None:
    talked = talk(order(line("1", 1, 9900), line("2", 1, 0, gift_of="1", gift_value=1900)))
    for action in (f"order:{ORDER_NO}", "line:1*1", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "original_route")

    assert "合计：¥99.00" in talked.texts()
    assert "赠品" not in talked.texts()


def test_an_offer_that_the_case_does_not_have_is_not_declined() -> None:
    talked = at_offers()

    talked.tap("offer:O-OTHER:decline")

    assert "已经失效" in talked.texts()
    assert talked.state.stack[-1].asking == "resolution"
    talked.tap(f"offer:{talked.case().offers[0].offer_id}:decline")
    assert talked.state.stack[-1].asking == "declined"


def test_an_amount_that_changed_meanwhile_is_shown_again_before_anything_is_paid() -> None:
    talked = at_offers()
    accept(talked, "original_route")
    case = talked.case()
    cheaper = replace(case.offers[0], amount=replace(case.offers[0].amount, minor=4900))
    talked.put(replace(case, offers=(cheaper, *case.offers[1:])))

    talked.tap("confirm:yes")

    assert talked.paid_out() == 0
    assert "没有提交。请重新选择" in talked.texts()
    talked.tap("confirm:yes")
    assert talked.paid_out() == 0


def test_a_confirmation_is_not_taken_before_anything_was_shown() -> None:
    talked = at_offers()

    talked.tap("confirm:yes")

    assert talked.paid_out() == 0
    assert talked.case().state is CaseState.OFFERED


def test_the_same_confirmation_again_tells_the_state_and_pays_nothing_more() -> None:
    talked = at_offers()
    accept(talked, "original_route")
    talked.tap("confirm:yes")

    talked.tap("confirm:yes")

    assert talked.paid_out() == 5900
    assert "退款处理中" in talked.texts()


def test_a_part_offered_by_staff_while_the_goods_stay_is_confirmed_with_its_own_amount() -> None:
    talked = at_offers()
    case = talked.case()
    part = Offer("O-part", Resolution.KEEP_ITEM_PARTIAL, Money(2000, "CNY"), Money(0, "CNY"), case.offers[0].expires_at)
    talked.put(replace(case, offers=(case.offers[0], part)))
    talked.tap("offer:O-part:accept")
    assert "Lamp 1（部分退款，商品留下）：¥20.00" in talked.texts()
    assert "合计：¥20.00" in talked.texts()

    talked.tap("confirm:yes")

    assert talked.paid_out() == 2000
    assert talked.case().state is CaseState.REFUNDING


def test_a_bonus_that_ran_out_meanwhile_is_not_given_and_the_other_ways_are_shown() -> None:
    talked = at_offers()
    accept(talked, "balance")
    talked.offer_use = OfferUse(bonus_minor_month=2_000_000)

    talked.tap("confirm:yes")

    assert talked.paid_out() == 0
    assert "刚刚用完" in talked.texts()
    assert talked.case().state is CaseState.OFFERED
    assert not any("balance" in str(reply.card) for reply in talked.replies())


def test_offers_that_have_expired_are_not_paid_and_a_new_request_starts_over() -> None:
    talked = at_offers()
    accept(talked, "original_route")
    talked.now += timedelta(days=10)
    talked.tap("confirm:yes")
    assert "过期" in talked.texts()
    assert talked.paid_out() == 0

    talked.tap(f"order:{ORDER_NO}")

    assert talked.case().state is CaseState.WITHDRAWN
    assert "reason:no_longer_wanted" in talked.actions()


def test_asking_again_for_an_order_with_open_offers_shows_them_again() -> None:
    talked = at_offers()
    talked.tap("start:refund")

    talked.tap(f"order:{ORDER_NO}")

    assert any(action.endswith(":accept") for action in talked.actions())
    assert len(talked.cases()) == 1


def test_the_whole_talk_goes_in_english() -> None:
    talked = talk(order(line("1", 1, 5900)), locale="en")
    for message in ("I want a refund", "yes", "changed my mind"):
        talked.say(message)
    accept(talked, "original_route")

    talked.say("yes")

    assert talked.case().state is CaseState.REFUNDING
    assert "Your refund of CN¥59.00" in talked.texts()
