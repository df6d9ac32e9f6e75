"""What happens in the world while nobody writes: time passes, parcels move, money arrives, a person takes over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from refund_core.case_answers import RefundAnswer, refund_answered, refund_sending
from refund_core.case_money import Rails, receive_return
from refund_core.cases import Moment, RefundCase, RefundState
from refund_core.orders import Order, OrderStatus, SettledBy, Shipment, ShipmentEvent, ShipmentStatus
from tests.conversations.worlds import Stage


def move(stage: Stage, what: str) -> None:
    """`3 days later`, `2 hours later`, or one of EVENTS."""
    if what.endswith(" later"):
        count, unit, _ = what.split()
        stage.now += timedelta(**{unit if unit.endswith("s") else f"{unit}s": int(count)})
        return
    EVENTS[what](stage)


def _altered(change: Callable[[Stage, Order], Order]) -> Callable[[Stage], None]:
    """The shop's system sends the newest order anew."""

    def alter(stage: Stage) -> None:
        till = max(stage.tills.values(), key=lambda it: it.order.placed_at)
        till.order, till.version = change(stage, till.order), till.version + 1

    return alter


def _shipped(stage: Stage, order: Order) -> Order:
    parcel = Shipment("SF900001", "sf", (), stage.now, None, (ShipmentEvent(stage.now, ShipmentStatus.IN_TRANSIT),))
    return replace(order, status=OrderStatus.SHIPPED, shipments=(parcel,))


def _cheaper(_: Stage, order: Order) -> Order:
    first = order.lines[0]
    return replace(order, lines=(replace(first, unit_price=max(0, first.unit_price - 500)), *order.lines[1:]))


def _agent_joins(stage: Stage) -> None:
    stage.state = replace(stage.state, holder="staff-1", epoch=stage.state.epoch + 1)


def _agent_leaves(stage: Stage) -> None:
    stage.state = replace(stage.state, holder="bot", epoch=stage.state.epoch + 1, waiting_since=None)


def _money_arrives(stage: Stage) -> None:
    case = _newest(stage)
    for refund in case.refunds:
        if refund.state is not RefundState.CREATED:
            continue
        case = stage.save(refund_sending(case, refund.refund_no, _moment(stage)))
        told = RefundAnswer(refund.refund_no, "succeeded", None, "g-1")
        case = stage.save(refund_answered(case, told, limits=stage.merchant.policy.limits, moment=_moment(stage)))


def _goods_arrive(stage: Stage) -> None:
    rails = Rails(stage.merchant.gateways, stage.merchant.policy.limits)
    stage.save(receive_return(_newest(stage), rails=rails, moment=_moment(stage)))


def _moment(stage: Stage) -> Moment:
    stage.turns += 1
    return Moment(stage.now, "system", stage.ids())


def _newest(stage: Stage) -> RefundCase:
    case = stage.newest()
    assert case is not None, "no case is there yet"
    return case


EVENTS: Mapping[str, Callable[[Stage], None]] = {
    "the order is shipped": _altered(_shipped),
    "the price is corrected": _altered(_cheaper),
    "the order moves to a platform": _altered(
        lambda _, order: replace(order, settled_by=SettledBy.PLATFORM, source="taobao")
    ),
    "a colleague takes over": _agent_joins,
    "the colleague gives back": _agent_leaves,
    "the money arrives": _money_arrives,
    "the goods arrive": _goods_arrive,
}
