"""A person's decision as they took it, before anything is built from it."""

from enum import StrEnum

from refund_core.claims import ClaimLine, Resolution
from refund_core.values import value


class StaffAction(StrEnum):
    """The contract's actions of a decision."""

    APPROVE = "approve"
    APPROVE_AFTER_RETURN = "approve_after_return"
    PARTIAL = "partial"
    OFFER = "offer"
    RESHIP = "reship"
    EXCHANGE = "exchange"
    INTERCEPT = "intercept"
    ASK_CUSTOMER = "ask_customer"
    REJECT = "reject"
    ESCALATE = "escalate"


@value(frozen=True, slots=True)
class StaffDecision:
    """A person's decision; version is the case as they saw it.

    partial takes lines (pieces), with less for some of them (line_amounts: line_no, minor units), or amount_minor (the
    goods stay: no piece counts as returned); shipping_minor replaces the fee's part. compensation_minor goes to the
    customer's balance, or is an offer's bonus. offer takes resolution (balance, keep_item_partial with amount_minor, or
    only original_route). reply is what staff say themselves; without it the consumer gets the standing words.
    """

    action: StaffAction
    version: int
    lines: tuple[ClaimLine, ...] = ()
    line_amounts: tuple[tuple[str, int], ...] = ()
    amount_minor: int | None = None
    shipping_minor: int | None = None
    compensation_minor: int = 0
    resolution: Resolution = Resolution.ORIGINAL_ROUTE
    reason_code: str | None = None
    reply: str | None = None
