"""What a consumer asks for: which lines, why, and what should happen to the goods."""

from datetime import datetime
from enum import StrEnum

from refund_core.money import Money
from refund_core.values import stored, value


class Reason(StrEnum):
    """Why, in the contract's codes."""

    LATE_SHIPPING = "late_shipping"
    NOT_RECEIVED = "not_received"
    FAKE_SHIPMENT = "fake_shipment"
    REFUSED_DELIVERY = "refused_delivery"
    NOT_AS_DESCRIBED = "not_as_described"
    QUALITY_DEFECT = "quality_defect"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    MISSING_ITEM = "missing_item"
    NO_LONGER_WANTED = "no_longer_wanted"
    ORDERED_BY_MISTAKE = "ordered_by_mistake"
    SIZE_FIT = "size_fit"
    PRICE_DROP = "price_drop"
    OTHER = "other"


class Remedy(StrEnum):
    """What happens to the goods."""

    REFUND_ONLY = "refund_only"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"
    RESHIP = "reship"
    PRICE_ADJUST = "price_adjust"
    EXPEDITE = "expedite"


class Resolution(StrEnum):
    """Where the money or its substitute goes."""

    ORIGINAL_ROUTE = "original_route"
    BALANCE = "balance"
    COUPON = "coupon"
    EXCHANGE = "exchange"
    EXPEDITE = "expedite"
    KEEP_ITEM_PARTIAL = "keep_item_partial"


@value(frozen=True, slots=True)
class ClaimLine:
    """Some pieces of one order line."""

    line_no: str
    quantity: int


@stored(frozen=True, slots=True)
class Claim:
    """One request on one order; asked_at counts for every time limit, not the time of deciding."""

    lines: tuple[ClaimLine, ...]
    reason: Reason
    remedy: Remedy
    asked_at: datetime
    evidence: tuple[str, ...] = ()
    note: str | None = None


@stored(frozen=True, slots=True)
class LineAmount:
    """What one claimed line comes to; gift_deduction_minor was taken off for a gift that the customer keeps."""

    line_no: str
    quantity: int
    amount: Money
    gift_deduction_minor: int = 0


@value(frozen=True, slots=True)
class Allocation:
    """A claim in money: per line, the shipping fee's part, and the sum of both."""

    lines: tuple[LineAmount, ...]
    shipping: Money
    total: Money


@value(frozen=True, slots=True)
class Leg:
    """The part of a refund that goes back over one payment; payer_amount is what the payer is told they get."""

    payment_no: str
    method: str
    amount: Money
    payer_amount: Money
    label: str | None = None
