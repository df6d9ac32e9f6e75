"""What contradicts the books comes before a person, also when the refund is over."""

from bot.settlement import settle
from refund_core.case_answers import RefundAnswer
from refund_core.cases import RefundState
from storage.trouble_store import read_troubles
from tests.integration.money.rig import Rig


async def test_money_that_went_out_for_a_closed_refund_is_shown_to_a_person(rig: Rig) -> None:
    case = await rig.shop.confirmed()
    refund_no = case.refunds[0].refund_no
    await settle(rig.parts, rig.shop.merchant_id, RefundAnswer(refund_no, "closed"))
    quiet = await read_troubles(rig.shop.db, rig.shop.merchant_id, now=rig.clock.now())
    assert quiet.refunds == ()

    await settle(rig.parts, rig.shop.merchant_id, RefundAnswer(refund_no, "succeeded"))

    troubles = await read_troubles(rig.shop.db, rig.shop.merchant_id, now=rig.clock.now())
    (shown,) = troubles.refunds
    assert (shown.name, shown.detail, shown.reason) == (refund_no, "closed", "succeeded after closed")
    assert (await rig.shop.case(case.case_no)).refunds[0].state is RefundState.CLOSED


async def test_a_settled_refund_that_its_gateway_takes_back_is_shown_to_a_person(rig: Rig) -> None:
    case = await rig.shop.confirmed()
    refund_no = case.refunds[0].refund_no
    await settle(rig.parts, rig.shop.merchant_id, RefundAnswer(refund_no, "succeeded"))

    await settle(rig.parts, rig.shop.merchant_id, RefundAnswer(refund_no, "closed"))

    troubles = await read_troubles(rig.shop.db, rig.shop.merchant_id, now=rig.clock.now())
    assert [(row.name, row.reason) for row in troubles.refunds] == [(refund_no, "closed after succeeded")]
