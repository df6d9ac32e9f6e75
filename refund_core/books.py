"""The money books: double entry, append-only; every transfer sums to zero, a balance is the sum of its postings."""

from dataclasses import dataclass
from datetime import datetime

from refund_core.money import Money


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a transfer: a positive amount comes into the account, a negative one leaves it."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Transfer:
    """One movement; key is unique for a merchant, so the same movement can be booked only once."""

    transfer_id: str
    key: str
    kind: str
    at: datetime
    postings: tuple[Posting, ...]
    case_no: str | None = None
    refund_no: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentEffect:
    """What a refund's move does to its payment: minor units to add (or take, if negative)."""

    reserved_minor: int
    refunded_minor: int


def payment_effect(before: str, after: str, amount: Money) -> PaymentEffect:
    """What moving a refund from one state ("" = new) to another does to its payment.

    A new refund reserves; succeeded turns the reserve into refunded; closed gives it back; failed and pending keep it.
    """
    was = _use(before)
    becomes = _use(after)
    return PaymentEffect((becomes[0] - was[0]) * amount.minor, (becomes[1] - was[1]) * amount.minor)


def _use(state: str) -> tuple[int, int]:
    match state:
        case "" | "closed":
            return (0, 0)
        case "succeeded":
            return (0, 1)
        case _:
            return (1, 0)


def has_floor(account: str) -> bool:
    """True for accounts that may never fall below zero: reserved:REFUND_NO, wallet:CUSTOMER and coupon:COUPON_NO.

    Only these need a kept balance; the rest (payment:ORDER:PAYMENT, paid_out:METHOD, bonus, compensation,
    voucher_kept) are sums of their postings and would only be rows that everybody waits for.
    """
    return account.startswith(("reserved:", "wallet:", "coupon:"))
