"""Orders, claims and cases as the core's tests need them: say only what differs."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from refund_core.budgets import Budget
from refund_core.case_money import Rails
from refund_core.case_open import Origin, open_case
from refund_core.cases import CaseChange, Moment, RefundCase
from refund_core.claims import Claim, ClaimLine, Reason, Remedy
from refund_core.decisions import Decision, decide
from refund_core.ids import Ids
from refund_core.offers import OfferRules, OfferUse, make_offers, parse_offer_rules
from refund_core.orders import (
    Order,
    OrderFacts,
    OrderLine,
    OrderStatus,
    Payment,
    Shipment,
    ShipmentEvent,
    ShipmentStatus,
)
from refund_core.policy import Policy
from refund_core.policy_file import parse_policy
from refund_core.risk import RiskSignals

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = "Asia/Shanghai"


def shop_policy() -> Policy:
    return parse_policy(tomllib.loads((ROOT / "config/policy.toml").read_text(encoding="utf-8")))


def shop_offers() -> OfferRules:
    return parse_offer_rules(tomllib.loads((ROOT / "config/offers.toml").read_text(encoding="utf-8")))


POLICY = shop_policy()
OFFERS = shop_offers()
RAILS = Rails(frozenset({"sandbox"}), POLICY.limits)
BUDGET = Budget(OFFERS, OfferUse(), ZONE)


def moment(at: datetime = NOW, by: str = "customer", *, turn: int = 1) -> Moment:
    return Moment(at, by, Ids(UUID(int=turn)))


def line(line_no: str = "1", quantity: int = 2, unit_price: int = 5900, **more: object) -> OrderLine:
    return replace(OrderLine(line_no, f"Lamp {line_no}", quantity, unit_price), **more)  # type: ignore[arg-type]  # its fields


def order(*lines: OrderLine, **more: object) -> Order:
    """A paid, unshipped order; its one sandbox payment is what lines and shipping come to."""
    made = Order(
        "20261101-0001", "c-1001", OrderStatus.PAID, "CNY", NOW - 2 * DAY, lines or (line(),), (), shipping_fee=0
    )
    made = replace(made, **more)  # type: ignore[arg-type]  # its fields
    if "payments" in more:
        return made
    return replace(made, payments=(Payment("p-1", "sandbox", _price(made), _price(made), paid_at=made.placed_at),))


def facts(made: Order | None = None) -> OrderFacts:
    return OrderFacts("0193-order", 1, made or order())


def delivered(at: datetime, *lines: OrderLine, **more: object) -> Order:
    parcel = Shipment("SF1", "sf", (), at - 3 * DAY, at, (ShipmentEvent(at, ShipmentStatus.DELIVERED),))
    return order(*lines, status=OrderStatus.DELIVERED, placed_at=at - 5 * DAY, shipments=(parcel,), **more)


def parcel(status: ShipmentStatus, at: datetime, *line_nos: str) -> Shipment:
    return Shipment("SF1", "sf", line_nos, at, None, (ShipmentEvent(at, status),))


def claim(
    *lines: tuple[str, int],
    reason: Reason = Reason.NO_LONGER_WANTED,
    remedy: Remedy = Remedy.REFUND_ONLY,
    at: datetime = NOW,
    evidence: tuple[str, ...] = (),
) -> Claim:
    asked = tuple(ClaimLine(line_no, quantity) for line_no, quantity in lines or (("1", 1),))
    return Claim(asked, reason, remedy, at, evidence)


def decided(about: OrderFacts, asked: Claim, *, now: datetime = NOW, signals: RiskSignals | None = None) -> Decision:
    return decide(about, asked, POLICY, signals or RiskSignals(), timezone=ZONE, now=now)


def opened(about: OrderFacts, asked: Claim | None = None, *, turn: int = 1) -> CaseChange:
    """A case as the bot opens it, with the shop's policy and offers."""
    asked = asked or claim()
    decision = decided(about, asked)
    by_bot = moment(by="bot", turn=turn)
    offers = make_offers(decision, OFFERS, OfferUse(), about, now=NOW, ids=by_bot.ids)
    origin = Origin("web", "0193-conversation")
    return open_case(about, asked, decision, offers, origin=origin, limits=POLICY.limits, moment=by_bot)


def offer_of(case: RefundCase, resolution: str) -> str:
    return next(offer.offer_id for offer in case.offers if offer.resolution == resolution)


def _price(made: Order) -> int:
    return sum(it.paid for it in made.lines) + made.shipping_fee
