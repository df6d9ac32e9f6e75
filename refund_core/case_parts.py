"""What a case is made of: offers, consent, due date, history, refunds, coupon and hand-over."""

from datetime import datetime
from enum import StrEnum

from refund_core.claims import Resolution
from refund_core.money import Money
from refund_core.values import stored, value


class RefundState(StrEnum):
    """Where one payout stands; created and sending are before an answer, pending is accepted or unknown."""

    CREATED = "created"
    SENDING = "sending"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CLOSED = "closed"


@stored(frozen=True, slots=True)
class Offer:
    """One way out that the customer may take; amount is what they get (bonus included, a payer's voucher share off).

    is_capped: the bonus comes from the offer rules and must fit under their caps; what a person gives need not.
    """

    offer_id: str
    resolution: Resolution
    amount: Money
    bonus: Money
    expires_at: datetime | None = None
    minimum_spend: Money | None = None
    valid_days: int | None = None
    is_capped: bool = False


@value(frozen=True, slots=True)
class BudgetUse:
    """A bonus to be counted in the change that gives it, which is refused where the scope's sum would pass the cap.

    window_days: only what was given in so many days is summed, without it everything. No cap: counted, never refused.
    """

    scope: str
    amount: Money
    cap_minor: int | None = None
    window_days: int | None = None


@value(frozen=True, slots=True)
class Consent:
    """What was offered, what was chosen and when; without it no payout goes another way than the original."""

    at: datetime
    offered: tuple[Resolution, ...]
    chosen: Resolution
    offer_id: str


@value(frozen=True, slots=True)
class Due:
    """Who must do what by when, and what happens then (a code of case_dates.DueAction)."""

    who: str
    what: str
    at: datetime
    then: str


@value(frozen=True, slots=True)
class HistoryEntry:
    """One move of the case; by is "customer", "bot", "system", "api" or "staff:NAME"."""

    at: datetime
    from_state: str
    to_state: str
    by: str
    why: str


@value(frozen=True, slots=True)
class Refund:
    """One payout over one payment; refund_no is also the number the gateway knows, stored before the first call.

    method is how it is paid: the payment's own method, or "balance" or "coupon" where the customer chose that; the
    payment named by payment_no is used up by amount all the same. failed still reserves (the same number may be sent
    again); only closed gives the reserve back; succeeded and closed are final.
    """

    refund_id: str
    refund_no: str
    case_no: str
    decision_no: str
    leg: int
    payment_no: str
    method: str
    amount: Money
    payer_amount: Money
    state: RefundState
    gateway_refund_id: str | None = None
    replaces: str | None = None
    attempts: int = 0
    needs_person: bool = False
    last_answer: str | None = None
    label: str | None = None


@value(frozen=True, slots=True)
class Coupon:
    """A coupon issued instead of money."""

    coupon_no: str
    amount: Money
    minimum_spend: Money
    expires_at: datetime


@stored(frozen=True, slots=True)
class Handoff:
    """Why a person has the case, since when, and who took it."""

    reason: str
    at: datetime
    taken_by: str | None = None
    taken_at: datetime | None = None


@stored(frozen=True, slots=True)
class SecondAsked:
    """A decision above the limit that waits for a second person; staff_id tells people of one name apart."""

    by: str
    staff_id: str
    at: datetime
    action: str
    amount: Money
    reply: str | None = None
