"""Notices about what staff decided: what the customer has to know, and the button that leads on."""

from dataclasses import replace

import pytest

from dialogs.messages import OfferCard
from dialogs.notices import notice
from dialogs.texts.money import format_time
from refund_core.claims import Reason
from tests.unit.core.shop import DAY, ZONE
from tests.unit.dialogs.talk import MERCHANT, at_offers, awaiting_return


@pytest.mark.parametrize("kind", ["note.approved_after_return", "note.return_reminder"])
def test_goods_that_have_to_go_back_are_named_with_the_deadline_and_who_pays_for_sending(kind: str) -> None:
    talked = awaiting_return()
    until = format_time(talked.now + 7 * DAY, "zh-CN", ZONE)
    case = talked.case()
    damaged = replace(case, claim=replace(case.claim, reason=Reason.DAMAGED))

    told = [notice(kind, it, "zh-CN", MERCHANT).text for it in (case, damaged)]

    assert all(f"请在 {until} 前把商品寄回" in text for text in told)
    assert "退货运费由您承担" in told[0]
    assert "退货运费由商家承担" in told[1]


def test_the_notice_of_new_offers_leads_to_them() -> None:
    talked = at_offers()
    case = talked.case()
    choices = notice("note.offered", case, "zh-CN", MERCHANT).choices
    talked.state = replace(talked.state, stack=(), asked=None)

    talked.tap(choices[0].action)

    assert [isinstance(reply.card, OfferCard) for reply in talked.replies()].count(True) == len(case.offers)
