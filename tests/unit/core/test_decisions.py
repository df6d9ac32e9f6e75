"""What the shop's own policy says in the situations that the demo shop shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refund_core.circumstances import days_since_signing, guess_reason, phase
from refund_core.claims import Claim, Reason, Remedy
from refund_core.errors import ClaimRefused
from refund_core.orders import (
    Exclusion,
    LineUse,
    NoReason,
    Order,
    OrderStatus,
    OrderUse,
    Payment,
    SettledBy,
    Shipment,
    ShipmentStatus,
)
from refund_core.outcomes import Outcome
from refund_core.risk import RiskLevel, RiskSignals
from tests.unit.core.shop import DAY, NOW, claim, decided, delivered, facts, line, order, parcel

SUSPICIOUS = RiskSignals(orders_90d=12, refunds_90d=11, ordered_minor_90d=100, refunded_minor_90d=90)


def shipped(status: ShipmentStatus, at: datetime = NOW - DAY, **more: object) -> Order:
    return order(status=OrderStatus.SHIPPED, shipments=(parcel(status, at),), **more)


@pytest.mark.parametrize(
    ("about", "asked", "rule", "outcome"),
    [
        (order(settled_by=SettledBy.PLATFORM), claim(), "platform_order", Outcome.REJECT),
        (order(status=OrderStatus.UNPAID, payments=()), claim(), "unpaid", Outcome.REJECT),
        (order(), claim(), "unshipped", Outcome.APPROVE),
        (order(), claim(reason=Reason.DAMAGED), "faulty_without_picture", Outcome.REVIEW),
        (order(line("1", 1, 900000)), claim(), "anything_else", Outcome.REVIEW),
        (order(), claim(remedy=Remedy.EXCHANGE), "other_wish", Outcome.REVIEW),
        (order(), claim(reason=Reason.PRICE_DROP), "price_drop", Outcome.REVIEW),
        (
            shipped(ShipmentStatus.LABEL_CREATED, NOW - 2 * DAY),
            claim(reason=Reason.FAKE_SHIPMENT),
            "fake_shipment",
            Outcome.APPROVE,
        ),
        (
            shipped(ShipmentStatus.LABEL_CREATED, NOW - DAY / 2),
            claim(reason=Reason.FAKE_SHIPMENT),
            "on_the_way",
            Outcome.REVIEW,
        ),
        (shipped(ShipmentStatus.IN_TRANSIT), claim(), "on_the_way", Outcome.REVIEW),
        (
            shipped(ShipmentStatus.IN_TRANSIT, promised_delivery_at=NOW - DAY),
            claim(reason=Reason.LATE_SHIPPING),
            "late_in_transit",
            Outcome.APPROVE,
        ),
        (
            shipped(ShipmentStatus.IN_TRANSIT, promised_delivery_at=NOW + DAY),
            claim(reason=Reason.LATE_SHIPPING),
            "on_the_way",
            Outcome.REVIEW,
        ),
        (
            shipped(ShipmentStatus.REFUSED),
            claim(reason=Reason.REFUSED_DELIVERY),
            "on_its_way_back",
            Outcome.APPROVE_AFTER_RETURN,
        ),
        (
            shipped(ShipmentStatus.RETURNED_TO_SENDER),
            claim(reason=Reason.REFUSED_DELIVERY),
            "back_at_the_shop",
            Outcome.APPROVE,
        ),
        (shipped(ShipmentStatus.LOST), claim(reason=Reason.NOT_RECEIVED), "lost", Outcome.APPROVE),
        (delivered(NOW), claim(), "seven_days", Outcome.APPROVE_AFTER_RETURN),
        (delivered(NOW - 7 * DAY), claim(), "seven_days", Outcome.APPROVE_AFTER_RETURN),
        (delivered(NOW - 8 * DAY), claim(), "seven_days_over", Outcome.REJECT),
        (delivered(NOW - 40 * DAY), claim(), "seven_days_over", Outcome.REJECT),
        (delivered(NOW - 40 * DAY), claim(reason=Reason.DAMAGED, evidence=("a",)), "faulty_small", Outcome.APPROVE),
        (delivered(NOW - DAY), claim(reason=Reason.DAMAGED), "faulty_without_picture", Outcome.REVIEW),
        (
            delivered(NOW - DAY, line("1", 1, 50000)),
            claim(reason=Reason.DAMAGED, evidence=("a",)),
            "anything_else",
            Outcome.REVIEW,
        ),
        (
            delivered(NOW - DAY, line("1", 1, 50000)),
            claim(reason=Reason.DAMAGED, evidence=("a",), remedy=Remedy.RETURN_REFUND),
            "faulty_return",
            Outcome.APPROVE_AFTER_RETURN,
        ),
        (order(status=OrderStatus.COMPLETED, placed_at=NOW - 30 * DAY), claim(), "anything_else", Outcome.REVIEW),
    ],
)
def test_the_policy_answers_each_situation(about: Order, asked: Claim, rule: str, outcome: Outcome) -> None:
    decision = decided(facts(about), asked)

    assert (decision.rule, decision.outcome) == (rule, outcome)
    assert set(decision.reasons) == {"zh-CN", "en"}
    assert decision.trace[-1].rule == rule
    assert decision.trace[-1].is_match


@pytest.mark.parametrize("exclusion", [Exclusion.CUSTOM, Exclusion.PERISHABLE, Exclusion.CONFIRMED])
def test_an_excluded_item_has_no_seven_days_but_keeps_its_quality_claims(exclusion: Exclusion) -> None:
    made = delivered(NOW - DAY, line("1", no_reason=NoReason(eligible=True, exclusion=exclusion, confirmed_at=NOW)))

    assert decided(facts(made), claim()).rule == "seven_days_excluded"
    assert decided(facts(made), claim(reason=Reason.DAMAGED, evidence=("a",))).outcome is Outcome.APPROVE


def test_an_exclusion_that_nobody_confirmed_excludes_nothing() -> None:
    made = delivered(NOW - DAY, line("1", no_reason=NoReason(eligible=True, exclusion=Exclusion.CONFIRMED)))

    assert decided(facts(made), claim()).rule == "seven_days"


def test_the_seventh_day_ends_at_midnight_in_the_merchants_zone_and_asking_counts() -> None:
    signed = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai, on the 10th
    last = datetime(2026, 11, 17, 15, 59, 59, tzinfo=UTC)  # 23:59:59 there, on the 17th
    made = facts(delivered(signed))

    assert decided(made, claim(at=last), now=last + 9 * DAY).rule == "seven_days"
    assert decided(made, claim(at=last + timedelta(seconds=1))).rule == "seven_days_over"


def test_a_high_risk_goes_to_a_person_and_is_not_told_why() -> None:
    decision = decided(facts(), claim(), signals=SUSPICIOUS)

    assert (decision.rule, decision.risk.level) == ("high_risk", RiskLevel.HIGH)
    assert "risk" not in decision.reasons["en"].lower()


def test_a_deposit_alone_is_kept_and_a_final_payment_goes_back_without_it() -> None:
    deposit = Payment("p-1", "sandbox", 2000, 2000, kind="deposit")
    final = Payment("p-2", "sandbox", 9800, 9800, kind="final")
    alone = facts(order(status=OrderStatus.DEPOSIT_PAID, payments=(deposit,)))
    both = facts(order(payments=(deposit, final)))

    assert decided(alone, claim(("1", 2))).rule == "deposit_kept"
    assert decided(alone, claim(("1", 2), reason=Reason.LATE_SHIPPING)).rule == "deposit_sellers_fault"
    paid = decided(both, claim(("1", 2)))
    assert (paid.rule, paid.allocation.total.minor) == ("unshipped_deposit", 9800)


def test_the_trace_names_the_first_condition_that_failed_in_each_row() -> None:
    trace = decided(facts(delivered(NOW - 8 * DAY)), claim()).trace

    row = next(row for row in trace if row.rule == "seven_days")
    assert (row.failed, row.wanted, row.found) == ("days_since_signing", "at_most 7", "8")


def test_an_absent_fact_matches_no_row_that_asks_for_it() -> None:
    without_date = order(status=OrderStatus.DELIVERED, placed_at=NOW - 30 * DAY)

    decision = decided(facts(without_date), claim())

    row = next(row for row in decision.trace if row.rule == "seven_days")
    assert (row.failed, row.found, decision.outcome) == ("days_since_signing", None, Outcome.REVIEW)


def test_without_a_delivery_date_seven_days_since_the_order_are_within_them_too() -> None:
    young = order(status=OrderStatus.COMPLETED, placed_at=NOW - 7 * DAY)
    old = order(status=OrderStatus.COMPLETED, placed_at=NOW - 8 * DAY)

    assert decided(facts(young), claim()).rule == "seven_days_since_order"
    assert decided(facts(old), claim()).rule == "anything_else"


def test_lines_in_different_places_are_mixed() -> None:
    made = order(
        line("1"),
        line("2"),
        status=OrderStatus.PART_SHIPPED,
        shipments=(parcel(ShipmentStatus.DELIVERED, NOW, "1"),),
    )

    assert phase(made, ["1"]) == "delivered"
    assert phase(made, ["2"]) == "unshipped"
    assert phase(made, ["1", "2"]) == "mixed"


def test_the_newest_scan_counts_however_the_events_are_ordered() -> None:
    made = parcel(ShipmentStatus.IN_TRANSIT, NOW - 3 * DAY)
    lost = parcel(ShipmentStatus.LOST, NOW).events[0]
    made = replace(made, events=(lost, *made.events))

    assert phase(order(shipments=(made,)), ["1"]) == "lost"


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        (order(promised_ship_at=NOW - DAY), Reason.LATE_SHIPPING),
        (order(promised_ship_at=NOW + DAY), None),
        (shipped(ShipmentStatus.IN_TRANSIT, promised_delivery_at=NOW - DAY), Reason.LATE_SHIPPING),
        (shipped(ShipmentStatus.LABEL_CREATED, NOW - 2 * DAY), Reason.FAKE_SHIPMENT),
        (shipped(ShipmentStatus.REFUSED), Reason.REFUSED_DELIVERY),
        (shipped(ShipmentStatus.LOST), Reason.NOT_RECEIVED),
        (delivered(NOW), None),
        (order(status=OrderStatus.UNPAID, payments=()), None),
    ],
)
def test_the_reason_is_guessed_only_where_logistics_make_it_plain(about: Order, reason: Reason | None) -> None:
    assert guess_reason(facts(about), NOW) is reason


def test_nothing_is_guessed_for_an_order_that_is_gone() -> None:
    gone = replace(facts(order(promised_ship_at=NOW - DAY)), use=OrderUse((LineUse("1", 2, 11800),)))

    assert guess_reason(gone, NOW) is None


def test_the_parcel_signed_for_last_counts() -> None:
    first = Shipment("a", "sf", ("1",), NOW - 9 * DAY, NOW - 8 * DAY)
    second = Shipment("b", "sf", ("1",), NOW - 9 * DAY, NOW - 2 * DAY)
    made = order(shipments=(first, second))

    assert days_since_signing(made, ["1"], NOW, ZoneInfo("Asia/Shanghai")) == 2


STATUSES = st.sampled_from(list(OrderStatus))
EVENTS = st.none() | st.tuples(st.sampled_from(list(ShipmentStatus)), st.integers(-20, 5))


@given(
    status=STATUSES,
    event=EVENTS,
    reason=st.sampled_from(list(Reason)),
    remedy=st.sampled_from(list(Remedy)),
    promised=st.none() | st.integers(-20, 5),
    asked=st.integers(-40, 0),
    price=st.integers(0, 10**7),
    pieces=st.integers(1, 3),
    paid=st.sampled_from(["all", "deposit", "none"]),
    settled_by=st.sampled_from(list(SettledBy)),
    evidence=st.booleans(),
    signals=st.builds(RiskSignals, *[st.integers(0, 30)] * 8),
)
def test_every_claim_that_the_order_holds_has_one_decision(**it: Any) -> None:
    price: int = it["price"]
    event, promised = it["event"], it["promised"]
    shipments = (parcel(event[0], NOW + event[1] * DAY),) if event else ()
    payments = {
        "all": (Payment("p", "sandbox", 3 * price, 3 * price),),
        "deposit": (Payment("p", "sandbox", price, price, kind="deposit"),),
        "none": (),
    }[it["paid"]]
    made = order(
        line("1", 3, price),
        status=it["status"],
        shipments=shipments,
        payments=payments,
        settled_by=it["settled_by"],
        promised_delivery_at=None if promised is None else NOW + promised * DAY,
    )
    asked = claim(
        ("1", it["pieces"]),
        reason=it["reason"],
        remedy=it["remedy"],
        at=NOW + it["asked"] * DAY,
        evidence=("a",) if it["evidence"] else (),
    )

    decision = decided(facts(made), asked, signals=it["signals"])

    assert decision.reasons["zh-CN"]
    assert decision.trace[-1].is_match
    assert sum(row.is_match for row in decision.trace) == 1
    assert 0 <= decision.allocation.total.minor <= sum(payment.amount for payment in payments)
    if it["settled_by"] is SettledBy.PLATFORM or it["paid"] == "none":
        assert decision.outcome is Outcome.REJECT
    if decision.risk.level is RiskLevel.HIGH:
        assert decision.outcome in {Outcome.REVIEW, Outcome.REJECT}


def test_a_claim_beyond_the_order_is_an_error_and_not_a_decision() -> None:
    with pytest.raises(ClaimRefused, match="quantity_beyond_left"):
        decided(facts(), claim(("1", 3)))


@pytest.mark.parametrize(("price", "rule"), [(20000, "faulty_small"), (20001, "anything_else")])
def test_an_amount_exactly_at_the_limit_is_within_it(price: int, rule: str) -> None:
    about = facts(delivered(NOW - DAY, line("1", 1, price)))

    assert decided(about, claim(reason=Reason.DAMAGED, evidence=("a",))).rule == rule
