"""The outbox's worker: it is fenced, it can be stopped anywhere, and it says nothing while a person speaks."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from bot.effects import EffectsWorker
from bot.timers import Timers
from connectors.payments.sandbox.faults import Fault, FaultKind
from refund_core.case_customer import hand_over
from refund_core.case_due import due_passed
from refund_core.cases import CaseState, Effect, RefundState
from storage import outbox
from storage.conversation_store import NewConversation, open_conversation
from storage.ids import new_id
from storage.message_store import read_messages
from tests.integration.money.rig import Rig
from tests.integration.money.shop import confirming, moment, opening
from tests.unit.core import shop as core


@pytest.fixture
async def conversation(rig: Rig) -> UUID:
    wanted = NewConversation("web", "c-1001", "en")
    return await open_conversation(rig.shop.db, rig.shop.merchant_id, wanted, now=core.NOW)


async def test_a_worker_stopped_past_its_lease_pays_nothing_twice(rig: Rig) -> None:
    case = await rig.shop.confirmed()
    (stopped,) = await outbox.claim(rig.shop.db, ["gateway.refund"], limit=1, lease_seconds=40, now=rig.clock.now())
    rig.clock.move(minutes=1)
    await rig.work()

    await EffectsWorker(rig.parts).do(stopped)

    assert await rig.numbers() == [case.refunds[0].refund_no]
    assert await rig.moved() == 5900
    assert (await rig.shop.case(case.case_no)).refunds[0].attempts == 1
    await rig.assert_books_are_right()


async def test_a_call_cancelled_halfway_is_looked_up_and_not_paid_again(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.SLOW, value=5, times=1), Fault(FaultKind.NO_NOTICE))
    case = await rig.shop.confirmed()
    (row,) = await outbox.claim(rig.shop.db, ["gateway.refund"], limit=1, lease_seconds=40, now=rig.clock.now())
    task = asyncio.create_task(EffectsWorker(rig.parts).do(row))
    while (await rig.shop.case(case.case_no)).refunds[0].state is RefundState.CREATED:  # noqa: ASYNC110 - a row's state
        await asyncio.sleep(0)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (await rig.shop.case(case.case_no)).refunds[0].state is RefundState.SENDING
    paid = await rig.work_until(case, RefundState.SUCCEEDED)

    assert paid.state is CaseState.REFUNDED
    assert await rig.moved() == 5900
    await rig.assert_books_are_right()


async def test_a_refund_without_a_gateway_is_buried_before_a_person(rig: Rig) -> None:
    case = await rig.shop.confirmed()
    parts = replace(rig.parts, gateways=replace(rig.parts.gateways, sandbox_url=None))

    await EffectsWorker(parts).drain()

    refund = (await rig.shop.case(case.case_no)).refunds[0]
    assert refund.needs_person
    assert await rig.numbers() == []


async def test_a_case_that_a_person_took_meanwhile_sends_nothing(rig: Rig) -> None:
    case = await rig.shop.confirmed()
    await rig.shop.db.execute(
        "UPDATE refund_case SET state = 'under_review', document = jsonb_set(document, '{state}', '\"under_review\"')"
    )

    await rig.work()

    assert (await rig.shop.case(case.case_no)).refunds[0].state is RefundState.CREATED
    assert await rig.numbers() == []


async def test_the_consumer_is_told_when_the_money_is_on_its_way_back(rig: Rig, conversation: UUID) -> None:
    await _confirmed_in(rig, conversation)

    await rig.work()
    await rig.notices.wait_for(1)
    await rig.work()

    said = await read_messages(rig.shop.db, rig.shop.merchant_id, conversation, after=0)
    assert len(said) == 1
    assert b"Refunded" in said[0].body
    assert b"59.00" in said[0].body


async def test_no_notice_comes_while_a_person_holds_the_conversation_and_one_after(
    rig: Rig, conversation: UUID
) -> None:
    await _confirmed_in(rig, conversation)
    await _hold(rig, conversation, "staff", epoch=0)
    await rig.work()
    await rig.notices.wait_for(1)
    for _ in range(20):
        await rig.work()
        rig.clock.move(minutes=1)
    assert await read_messages(rig.shop.db, rig.shop.merchant_id, conversation, after=0) == []

    await _hold(rig, conversation, "bot", epoch=1)
    await rig.work()

    assert len(await read_messages(rig.shop.db, rig.shop.merchant_id, conversation, after=0)) == 1


async def test_a_notice_to_a_conversation_that_is_not_there_is_buried(rig: Rig) -> None:
    await outbox.add(rig.shop.db, rig.shop.merchant_id, [_note(new_id())], now=core.NOW)

    await rig.work()

    assert [row[0] for row in await rig.shop.db.fetch("SELECT buried_at IS NOT NULL FROM outbox")] == [True]


async def test_an_offer_that_nobody_takes_is_withdrawn_once_by_two_processes(rig: Rig) -> None:
    case = await rig.shop.open()
    rig.clock.move(days=30)

    await asyncio.gather(*(Timers(rig.another_process()).turn() for _ in range(4)))

    withdrawn = await rig.shop.case(case.case_no)
    assert withdrawn.state is CaseState.WITHDRAWN
    assert withdrawn.version == case.version + 1
    assert await rig.shop.lines() == {"1": (0, 0, 0, 0, None)}


async def test_one_case_that_fails_does_not_keep_the_others_from_their_due_dates(rig: Rig) -> None:
    await rig.shop.stock(core.order(order_no="o-2"))
    broken, other = await rig.shop.open(), await rig.shop.open(order_no="o-2")
    await rig.shop.db.execute("UPDATE refund_case SET document = '{}' WHERE case_no = $1", broken.case_no)
    rig.clock.move(days=30)

    await Timers(rig.parts).turn()

    assert (await rig.shop.case(other.case_no)).state is CaseState.WITHDRAWN


async def test_a_reviewed_case_escalates_when_nobody_comes(rig: Rig) -> None:
    case = await rig.shop.open()
    await rig.shop.save(hand_over(case, limits=core.POLICY.limits, moment=moment(), why="asked"))
    reviewed = await rig.shop.case(case.case_no)
    assert due_passed(reviewed, await rig.shop.facts(), rails=core.RAILS, moment=moment("system")) is None

    rig.clock.move(days=5)
    await rig.due()

    assert (await rig.shop.case(case.case_no)).due != reviewed.due


async def _confirmed_in(rig: Rig, conversation: UUID) -> None:
    opened = opening(await rig.shop.facts(), conversation_id=str(conversation))
    await rig.shop.save(opened)
    await rig.shop.save(confirming(opened.case, await rig.shop.facts()))


async def _hold(rig: Rig, conversation: UUID, holder: str, *, epoch: int) -> None:
    await rig.shop.db.execute(
        "UPDATE conversation SET holder = $2, epoch = epoch + 1 WHERE id = $1 AND epoch = $3",
        conversation,
        holder,
        epoch,
    )


async def test_a_crowd_of_notices_that_wait_for_a_person_keeps_no_refund_waiting(rig: Rig, conversation: UUID) -> None:
    await _hold(rig, conversation, "staff", epoch=0)
    notes = [_note(conversation) for _ in range(50)]
    await outbox.add(rig.shop.db, rig.shop.merchant_id, notes, now=core.NOW)
    case = await rig.shop.confirmed()

    claimed = await outbox.claim(rig.shop.db, ["chat.note"], limit=9, lease_seconds=1, now=rig.clock.now())
    await rig.work()

    assert claimed == []
    assert await rig.numbers() == [case.refunds[0].refund_no]


def _note(conversation: UUID) -> Effect:
    payload: dict[str, str | int] = {
        "conversation_id": str(conversation),
        "case_no": "C1",
        "text_key": "note.refunded",
        "amount_minor": 1,
        "currency": "CNY",
    }
    return Effect(str(new_id()), "chat.note", f"conversation:{conversation}", payload)
