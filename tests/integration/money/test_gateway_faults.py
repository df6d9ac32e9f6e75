"""Whatever the gateway does, money moves at most once, and every refund ends or comes before a person."""

import asyncio

import pytest

from bot.effects import EffectsWorker
from bot.settlement import Poller, gateway_of, instruction_of
from connectors.payments.sandbox.faults import Fault, FaultKind
from refund_core.cases import CaseState, Refund, RefundState
from refund_core.orders import Payment
from tests.integration.money.rig import Rig
from tests.unit.core import shop as core

DONE = RefundState.SUCCEEDED


async def test_a_refund_is_paid_once_and_its_notice_settles_it(rig: Rig) -> None:
    case = await rig.shop.confirmed()

    await rig.work()
    await rig.notices.wait_for(1)

    paid = await rig.shop.case(case.case_no)
    assert (paid.state, paid.refunds[0].state) == (CaseState.REFUNDED, DONE)
    assert paid.refunds[0].gateway_refund_id
    assert rig.notices.taken == [204]
    assert await rig.moved() == 5900
    await rig.assert_books_are_right()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.LOST_ANSWER, times=3),
        Fault(FaultKind.TRUNCATED, times=3),
        Fault(FaultKind.SERVER_ERROR, times=3),
        Fault(FaultKind.RATE_LIMITED, value=30, times=2),
        Fault(FaultKind.SLOW, value=1.5, times=1),
        Fault(FaultKind.NO_NOTICE),
        Fault(FaultKind.FORGED_NOTICE),
        Fault(FaultKind.DUPLICATE_NOTICES, value=5),
        Fault(FaultKind.STALE_NOTICE, value=0),
    ],
    ids=lambda fault: fault.kind.value,
)
async def test_a_fault_that_passes_ends_in_one_payment(rig: Rig, fault: Fault) -> None:
    if fault.kind is FaultKind.SLOW:
        rig.lose_patience()
    await rig.faults(fault)
    case = await rig.shop.confirmed()

    paid = await rig.work_until(case, DONE)

    assert paid.state is CaseState.REFUNDED
    assert paid.refunds[0].refund_no == case.refunds[0].refund_no
    assert await rig.numbers() == [case.refunds[0].refund_no]
    assert await rig.moved() == 5900
    await rig.assert_books_are_right()


@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.TRUNCATED, FaultKind.SERVER_ERROR, FaultKind.SLOW])
async def test_an_unclear_answer_leaves_the_refund_pending_and_reserved(rig: Rig, kind: FaultKind) -> None:
    if kind is FaultKind.SLOW:
        rig.lose_patience()
    await rig.faults(Fault(kind, value=3), Fault(FaultKind.NO_NOTICE))
    case = await rig.shop.confirmed()

    await rig.work()

    unclear = (await rig.shop.case(case.case_no)).refunds[0]
    assert unclear.state is RefundState.PENDING
    assert await rig.shop.payments() == {"p-1": (0, 5900)}
    await rig.assert_books_are_right()


async def test_too_many_requests_are_repeated_no_sooner_than_the_gateway_says(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.RATE_LIMITED, value=120, times=1))
    case = await rig.shop.confirmed()
    await rig.work()

    rig.clock.move(seconds=110)
    await rig.work()
    assert await rig.numbers() == []

    rig.clock.move(seconds=15)
    await rig.work()
    assert await rig.numbers() == [case.refunds[0].refund_no]


@pytest.mark.parametrize("code", ["NOT_ENOUGH", "ACCOUNT_CLOSED"])
async def test_a_clear_refusal_fails_the_refund_and_calls_a_person(rig: Rig, code: str) -> None:
    await rig.faults(Fault(FaultKind.REFUSED, code=code))
    case = await rig.shop.confirmed()

    await rig.work()

    failed = await rig.shop.case(case.case_no)
    refund = failed.refunds[0]
    assert (failed.state, refund.state, refund.last_answer) == (CaseState.FAILED, RefundState.FAILED, code)
    assert refund.needs_person
    assert failed.handoff is not None
    assert await rig.shop.payments() == {"p-1": (0, 5900)}
    assert await rig.moved() == 0
    await rig.assert_books_are_right()


async def test_a_refund_paid_after_it_was_refused_is_found_without_a_notice(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.REFUSED, code="NOT_ENOUGH", times=1), Fault(FaultKind.NO_NOTICE))
    case = await rig.shop.confirmed()
    await rig.work()
    refused = await rig.shop.case(case.case_no)
    gateway = await gateway_of(rig.parts, rig.shop.merchant_id, refused.refunds[0])
    assert gateway is not None
    await gateway.refund(await instruction_of(rig.parts, rig.shop.merchant_id, refused, refused.refunds[0]))

    found = await rig.work_until(case, RefundState.SUCCEEDED)

    assert (refused.state, found.state) == (CaseState.FAILED, CaseState.REFUNDED)
    assert await rig.moved() == 5900
    await rig.assert_books_are_right()


