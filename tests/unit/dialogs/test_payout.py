"""How the money comes back: offers, the confirmation, and what is said once it is given."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.messages import OfferCard, RefundCard
from refund_core.cases import CaseState
from refund_core.offers import OfferRules
from refund_core.orders import OrderStatus, Payment, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, delivered, line, order, parcel
from tests.unit.dialogs.talk import MERCHANT, Talk, talk

ORDER_NO = "20261101-0001"


def _at_offers(**more: object) -> Talk:
    talked = talk(order(line("1", 1, 5900)), **more)
    for action in ("start:refund", f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    return talked


def _accept(talked: Talk, resolution: str) -> None:
    offer = next(offer for offer in talked.case().offers if offer.resolution == resolution)
    talked.tap(f"offer:{offer.offer_id}:accept")


def test_an_unshipped_order_is_refunded_after_four_taps_and_a_confirmation() -> None:
    talked = _at_offers()
    _accept(talked, "original_route")

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
    talked = _at_offers()

    _accept(talked, "original_route")

    assert "Lamp 1 × 1：¥59.00" in talked.texts()
    assert "合计：¥59.00" in talked.texts()
    assert "原路退回（测试支付）" in talked.texts()


def test_goods_that_arrived_are_sent_back_first() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:no_longer_wanted")
    _accept(talked, "original_route")
    assert "寄回" in talked.texts()

    talked.tap("confirm:yes")

    assert talked.case().state is CaseState.AWAITING_RETURN
    assert "运费由您承担" in talked.texts()


def test_a_parcel_on_its_way_back_needs_nothing_sent() -> None:
    refused = parcel(ShipmentStatus.REFUSED, NOW - DAY)
    talked = talk(order(line("1", 1, 3000), status=OrderStatus.SHIPPED, shipments=(refused,)))
    talked.tap(f"order:{ORDER_NO}")
    assert talked.actions()[0] == "reason:refused_delivery"
    talked.tap("reason:refused_delivery")
    _accept(talked, "original_route")
    assert "请把商品寄回" not in talked.texts()

    talked.tap("confirm:yes")

    assert "不需要再寄任何东西" in talked.texts()


@pytest.mark.parametrize(
    ("resolution", "said"), [("balance", "已记入您的店铺余额"), ("coupon", "优惠券 ¥66.90 已发放")]
)
def test_balance_and_coupon_are_given_at_once_after_the_confirmation(resolution: str, said: str) -> None:
    talked = _at_offers()
    _accept(talked, resolution)

    talked.tap("confirm:yes")

    case = talked.case()
    assert case.state is CaseState.COMPENSATED
    assert case.consent is not None
    assert case.consent.chosen == resolution
    assert said in talked.texts()


def test_offers_show_what_each_is_worth_with_the_original_route_first() -> None:
    talked = _at_offers()

    cards = [reply.card for reply in talked.replies() if isinstance(reply.card, OfferCard)]

    assert [(card.resolution, card.amount) for card in cards] == [
        ("original_route", 5900),
        ("balance", 6195),
        ("coupon", 6690),
    ]
    buttons = {len(reply.choices[:2]) for reply in talked.replies() if isinstance(reply.card, OfferCard)}
    assert buttons == {2}


def test_a_single_way_goes_straight_to_the_confirmation() -> None:
    talked = _at_offers(merchant=replace(MERCHANT, offer_rules=OfferRules()))

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert talked.paid_out() == 0


@pytest.mark.parametrize(("said", "resolution"), [("1", "¥59.00"), ("第二个", "店铺余额"), ("third", "a coupon")])
def test_a_typed_number_counts_the_offers_alone(said: str, resolution: str) -> None:
    talked = _at_offers()

    talked.say(said)

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert resolution in talked.texts()


def test_the_offers_put_again_have_each_way_once_and_one_refusal() -> None:
    talked = _at_offers()

    talked.say("asdf")

    assert sum(action.endswith(":accept") for action in talked.actions()) == 3
    assert sum(action.endswith(":decline") for action in talked.actions()) == 1


def test_a_resolution_said_in_words_takes_that_offer() -> None:
    talked = _at_offers()

    talked.say("退到余额吧")

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert "店铺余额 ¥61.95" in talked.texts()


def test_no_to_the_confirmation_pays_nothing_and_leaves_ways_on() -> None:
    talked = _at_offers()
    _accept(talked, "original_route")

    talked.tap("confirm:no")

    case = talked.case()
    assert case.state is CaseState.OFFERED
    assert talked.actions() == ["back", f"withdraw:{case.case_no}", "human"]
    talked.tap("back")
    assert sum(action.endswith(":accept") for action in talked.actions()) == 3


def test_an_amount_that_changed_meanwhile_is_shown_again_before_anything_is_paid() -> None:
    talked = _at_offers()
    _accept(talked, "original_route")
    case = talked.case()
    cheaper = replace(case.offers[0], amount=replace(case.offers[0].amount, minor=4900))
    talked.put(replace(case, offers=(cheaper, *case.offers[1:])))

    talked.tap("confirm:yes")

    assert talked.paid_out() == 0
    assert "请重新确认" in talked.texts()
    assert talked.actions() == ["confirm:yes", "confirm:no"]


def test_a_confirmation_is_not_taken_before_anything_was_shown() -> None:
    talked = _at_offers()

    talked.tap("confirm:yes")

    assert talked.paid_out() == 0
    assert talked.case().state is CaseState.OFFERED


def test_the_same_confirmation_again_tells_the_state_and_pays_nothing_more() -> None:
    talked = _at_offers()
    _accept(talked, "original_route")
    talked.tap("confirm:yes")

    talked.tap("confirm:yes")

    assert talked.paid_out() == 5900
    assert "退款处理中" in talked.texts()


def test_offers_that_have_expired_are_not_paid_and_a_new_request_starts_over() -> None:
    talked = _at_offers()
    _accept(talked, "original_route")
    talked.now += timedelta(days=10)
    talked.tap("confirm:yes")
    assert "过期" in talked.texts()
    assert talked.paid_out() == 0

    talked.tap(f"order:{ORDER_NO}")

    assert talked.case().state is CaseState.WITHDRAWN
    assert "reason:no_longer_wanted" in talked.actions()


def test_asking_again_for_an_order_with_open_offers_shows_them_again() -> None:
    talked = _at_offers()
    talked.tap("start:refund")

    talked.tap(f"order:{ORDER_NO}")

    assert any(action.endswith(":accept") for action in talked.actions())
    assert len(talked.cases()) == 1


def test_several_payments_are_named_with_their_parts() -> None:
    payments = (
        Payment("p-1", "sandbox", 2000, 2000, paid_at=NOW - 2 * DAY, label="微信支付"),
        Payment("p-2", "sandbox", 1000, 1000, paid_at=NOW - DAY, label="支付宝"),
    )
    talked = talk(order(line("1", 1, 3000), payments=payments))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:no_longer_wanted")

    _accept(talked, "original_route")

    assert "支付宝 ¥10.00、微信支付 ¥20.00" in talked.texts()
    talked.tap("confirm:yes")
    cards = [reply.card for reply in talked.replies() if isinstance(reply.card, RefundCard)]
    assert [(card.destination, card.amount) for card in cards] == [("支付宝", 1000), ("微信支付", 2000)]


def test_a_method_without_a_gateway_is_paid_by_finance_and_says_by_when() -> None:
    talked = talk(order(line("1", 1, 3000), payments=(Payment("p-1", "card", 3000, 3000),)))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:no_longer_wanted")
    _accept(talked, "original_route")

    talked.tap("confirm:yes")

    assert talked.case().state is CaseState.AWAITING_FINANCE
    assert "由财务人工退款，预计 11月23日" in talked.texts()


def test_the_whole_talk_goes_in_english() -> None:
    talked = talk(order(line("1", 1, 5900)), locale="en")
    for message in ("I want a refund", "yes", "changed my mind"):
        talked.say(message)
    _accept(talked, "original_route")

    talked.say("yes")

    assert talked.case().state is CaseState.REFUNDING
    assert "Your refund of CN¥59.00" in talked.texts()
