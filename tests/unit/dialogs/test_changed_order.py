"""An order that changes between the offers and the yes: nothing is paid before it was asked again."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from refund_core.cases import CaseState
from refund_core.claims import Remedy
from refund_core.orders import Order, OrderStatus, SettledBy, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, line, order, parcel
from tests.unit.dialogs.talk import ORDER_NO, Talk, accept, at_offers, talk

CHANGES: tuple[Callable[[Order], Order], ...] = (
    lambda it: replace(it, status=OrderStatus.SHIPPED, shipments=(parcel(ShipmentStatus.IN_TRANSIT, NOW),)),
    lambda it: replace(it, settled_by=SettledBy.PLATFORM, source="taobao"),
    lambda it: replace(it, lines=(replace(it.lines[0], unit_price=4900),)),
    lambda it: replace(it, lines=()),
)


def _changes(talked: Talk, change: Callable[[Order], Order]) -> None:
    """The shop's system sends the order anew."""
    till = talked.tills[ORDER_NO]
    till.order, till.version = change(till.order), till.version + 1


@pytest.mark.parametrize("change", CHANGES)
def test_a_yes_to_an_order_that_changed_meanwhile_pays_nothing_and_asks_again(change: Callable[[Order], Order]) -> None:
    talked = at_offers()
    accept(talked, "original_route")
    _changes(talked, change)

    talked.tap("confirm:yes")

    assert talked.paid_out() == 0
    assert "订单的情况和刚才不一样了" in talked.texts()
    assert talked.case().state is CaseState.WITHDRAWN
    talked.tap("confirm:yes")
    assert talked.paid_out() == 0


@pytest.mark.parametrize("change", CHANGES[:3])
def test_an_offer_taken_of_an_order_that_changed_meanwhile_is_not_confirmed(change: Callable[[Order], Order]) -> None:
    talked = at_offers()
    _changes(talked, change)

    accept(talked, "original_route")

    assert "confirm:yes" not in talked.actions()
    assert talked.paid_out() == 0


def test_what_changed_is_decided_as_it_stands_now_once_the_reason_is_confirmed() -> None:
    talked = at_offers()
    accept(talked, "original_route")
    _changes(talked, CHANGES[0])
    talked.tap("confirm:yes")
    assert talked.actions()[0] == "reason:no_longer_wanted"

    talked.say("是的")

    newest = max(talked.cases(), key=lambda case: case.created_at)
    assert newest.state is CaseState.UNDER_REVIEW
    assert newest.decision.rule == "on_the_way"


def test_an_order_sent_anew_without_a_change_keeps_its_confirmation() -> None:
    talked = at_offers()
    accept(talked, "original_route")
    _changes(talked, lambda it: replace(it, placed_at=it.placed_at))

    talked.tap("confirm:yes")

    assert talked.paid_out() == 5900


def test_offers_taken_up_in_another_talk_are_checked_too() -> None:
    talked = at_offers()
    talked.state = replace(talked.state, stack=(), asked=None, slots=type(talked.state.slots)())
    _changes(talked, CHANGES[0])
    talked.tap(f"order:{ORDER_NO}")

    accept(talked, "original_route")

    assert "订单的情况和刚才不一样了" in talked.texts()
    assert talked.paid_out() == 0


def test_a_parcel_delivered_meanwhile_has_to_come_back_first() -> None:
    shipped = order(line("1", 1, 5900))
    talked = talk(shipped)
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "original_route")
    arrived = parcel(ShipmentStatus.DELIVERED, NOW - DAY)
    _changes(talked, lambda it: replace(it, status=OrderStatus.DELIVERED, shipments=(arrived,)))
    talked.tap("confirm:yes")

    talked.tap("reason:no_longer_wanted")

    newest = max(talked.cases(), key=lambda case: case.created_at)
    assert newest.decision.remedy is Remedy.RETURN_REFUND
    assert talked.paid_out() == 0


def test_another_price_of_goods_that_are_not_claimed_asks_again() -> None:
    talked = talk(order(line("1", 1, 3000), line("2", 1, 9000)))
    for action in (f"order:{ORDER_NO}", "line:2*1", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "original_route")
    till = talked.tills[ORDER_NO]
    first, second = till.order.lines
    till.order, till.version = replace(till.order, lines=(replace(first, unit_price=2500), second)), till.version + 1

    talked.tap("confirm:yes")

    assert talked.paid_out() == 0
    assert talked.state.stack[-1].asking == "resolution"
