"""Offer rules: which resolutions a case may be given, at what value, within which caps.

Original route always comes first and is always there; the others are listed beside it in the same message, never
instead of it (after-sales practice). A cap that is reached makes the bonus smaller; without any bonus the other ways
are not offered, since they would only be worse money.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from refund_core.allocation import legs
from refund_core.cases import Offer
from refund_core.claims import Resolution
from refund_core.decisions import Decision, Outcome
from refund_core.document import Reader
from refund_core.errors import PolicyInvalid
from refund_core.ids import Ids
from refund_core.money import Money, total, zero
from refund_core.orders import OrderFacts
from refund_core.risk import RiskLevel
from refund_core.values import value

_ROUND_STEPS = tuple([first * 10**power for power in range(13) for first in (1, 5)])


@value(frozen=True, slots=True)
class Caps:
    """The most bonus that may be given, in minor units: per case, per customer in 90 days, per merchant and month."""

    case_minor: int
    customer_90d_minor: int
    month_minor: int

    def left(self, use: "OfferUse") -> int:
        """What of a bonus still fits under all three."""
        return max(
            0,
            min(
                self.case_minor,
                self.customer_90d_minor - use.bonus_minor_customer_90d,
                self.month_minor - use.bonus_minor_month,
            ),
        )


@value(frozen=True, slots=True)
class BalanceOffer:
    """Store balance: the refund plus a bonus, with caps by currency (no caps for a currency: not offered in it)."""

    bonus_basis_points: int
    caps: Mapping[str, Caps]


@value(frozen=True, slots=True)
class CouponOffer:
    """A coupon: the refund plus a bonus, spent from a minimum on, for some days.

    The bonus is a part of the refund plus a fixed amount by currency; the minimum spend is a part of the coupon.
    """

    bonus_basis_points: int
    fixed_bonus_minor: Mapping[str, int]
    minimum_spend_basis_points: int
    valid_days: int
    caps: Mapping[str, Caps]


@value(frozen=True, slots=True)
class OfferRules:
    """What the merchant gives besides the original route."""

    version: int = 1
    offer_hours: int = 72
    balance: BalanceOffer | None = None
    coupon: CouponOffer | None = None

    def caps(self, resolution: Resolution, currency: str) -> Caps | None:
        """What limits the bonus of this way in this currency; None where it is not offered."""
        offers = {Resolution.BALANCE: self.balance, Resolution.COUPON: self.coupon}
        offer = offers.get(resolution)
        return None if offer is None else offer.caps.get(currency)


@value(frozen=True, slots=True)
class OfferUse:
    """What was already given in one currency: bonus this month for the merchant, to this customer in 90 days."""

    bonus_minor_month: int = 0
    bonus_minor_customer_90d: int = 0


def make_offers(
    decision: Decision, rules: OfferRules, use: OfferUse | None, facts: OrderFacts, *, now: datetime, ids: Ids
) -> tuple[Offer, ...]:
    """The ways out for one decision, original route first; none unless the rules approve and something is to be paid.

    Amounts are what the payer gets (their share, where a payment platform's voucher paid a part). Bonus offers need
    `use`: without knowing what was given no cap can be kept. A high risk gets the original route alone.
    """
    if decision.outcome not in _WITH_OFFERS or decision.allocation.total.is_zero():
        return ()
    parts = legs(facts, decision.allocation.total)
    payer = total([leg.payer_amount for leg in parts], facts.order.currency)
    expires = now + timedelta(hours=rules.offer_hours)
    offers = [_original(payer, expires, ids)]
    if use is not None and decision.risk.level is not RiskLevel.HIGH:
        offers += _balance(rules, use, payer, expires, ids) + _coupon(rules, use, payer, expires, ids)
    return tuple(offers)


_WITH_OFFERS = frozenset({Outcome.APPROVE, Outcome.APPROVE_AFTER_RETURN, Outcome.OFFER})


def _original(payer: Money, expires: datetime, ids: Ids) -> Offer:
    route = Resolution.ORIGINAL_ROUTE
    return Offer(_offer_id(ids, route), route, payer, zero(payer.currency), expires)


def _balance(rules: OfferRules, use: OfferUse, payer: Money, expires: datetime, ids: Ids) -> list[Offer]:
    offer = rules.balance
    if offer is None or (caps := offer.caps.get(payer.currency)) is None:
        return []
    bonus = _within(payer.times_basis_points(offer.bonus_basis_points), caps, use)
    if bonus.is_zero():
        return []
    offer_id = _offer_id(ids, Resolution.BALANCE)
    return [Offer(offer_id, Resolution.BALANCE, payer + bonus, bonus, expires, is_capped=True)]


def _round(minimum: Money) -> Money:
    """A figure that one can remember (50 for 53.88), never above what it stands for and at most a tenth below."""
    step = max([step for step in _ROUND_STEPS if step * 10 <= minimum.minor], default=1)
    return Money(minimum.minor // step * step, minimum.currency)


def _coupon(rules: OfferRules, use: OfferUse, payer: Money, expires: datetime, ids: Ids) -> list[Offer]:
    offer = rules.coupon
    if offer is None or (caps := offer.caps.get(payer.currency)) is None:
        return []
    fixed = Money(offer.fixed_bonus_minor.get(payer.currency, 0), payer.currency)
    bonus = _within(payer.times_basis_points(offer.bonus_basis_points) + fixed, caps, use)
    if bonus.is_zero():
        return []
    amount = payer + bonus
    return [
        Offer(
            _offer_id(ids, Resolution.COUPON),
            Resolution.COUPON,
            amount,
            bonus,
            expires,
            minimum_spend=_round(amount.times_basis_points(offer.minimum_spend_basis_points)),
            valid_days=offer.valid_days,
            is_capped=True,
        )
    ]


def _within(bonus: Money, caps: Caps, use: OfferUse) -> Money:
    return Money(min(bonus.minor, caps.left(use)), bonus.currency)


def _offer_id(ids: Ids, resolution: Resolution) -> str:
    return ids.public("O", f"offer:{resolution.value}")


def parse_offer_rules(document: Mapping[str, object], *, version: int | None = None) -> OfferRules:
    """The offer rules that a document says; raises PolicyInvalid with the path of what is not understood."""
    reader = Reader(document, "")
    reader.only("version", "offer_hours", "balance", "coupon")
    return OfferRules(
        version or reader.whole_number("version", 1),
        reader.whole_number("offer_hours", 72, at_least=1),
        _parse_balance(reader.table("balance")) if "balance" in reader.names() else None,
        _parse_coupon(reader.table("coupon")) if "coupon" in reader.names() else None,
    )


def _parse_balance(table: Reader) -> BalanceOffer:
    table.only("bonus_basis_points", "caps")
    return BalanceOffer(_basis_points(table, "bonus_basis_points"), _parse_caps(table))


def _parse_coupon(table: Reader) -> CouponOffer:
    table.only("bonus_basis_points", "fixed_bonus", "minimum_spend_basis_points", "valid_days", "caps")
    return CouponOffer(
        _basis_points(table, "bonus_basis_points"),
        table.table("fixed_bonus").amounts(),
        table.whole_number("minimum_spend_basis_points", 10_000),
        table.whole_number("valid_days", None, at_least=1),
        _parse_caps(table),
    )


def _basis_points(table: Reader, name: str) -> int:
    found = table.whole_number(name, 0)
    if found > 10_000:
        raise PolicyInvalid(f"{table.path}.{name}", "a bonus is at most 10000 (as much again)")
    return found


def _parse_caps(table: Reader) -> dict[str, Caps]:
    caps = table.table("caps")
    result: dict[str, Caps] = {}
    for currency in caps.names():
        row = caps.table(currency)
        row.only("case", "customer_90d", "month")
        result[currency] = Caps(*(row.whole_number(name, None) for name in ("case", "customer_90d", "month")))
    return result
