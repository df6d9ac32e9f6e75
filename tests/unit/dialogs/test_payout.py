"""How the money comes back: offers, the confirmation, and what is said once it is given."""

from dialogs.messages import OfferCard, RefundCard
from refund_core.cases import CaseState
from refund_core.orders import OrderStatus, Payment, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, delivered, line, order, parcel
from tests.unit.dialogs.talk import ORDER_NO, accept, at_offers, talk


def test_goods_that_arrived_are_sent_back_first() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:no_longer_wanted")
    accept(talked, "original_route")
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
    accept(talked, "original_route")
    assert "请把商品寄回" not in talked.texts()

    talked.tap("confirm:yes")

    assert "不需要再寄任何东西" in talked.texts()


def test_offers_show_what_each_is_worth_with_the_original_route_first() -> None:
    talked = at_offers()

    cards = [reply.card for reply in talked.replies() if isinstance(reply.card, OfferCard)]

    assert [(card.resolution, card.amount) for card in cards] == [
        ("original_route", 5900),
        ("balance", 6195),
        ("coupon", 6690),
    ]
    buttons = {len(reply.choices[:2]) for reply in talked.replies() if isinstance(reply.card, OfferCard)}
    assert buttons == {2}
    labels = [choice.label for reply in talked.replies() for choice in reply.choices]
    assert labels.count("都不合适") == 1


def test_a_resolution_said_in_words_takes_that_offer() -> None:
    talked = at_offers()

    talked.say("退到余额吧")

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert "店铺余额 ¥61.95" in talked.texts()


def test_several_payments_are_named_with_their_parts() -> None:
    payments = (
        Payment("p-1", "sandbox", 2000, 2000, paid_at=NOW - 2 * DAY, label="微信支付"),
        Payment("p-2", "sandbox", 1000, 1000, paid_at=NOW - DAY, label="支付宝"),
    )
    talked = talk(order(line("1", 1, 3000), payments=payments))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:no_longer_wanted")

    accept(talked, "original_route")

    assert "支付宝 ¥10.00、微信支付 ¥20.00" in talked.texts()
    talked.tap("confirm:yes")
    cards = [reply.card for reply in talked.replies() if isinstance(reply.card, RefundCard)]
    assert [(card.destination, card.amount) for card in cards] == [("支付宝", 1000), ("微信支付", 2000)]


def test_a_method_without_a_gateway_is_paid_by_finance_and_says_by_when() -> None:
    talked = talk(order(line("1", 1, 3000), payments=(Payment("p-1", "card", 3000, 3000),)))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:no_longer_wanted")
    accept(talked, "original_route")

    talked.tap("confirm:yes")

    assert talked.case().state is CaseState.AWAITING_FINANCE
    assert "由财务人工退款，预计 11月23日" in talked.texts()


def test_none_of_the_ways_is_offered_once_also_when_the_question_is_put_again() -> None:
    talked = at_offers()

    talked.say("嗯嗯那个")

    assert sum(action.endswith(":decline") for action in talked.actions()) == 1
    assert "都不合适" in [choice.label for reply in talked.replies() for choice in reply.choices]
