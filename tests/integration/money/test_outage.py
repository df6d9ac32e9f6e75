"""A gateway that is away for long, or answers for another refund: nothing is lost, and a person knows."""

from dataclasses import dataclass, replace
from datetime import timedelta

from connectors.payments.gateway import GatewayRefund, GatewayState, PaymentGateway, RefundInstruction
from connectors.payments.sandbox.faults import Fault, FaultKind
from refund_core.cases import CaseState, RefundState
from tests.integration.money.rig import Rig
from tests.unit.core import shop as core


async def test_a_refund_that_waited_out_a_night_without_its_gateway_is_paid_once_when_it_is_back(rig: Rig) -> None:
    for fault in (FaultKind.SERVER_ERROR, FaultKind.RATE_LIMITED):
        await rig.shop.stock(core.order(order_no=fault.value))
        await rig.faults(Fault(fault))
        case = await rig.shop.confirmed(order_no=fault.value)
        for _ in range(12 * 6):
            await rig.work()
            rig.clock.move(minutes=10)
        waiting = (await rig.shop.case(case.case_no)).refunds[0]
        assert (waiting.state, waiting.needs_person) == (RefundState.PENDING, True)

        await rig.faults(Fault(FaultKind.NO_NOTICE))
        paid = await rig.work_until(case, RefundState.SUCCEEDED)

        assert (paid.state, paid.refunds[0].needs_person) == (CaseState.REFUNDED, False)
    assert await rig.moved() == 2 * 5900
    await rig.assert_books_are_right()


async def test_a_gateway_that_stays_away_for_days_is_asked_no_more(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.SERVER_ERROR))
    case = await rig.shop.confirmed()
    for _ in range(rig.parts.limits.tries_max):
        await rig.work()
        rig.clock.move(minutes=20)

    rig.clock.time += timedelta(hours=rig.parts.limits.sending_hours_max)
    await rig.work()

    assert [row[0] for row in await rig.shop.db.fetch("SELECT buried_at IS NOT NULL FROM outbox")] == [True]
    refund = (await rig.shop.case(case.case_no)).refunds[0]
    assert (refund.state, refund.needs_person) == (RefundState.PENDING, True)


async def test_a_refund_whose_case_cannot_be_read_is_buried_and_no_more_tried(rig: Rig) -> None:
    case = await rig.shop.confirmed()
    await rig.shop.db.execute("UPDATE refund_case SET document = '{}' WHERE case_no = $1", case.case_no)

    for _ in range(rig.parts.limits.tries_max):
        await rig.work()
        rig.clock.move(hours=1)

    assert [row[0] for row in await rig.shop.db.fetch("SELECT buried_at IS NOT NULL FROM outbox")] == [True]
    assert await rig.numbers() == []


async def test_an_answer_for_another_refund_settles_neither(rig: Rig) -> None:
    await rig.shop.stock(core.order(order_no="o-2"))
    other = await rig.shop.confirmed(order_no="o-2")
    await rig.shop.db.execute("UPDATE outbox SET done_at = created_at")
    case = await rig.shop.confirmed()
    gateways = rig.parts.gateways
    honest = gateways.of(rig.shop.slug, "sandbox")
    assert honest is not None
    key = (rig.shop.slug, "sandbox")
    confused: PaymentGateway = Confused(honest, other.refunds[0].refund_no)  # type: ignore[assignment]  # it sends no notices
    gateways._open[key] = confused

    await rig.work()

    assert (await rig.shop.case(other.case_no)).refunds[0].state is RefundState.CREATED
    assert (await rig.shop.case(case.case_no)).refunds[0].state is RefundState.PENDING
    gateways._open[key] = honest
    assert (await rig.work_until(case, RefundState.SUCCEEDED)).state is CaseState.REFUNDED
    assert (await rig.shop.case(other.case_no)).refunds[0].state is RefundState.CREATED


@dataclass(frozen=True)
class Confused:
    """A gateway that answers every question with another refund's number."""

    honest: PaymentGateway
    other_no: str

    async def refund(self, instruction: RefundInstruction) -> GatewayRefund:
        """Paid, it says, but another one."""
        return GatewayRefund(self.other_no, "g-1", GatewayState.SUCCEEDED, instruction.amount, "SUCCESS")

    async def look_up(self, instruction: RefundInstruction) -> GatewayRefund | None:
        """The same."""
        return replace(await self.refund(instruction), gateway_refund_id="g-2")

    async def close(self) -> None:
        """It has no connections of its own."""
