"""Offers: original route first and always, bonuses within every cap; and the risk that takes them away."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refund_core.offers import OfferRules, OfferUse, make_offers
from refund_core.orders import Order, Payment
from refund_core.risk import RiskLevel, RiskRules, RiskSignals, score
from tests.unit.core.shop import DAY, NOW, OFFERS, claim, decided, delivered, facts, line, moment, order

IDS = moment().ids


def offers(made: Order, *, use: OfferUse | None = OfferUse(), rules: OfferRules = OFFERS) -> list[tuple[str, int, int]]:  # noqa: B008  # frozen
    about = facts(made)
    found = make_offers(decided(about, claim()), rules, use, about, now=NOW, ids=IDS)
    return [(offer.resolution.value, offer.amount.minor, offer.bonus.minor) for offer in found]


@given(paid=st.integers(1, 10_000_000), basis_points=st.integers(0, 30_000))
def test_a_minimum_spend_is_a_round_figure_that_never_asks_for_more(paid: int, basis_points: int) -> None:
    assert OFFERS.coupon is not None
    rules = replace(OFFERS, coupon=replace(OFFERS.coupon, minimum_spend_basis_points=basis_points))
    about = facts(order(line("1", 1, paid)))

    for offer in make_offers(decided(about, claim()), rules, OfferUse(), about, now=NOW, ids=IDS):
        if offer.minimum_spend is not None:
            exact = offer.amount.times_basis_points(basis_points).minor
            assert exact * 9 // 10 <= offer.minimum_spend.minor <= exact
            assert len(str(offer.minimum_spend.minor).rstrip("0")) <= 3


def test_the_original_route_comes_first_and_is_worth_what_was_paid() -> None:
    assert offers(order())[0] == ("original_route", 5900, 0)


def test_a_payer_with_a_platforms_voucher_is_told_their_own_part() -> None:
    voucher = order(line("1", 1, 1000), payments=(Payment("p-1", "sandbox", 1000, 700),))

    assert offers(voucher) == [("original_route", 700, 0), ("balance", 735, 35), ("coupon", 970, 270)]


@pytest.mark.parametrize(
    ("use", "bonus"),
    [
        (OfferUse(), 5000),
        (OfferUse(bonus_minor_customer_90d=9000), 1000),
        (OfferUse(bonus_minor_month=1999400), 600),
    ],
)
def test_every_cap_limits_the_bonus(use: OfferUse, bonus: int) -> None:
    large = order(line("1", 1, 400000))

    assert ("balance", 400000 + bonus, bonus) in offers(large, use=use)


@pytest.mark.parametrize("use", [OfferUse(bonus_minor_customer_90d=15000), OfferUse(10**9, 0), None])
def test_without_a_bonus_left_or_unknown_use_only_the_original_route_is_offered(use: OfferUse | None) -> None:
    assert [offer[0] for offer in offers(order(), use=use)] == ["original_route"]


def test_a_currency_without_caps_gets_the_original_route_alone() -> None:
    assert [offer[0] for offer in offers(order(currency="HKD"))] == ["original_route"]
    assert [offer[0] for offer in offers(order(), rules=OfferRules())] == ["original_route"]


def test_a_rejected_or_reviewed_claim_has_no_offers() -> None:
    assert offers(delivered(NOW - 40 * DAY)) == []
    assert offers(order(line("1", 1, 900000))) == []


def test_a_coupon_states_minimum_spend_and_days() -> None:
    about = facts()
    coupon = make_offers(decided(about, claim()), OFFERS, OfferUse(), about, now=NOW, ids=IDS)[-1]

    assert coupon.minimum_spend is not None
    assert (coupon.minimum_spend.minor, coupon.valid_days) == (8000, 180)
    assert coupon.expires_at == NOW + 3 * DAY


def test_a_high_risk_gets_the_original_route_alone() -> None:
    about = facts()
    decision = decided(about, claim())
    risky = replace(decision, risk=replace(decision.risk, level=RiskLevel.HIGH))

    assert len(make_offers(risky, OFFERS, OfferUse(), about, now=NOW, ids=IDS)) == 1


def points(**seen: int) -> dict[str, int]:
    return {signal.name: signal.points for signal in score(RiskSignals(**seen), RiskRules()).signals}


def test_one_refunded_order_out_of_one_says_nothing() -> None:
    alone = points(orders_90d=1, ordered_minor_90d=100, refunded_minor_90d=100)
    often = points(orders_90d=4, ordered_minor_90d=100, refunded_minor_90d=100)

    assert (alone["refund_share_percent"], often["refund_share_percent"]) == (0, 12)


def test_much_bought_and_sent_back_together_gives_points() -> None:
    assert points(lines_in_order=10, lines_claimed=9)["refunded_together_percent"] == 6
    assert points(lines_in_order=10, lines_claimed=2)["refunded_together_percent"] == 0
    assert points(lines_in_order=2, lines_claimed=2)["refunded_together_percent"] == 0


def test_levels_follow_the_sum_and_every_signal_is_listed() -> None:
    nothing = score(RiskSignals(), RiskRules())
    some = score(RiskSignals(refunds_90d=7, address_changes=1), RiskRules())
    much = score(RiskSignals(refunds_90d=12, address_changes=3), RiskRules())

    assert [it.level for it in (nothing, some, much)] == [RiskLevel.NORMAL, RiskLevel.WATCH, RiskLevel.HIGH]
    assert (some.score, len(nothing.signals)) == (10, 6)
    assert much.score == sum(signal.points for signal in much.signals) == 20
