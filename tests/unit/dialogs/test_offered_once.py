"""What may be had in place of money (faster delivery, an exchange, a new parcel) is offered once a case."""

import pytest

from refund_core.cases import CaseState
from refund_core.orders import OrderStatus, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, delivered, line, order, parcel
from tests.unit.dialogs.talk import ORDER_NO, Talk, accept, talk


def _late() -> Talk:
    return talk(order(line("1", 1, 3000), placed_at=NOW - 9 * DAY, promised_ship_at=NOW - 2 * DAY))


def _at_offers(reason: str) -> Talk:
    if reason == "late_shipping":
        talked = _late()
    elif reason == "not_received":
        lost = parcel(ShipmentStatus.LOST, NOW - DAY)
        talked = talk(order(line("1", 1, 3000), shipments=(lost,), status=OrderStatus.SHIPPED))
    else:
        talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap(f"reason:{reason}")
    if talked.state.stack[-1].asking == "evidence":
        talked.shows("a-1")
        talked.tap("evidence:skip")
    return talked


def _instead(talked: Talk) -> list[str]:
    return [action for action in talked.actions() if action.startswith("remedy:")]


@pytest.mark.parametrize(
    ("reason", "instead"),
    [
        ("late_shipping", "remedy:expedite"),
        ("not_received", "remedy:reship"),
        ("damaged", "remedy:exchange"),
        ("missing_item", "remedy:reship"),
        ("size_fit", "remedy:exchange"),
    ],
)
@pytest.mark.parametrize("again", ["back", "words", "question", "declined", "order"])
def test_it_is_not_offered_again(reason: str, instead: str, again: str) -> None:
    talked = _at_offers(reason)
    assert _instead(talked) == [instead]

    match again:
        case "back":
            accept(talked, "original_route")
            talked.tap("confirm:no")
            talked.tap("back")
        case "words":
            talked.say("嗯嗯那个")
        case "question":
            talked.say("运费谁出？")
        case "declined":
            talked.tap(talked.action(f"offer:{talked.case().offers[-1].offer_id}:decline"))
            talked.say("我要退款")
        case _:
            talked.tap("cancel") if talked.case().state is CaseState.WITHDRAWN else talked.tap(f"order:{ORDER_NO}")

    assert _instead(talked) == []


@pytest.mark.parametrize(("reason", "said"), [("damaged", "换货"), ("size_fit", "可以帮我换一件吗")])
def test_it_can_still_be_wished_for_in_words(reason: str, said: str) -> None:
    talked = _at_offers(reason)
    accept(talked, "original_route")
    talked.tap("confirm:no")

    talked.say(said)

    assert talked.case().state is CaseState.UNDER_REVIEW
    assert talked.case().wish == "exchange"


def test_faster_delivery_shown_with_the_tracking_is_not_offered_again_with_the_ways_of_paying() -> None:
    talked = _late()
    talked.say("我的货怎么还没发")
    assert _instead(talked) == ["remedy:expedite"]

    talked.tap(f"order:{ORDER_NO}")

    assert talked.state.stack[-1].asking == "resolution"
    assert _instead(talked) == []


def test_it_is_not_offered_again_when_the_claim_is_changed() -> None:
    talked = _at_offers("damaged")

    talked.say("不对，是尺码不合适")

    (case,) = [case for case in talked.cases() if case.state is CaseState.OFFERED]
    assert case.claim.reason == "size_fit"
    assert _instead(talked) == []
