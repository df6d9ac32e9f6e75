"""What bonuses are counted against when customers take them: the merchant's month and the customer's last 90 days.

Offers live for days, so the caps are looked at when one is made and once more when it is taken. A bonus counts from the
customer's word on; what is withdrawn or reversed later is not given back.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from refund_core.case_parts import BudgetUse, Offer
from refund_core.errors import ClaimRefused
from refund_core.offers import Caps, OfferRules, OfferUse
from refund_core.values import value

CUSTOMER_WINDOW_DAYS = 90


@value(frozen=True, slots=True)
class Budget:
    """The offer rules as they are now, what was given by now (None: unknown), and where the merchant's month begins."""

    rules: OfferRules
    use: OfferUse | None
    timezone: str


def month_scope(at: datetime, timezone: str) -> str:
    """The merchant's month that a bonus counts in, by the merchant's own calendar."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"month:{local.year:04d}-{local.month:02d}"


def customer_scope(customer: str) -> str:
    """Everything given to one customer, over any channel."""
    return f"customer:{customer}"


def is_within(offer: Offer, budget: Budget) -> bool:
    """True when the offer can be taken now: it has no bonus, a person gave it, or its bonus fits under every cap."""
    if offer.bonus.is_zero() or not offer.is_capped:
        return True
    caps = _caps(offer, budget)
    return caps is not None and budget.use is not None and offer.bonus.minor <= caps.left(budget.use)


def uses_of(offer: Offer, customer: str, budget: Budget | None, *, at: datetime) -> tuple[BudgetUse, ...]:
    """What is to be counted when the customer takes the offer; raises ClaimRefused (budget_spent) beyond a cap."""
    if offer.bonus.is_zero():
        return ()
    if budget is None or not is_within(offer, budget):
        raise ClaimRefused("budget_spent", field="offer_id")
    caps = _caps(offer, budget) if offer.is_capped else None
    to_customer = BudgetUse(
        customer_scope(customer), offer.bonus, caps.customer_90d_minor if caps else None, CUSTOMER_WINDOW_DAYS
    )
    in_month = BudgetUse(month_scope(at, budget.timezone), offer.bonus, caps.month_minor if caps else None)
    return (to_customer, in_month)


def _caps(offer: Offer, budget: Budget) -> Caps | None:
    return budget.rules.caps(offer.resolution, offer.bonus.currency)
