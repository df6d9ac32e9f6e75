"""Where a case stands: what the customer really got, and the true date with what happens then."""

from dataclasses import replace

import pytest

from dialogs.messages import RefundCard
from refund_core.orders import Payment
from tests.unit.core.shop import NOW, line, order
from tests.unit.dialogs.talk import ORDER_NO, accept, talk


@pytest.mark.parametrize(("resolution", "destination"), [("balance", "店铺余额"), ("coupon", "优惠券")])
def test_the_card_of_a_payout_names_what_the_customer_got_and_where(resolution: str, destination: str) -> None:
    bought = order(line("1", 1, 5900))
    labelled = replace(bought.payments[0], label="建行卡 尾号 1")
    talked = talk(replace(bought, payments=(labelled,)))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    worth = next(offer.amount.minor for offer in talked.case().offers if offer.resolution == resolution)
    accept(talked, resolution)
    talked.tap("confirm:yes")

    talked.tap(f"status:{talked.case().case_no}")

    (card,) = [reply.card for reply in talked.replies() if isinstance(reply.card, RefundCard)]
    assert (card.destination, card.amount) == (destination, worth)


def test_a_balance_given_for_two_payments_is_one_card() -> None:
    payments = (
        Payment("p-1", "sandbox", 2000, 2000, paid_at=NOW),
        Payment("p-2", "sandbox", 3900, 3900, paid_at=NOW),
    )
    talked = talk(order(line("1", 1, 5900), payments=payments))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "balance")
    talked.tap("confirm:yes")

    talked.tap(f"status:{talked.case().case_no}")

    credited = talked.case().balance
    assert credited is not None
    assert [reply.card.amount for reply in talked.replies() if isinstance(reply.card, RefundCard)] == [credited.minor]
