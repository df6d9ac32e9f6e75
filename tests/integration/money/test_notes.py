"""A notice outside a turn comes with the buttons by which its reader can go on."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from refund_core.case_due import due_passed
from refund_core.case_staff import StaffAction, StaffDecision, staff_decide
from refund_core.cases import RefundCase
from storage.conversation_store import NewConversation, open_conversation
from storage.message_store import read_messages
from tests.integration.money.rig import Rig
from tests.integration.money.shop import moment, opening
from tests.unit.core import shop as core


@pytest.fixture
async def conversation(rig: Rig) -> UUID:
    wanted = NewConversation("web", "c-1001", "en")
    return await open_conversation(rig.shop.db, rig.shop.merchant_id, wanted, now=core.NOW)


@pytest.mark.parametrize(
    ("action", "button"),
    [
        (StaffAction.REJECT, "appeal:{case_no}"),
        (StaffAction.ASK_CUSTOMER, "evidence:add:{case_no}"),
        (StaffAction.OFFER, "order:{order_no}"),
        (StaffAction.APPROVE, "status:{case_no}"),
    ],
)
async def test_what_staff_decided_is_told_with_the_button_that_goes_on_from_there(
    rig: Rig, conversation: UUID, action: StaffAction, button: str
) -> None:
    case = await _opened_in(rig, conversation)
    decision = StaffDecision(action, case.version, reason_code="checked")
    facts = await rig.shop.facts()
    await rig.shop.save(staff_decide(case, facts, decision, rails=core.RAILS, moment=moment("staff:Li")))

    told = await _told(rig, conversation)

    assert [choice["action"] for choice in told["choices"]] == [
        button.format(case_no=case.case_no, order_no=case.order_no),
        "human",
    ]
    assert (told["sender"], told["card"]["case_no"]) == ("system", case.case_no)


async def test_an_expired_offer_is_told_with_the_way_to_ask_again(rig: Rig, conversation: UUID) -> None:
    case = await _opened_in(rig, conversation)
    assert case.due is not None
    late = moment("system", at=case.due.at)
    await rig.shop.save(due_passed(case, await rig.shop.facts(), rails=core.RAILS, moment=late))

    told = await _told(rig, conversation)

    assert [choice["action"] for choice in told["choices"]] == ["start:refund", "human"]


async def _opened_in(rig: Rig, conversation: UUID) -> RefundCase:
    change = opening(await rig.shop.facts(), conversation_id=str(conversation))
    await rig.shop.save(change)
    return change.case


async def _told(rig: Rig, conversation: UUID) -> dict[str, Any]:
    await rig.work()
    said = await read_messages(rig.shop.db, rig.shop.merchant_id, conversation, after=0)
    return msgspec.json.decode(said[0].body, type=dict[str, Any])
