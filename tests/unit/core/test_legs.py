"""Over which payments a refund goes back, and what of it is the payer's own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refund_core.allocation import legs
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.orders import OrderUse, Payment, PaymentUse, SettledBy
from tests.unit.core.shop import DAY, NOW, facts, line, order


def test_the_payment_made_last_goes_back_first() -> None:
    early = Payment("p-1", "sandbox", 2000, 2000, kind="deposit", paid_at=NOW - 9 * DAY)
    late = Payment("p-2", "wechat_pay", 8000, 8000, kind="final", paid_at=NOW - 2 * DAY)
    about = facts(order(line("1", 1, 10000), payments=(early, late)))

    assert [(leg.payment_no, leg.amount.minor) for leg in legs(about, Money(9000, "CNY"))] == [
        ("p-2", 8000),
        ("p-1", 1000),
    ]


def test_nine_of_ten_yuan_paid_with_a_three_yuan_voucher_tells_the_payer_six_thirty() -> None:
    about = facts(order(line("1", 1, 1000), payments=(Payment("p-1", "wechat_pay", 1000, 700),)))

    (leg,) = legs(about, Money(900, "CNY"))

    assert (leg.amount.minor, leg.payer_amount.minor) == (900, 630)


def test_more_than_the_payments_hold_is_refused_with_what_they_hold() -> None:
    about = replace(facts(), use=OrderUse(payments=(PaymentUse("p-1", 5000, 800),)))

    with pytest.raises(ClaimRefused) as caught:
        legs(about, Money(6001, "CNY"))

    assert (caught.value.code, caught.value.left) == ("beyond_payments", 6000)
    assert sum(leg.amount.minor for leg in legs(about, Money(6000, "CNY"))) == 6000


def test_a_platforms_order_and_another_currency_have_no_legs() -> None:
    with pytest.raises(ClaimRefused, match="settled_by_platform"):
        legs(facts(order(settled_by=SettledBy.PLATFORM)), Money(1, "CNY"))
    with pytest.raises(ClaimRefused, match="wrong_currency"):
        legs(facts(), Money(1, "USD"))


@given(
    payments=st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)), max_size=5
    ),
    wanted=st.integers(0, 30000),
)
def test_legs_add_up_and_never_exceed_what_a_payment_holds(
    payments: list[tuple[int, int, int, int]], wanted: int
) -> None:
    paid = tuple(
        Payment(str(number), "sandbox", amount, amount * share // 100)
        for number, (amount, share, _, _) in enumerate(payments)
    )
    used = tuple(
        PaymentUse(str(number), amount * gone // 200, amount * held // 200)
        for number, (amount, _, gone, held) in enumerate(payments)
    )
    about = replace(facts(order(payments=paid)), use=OrderUse(payments=used))
    holds = {
        it.payment_no: it.amount - us.refunded_minor - us.reserved_minor for it, us in zip(paid, used, strict=True)
    }

    if wanted > sum(holds.values()):
        with pytest.raises(ClaimRefused, match="beyond_payments"):
            legs(about, Money(wanted, "CNY"))
        return
    found = legs(about, Money(wanted, "CNY"))

    assert sum(leg.amount.minor for leg in found) == wanted
    assert all(0 < leg.amount.minor <= holds[leg.payment_no] for leg in found)
    assert all(leg.payer_amount.minor <= leg.amount.minor for leg in found)


@given(amount=st.integers(1, 9999), payer=st.integers(0, 9999), cuts=st.lists(st.integers(1, 3000), max_size=20))
def test_the_payers_part_of_partial_refunds_adds_up(amount: int, payer: int, cuts: list[int]) -> None:
    paid = Payment("p-1", "sandbox", amount, min(payer, amount))
    about = facts(order(line("1", 1, amount), payments=(paid,)))
    gone = told = 0

    for cut in [*cuts, amount]:
        part = min(cut, amount - gone)
        if part:
            now = replace(about, use=OrderUse(payments=(PaymentUse("p-1", gone, 0),)))
            told += legs(now, Money(part, "CNY"))[0].payer_amount.minor
            gone += part

    assert told == paid.payer_amount
