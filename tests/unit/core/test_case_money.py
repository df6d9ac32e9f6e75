"""A case is offered, agreed to, returned or withdrawn: what each step saves."""

from datetime import timedelta

import pytest

from refund_core.case_customer import choose_offer, withdraw
from refund_core.case_money import confirm, receive_return
from refund_core.cases import CaseState, RefundState
from refund_core.claims import Resolution
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.orders import Payment
from tests.unit.core.shop import DAY, NOW, RAILS, delivered, line, moment, offer_of, order
from tests.unit.core.steps import agree, open_at


def test_an_approved_claim_is_offered_with_the_original_route_first() -> None:
    till, case = open_at(order(line("1", 2, 5900)))

    assert case.state is CaseState.OFFERED
    assert [offer.resolution for offer in case.offers] == ["original_route", "balance", "coupon"]
    assert [offer.amount.minor for offer in case.offers] == [5900, 5900 + 295, 5900 + 590 + 200]
    assert till.lines["1"].open_minor == 5900
    assert case.due is not None
    assert case.due.then == "withdraw"


def test_agreeing_to_the_original_route_reserves_and_sends_once() -> None:
    till, case = open_at(order())

    change = confirm(case, till.facts(), offer_of(case, "original_route"), rails=RAILS, moment=moment(turn=2))
    case = till.save(change)

    assert case.state is CaseState.REFUNDING
    assert (till.reserved(), till.refunded()) == (5900, 0)
    assert [(effect.kind, effect.lane) for effect in change.effects] == [
        ("gateway.refund", "payment:20261101-0001:p-1")
    ]
    assert change.effects[0].payload == {"refund_no": case.refunds[0].refund_no}
    assert case.consent is not None
    assert case.consent.chosen is Resolution.ORIGINAL_ROUTE
    assert case.consent.offered == ("original_route", "balance", "coupon")


def test_the_same_turn_again_gives_the_same_numbers() -> None:
    till, case = open_at(order())
    offer_id = offer_of(case, "original_route")

    first = confirm(case, till.facts(), offer_id, rails=RAILS, moment=moment(turn=2))
    again = confirm(case, till.facts(), offer_id, rails=RAILS, moment=moment(turn=2))

    assert first == again


def test_balance_with_its_bonus_is_credited_in_the_same_change() -> None:
    till, case = open_at(order())

    case = agree(till, case, "balance")

    assert case.state is CaseState.COMPENSATED
    assert case.balance is not None
    assert case.balance.minor == till.balance("wallet:c-1001") == 6195
    assert (till.refunded(), till.balance("bonus")) == (5900, -295)


def test_a_coupon_is_issued_once_with_its_minimum_spend_and_expiry() -> None:
    till, case = open_at(order())

    case = agree(till, case, "coupon")

    assert case.coupon is not None
    assert till.balance(f"coupon:{case.coupon.coupon_no}") == case.coupon.amount.minor == 6690
    assert case.coupon.minimum_spend.minor == 8000
    assert case.coupon.expires_at == NOW + 180 * DAY


def test_a_platforms_voucher_stays_with_the_merchant_when_the_payer_takes_balance() -> None:
    till, case = open_at(order(line("1", 1, 1000), payments=(Payment("p-1", "sandbox", 1000, 700),)))

    case = agree(till, case, "balance")

    assert till.balance("wallet:c-1001") == 700 + 35
    assert till.balance("voucher_kept") == 300


@pytest.mark.parametrize("seconds", [0, 1])
def test_an_expired_offer_is_refused(seconds: int) -> None:
    till, case = open_at(order())
    late = moment(NOW + timedelta(hours=72, seconds=seconds), turn=2)

    with pytest.raises(ClaimRefused, match="offer_expired"):
        confirm(case, till.facts(), offer_of(case, "balance"), rails=RAILS, moment=late)


def test_an_unknown_offer_is_refused_and_agreeing_twice_too() -> None:
    till, case = open_at(order())

    with pytest.raises(ClaimRefused, match="no_offer"):
        confirm(case, till.facts(), "O-nothing", rails=RAILS, moment=moment(turn=2))
    done = agree(till, case)
    with pytest.raises(MoveNotAllowed):
        confirm(done, till.facts(), offer_of(case, "balance"), rails=RAILS, moment=moment(turn=3))


def test_choosing_an_offer_agrees_to_nothing() -> None:
    till, case = open_at(order())

    case = till.save(choose_offer(case, offer_of(case, "coupon"), moment(turn=2)))

    assert (case.state, case.resolution, case.consent) == (CaseState.OFFERED, Resolution.COUPON, None)


@pytest.mark.parametrize("resolution", ["balance", "coupon"])
def test_a_return_for_balance_or_coupon_is_credited_when_the_goods_are_back(resolution: str) -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case, resolution)
    assert (case.state, till.balance("wallet:c-1001")) == (CaseState.AWAITING_RETURN, 0)

    case = till.save(receive_return(case, rails=RAILS, moment=moment(by="staff:Li", turn=4)))

    assert (case.state, till.refunded()) == (CaseState.COMPENSATED, 5900)


def test_withdrawing_gives_back_reserve_and_lines() -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case)

    case = till.save(withdraw(case, moment(turn=3)))

    assert (case.state, case.refunds[0].state) == (CaseState.WITHDRAWN, RefundState.CLOSED)
    assert (till.reserved(), till.lines["1"].open_case_no) == (0, None)


def test_money_on_its_way_cannot_be_withdrawn() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    with pytest.raises(MoveNotAllowed):
        withdraw(case, moment(turn=3))


def test_money_paid_from_the_balance_goes_back_there_at_once() -> None:
    till, case = open_at(order(payments=(Payment("p-1", "balance", 11800, 11800),)))

    case = agree(till, case)

    assert (case.state, till.balance("wallet:c-1001")) == (CaseState.REFUNDED, 5900)