async def test_a_refund_that_stays_pending_is_looked_up_until_a_person_must_see_to_it(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.PENDING, value=10_000))
    case = await rig.shop.confirmed()
    await rig.work()

    rig.clock.move(hours=25)
    await rig.due()

    unclear = await rig.shop.case(case.case_no)
    assert unclear.state is CaseState.REFUNDING
    assert (unclear.refunds[0].state, unclear.refunds[0].needs_person) == (RefundState.PENDING, True)
    assert await rig.numbers() == [case.refunds[0].refund_no]
    await rig.assert_books_are_right()


async def test_an_abnormal_refund_comes_before_a_person_and_keeps_its_reserve(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.ABNORMAL))
    case = await rig.shop.confirmed()

    await rig.work()

    refund = (await rig.shop.case(case.case_no)).refunds[0]
    assert (refund.state, refund.needs_person) == (RefundState.PENDING, True)
    assert await rig.shop.payments() == {"p-1": (0, 5900)}


async def test_a_refund_closed_later_gives_its_reserve_back_and_fails_the_case(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.CLOSED_LATER))
    case = await rig.shop.confirmed()

    closed = await rig.work_until(case, RefundState.CLOSED)

    assert closed.state is CaseState.FAILED
    assert await rig.shop.payments() == {"p-1": (0, 0)}
    assert await rig.shop.balances() == {}
    await rig.assert_books_are_right()


async def test_a_gateway_that_is_never_reached_ends_in_a_persons_queue_with_the_money_reserved(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.SERVER_ERROR))
    case = await rig.shop.confirmed()

    for _ in range(rig.parts.limits.tries_max):
        await rig.work()
        rig.clock.move(hours=1)

    refund = (await rig.shop.case(case.case_no)).refunds[0]
    assert (refund.state, refund.needs_person) == (RefundState.PENDING, True)
    assert [row[0] for row in await rig.shop.db.fetch("SELECT buried_at IS NOT NULL FROM outbox")] == [False]
    await rig.assert_books_are_right()


async def test_a_notice_over_another_amount_changes_no_money_and_calls_a_person(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.WRONG_AMOUNT_NOTICE))
    case = await rig.shop.confirmed()
    await rig.work()
    await rig.notices.wait_for(1)

    refund = (await rig.shop.case(case.case_no)).refunds[0]
    assert (refund.state, refund.needs_person) == (RefundState.PENDING, True)
    assert await rig.shop.payments() == {"p-1": (0, 5900)}


async def test_two_payments_of_one_order_are_paid_back_each_once(rig: Rig) -> None:
    order = core.order(
        order_no="two",
        payments=(Payment("p-a", "sandbox", 3000, 3000), Payment("p-b", "sandbox", 8800, 8800)),
    )
    await rig.shop.stock(order)
    await rig.faults(Fault(FaultKind.LOST_ANSWER, name="p-b", times=1))
    case = await rig.shop.confirmed(core.claim(("1", 2)), order_no="two")

    await rig.work()
    await rig.notices.wait_for(2)  # it settles in real time: minutes that pass before use up the look-ups
    paid = await _until_refunded(rig, case.case_no)

    assert {refund.payment_no: refund.amount.minor for refund in paid} == {"p-a": 3000, "p-b": 8800}
    assert await rig.moved() == 11800
    await rig.assert_books_are_right()


async def test_one_payment_for_two_orders_is_paid_back_for_both(rig: Rig) -> None:
    await rig.shop.stock(core.order(order_no="o-2"))
    both = [await rig.shop.confirmed(core.claim(("1", 2)), order_no=number) for number in ("20261101-0001", "o-2")]

    await rig.work()
    await rig.notices.wait_for(len(both))
    states = [(await rig.work_until(case, DONE)).state for case in both]

    assert states == [CaseState.REFUNDED] * 2
    assert {refund.payment_no for case in both for refund in case.refunds} == {"p-1"}
    assert await rig.moved() == sum(case.refunds[0].amount.minor for case in both)
    await rig.assert_books_are_right()


async def test_two_workers_at_once_pay_once(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.LOST_ANSWER, share=0.5))
    case = await rig.shop.confirmed()
    workers = [EffectsWorker(rig.another_process()) for _ in range(4)]

    for _ in range(12):
        await asyncio.gather(*(worker.drain() for worker in workers))
        rig.clock.move(minutes=20)

    assert await rig.numbers() == [case.refunds[0].refund_no]
    assert await rig.moved() == 5900
    await rig.assert_books_are_right()


async def _until_refunded(rig: Rig, case_no: str) -> tuple[Refund, ...]:
    for _ in range(20):
        await rig.work()
        await Poller(rig.parts).look()
        case = await rig.shop.case(case_no)
        if case.state is CaseState.REFUNDED:
            return case.refunds
        rig.clock.move(minutes=1)
    raise AssertionError("not refunded in time")
