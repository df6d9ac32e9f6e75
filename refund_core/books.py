"""The money books: double entry, append-only; every transfer sums to zero, a balance is the sum of its postings.

Accounts, by whom the money belongs to at that moment:
payment:ORDER_NO:PAYMENT_NO  what was captured for an order; falls below zero by what was decided to go back
reserved:REFUND_NO           decided, on its way
paid_out:METHOD              gone over a gateway or paid by hand
wallet:CUSTOMER              the customer's balance with the merchant
coupon:COUPON_NO             a coupon's worth, until it is spent or revoked
voucher_kept                 what a payment platform's own voucher had paid of money that went to a wallet or coupon
bonus, compensation          what the merchant gives on top; never part of a refund, which stays within the captured
"""

from collections.abc import Sequence
from datetime import datetime

from refund_core.ids import Ids
from refund_core.money import Money
from refund_core.values import value


@value(frozen=True, slots=True)
class Posting:
    """One side of a transfer: a positive amount comes into the account, a negative one leaves it."""

    account: str
    amount: Money


@value(frozen=True, slots=True)
class Transfer:
    """One movement; key is unique for a merchant, so the same movement can be booked only once."""

    transfer_id: str
    key: str
    kind: str
    at: datetime
    postings: tuple[Posting, ...]
    case_no: str | None = None
    refund_no: str | None = None


@value(frozen=True, slots=True)
class BookedRefund:
    """What the books need to know of one payout."""

    refund_no: str
    case_no: str
    order_no: str
    payment_no: str
    method: str
    amount: Money
    payer_amount: Money

    @property
    def payment_account(self) -> str:
        """Where the money was captured."""
        return f"payment:{self.order_no}:{self.payment_no}"

    @property
    def reserved_account(self) -> str:
        """Where it waits for its payout."""
        return f"reserved:{self.refund_no}"


@value(frozen=True, slots=True)
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


def reserve(refund: BookedRefund, at: datetime, ids: Ids) -> Transfer:
    """Set the money aside when the payout is decided."""
    return _refund_transfer("reserve", refund, at, ids, [(refund.payment_account, -1), (refund.reserved_account, 1)])


def release(refund: BookedRefund, at: datetime, ids: Ids) -> Transfer:
    """Give the money back to its payment when the payout is closed."""
    return _refund_transfer("release", refund, at, ids, [(refund.reserved_account, -1), (refund.payment_account, 1)])


def settle(refund: BookedRefund, at: datetime, ids: Ids) -> Transfer:
    """Book the money as gone over its gateway, or as paid by hand."""
    paid_out = f"paid_out:{refund.method}"
    return _refund_transfer("settle", refund, at, ids, [(refund.reserved_account, -1), (paid_out, 1)])


def settle_inside(refund: BookedRefund, account: str, at: datetime, ids: Ids) -> Transfer:
    """Book the payer's part of the money into a wallet or coupon; what a platform's voucher had paid stays here."""
    kept = refund.amount - refund.payer_amount
    postings = [Posting(refund.reserved_account, -refund.amount), Posting(account, refund.payer_amount)]
    if not kept.is_zero():
        postings.append(Posting("voucher_kept", kept))
    return _transfer("settle", refund.refund_no, at, ids, postings, refund=refund)


def give(kind: str, reference: str, account: str, amount: Money, *, case_no: str, at: datetime, ids: Ids) -> Transfer:
    """Give a bonus or compensation ("bonus", "compensation") into a wallet or coupon, once per reference."""
    postings = [Posting(kind, -amount), Posting(account, amount)]
    return _transfer(kind, reference, at, ids, postings, case_no=case_no)


def take_back(
    kind: str, reference: str, account: str, amount: Money, *, case_no: str, at: datetime, ids: Ids
) -> Transfer:
    """Take an unspent bonus or an unused coupon back to where it came from, once per reference."""
    postings = [Posting(account, -amount), Posting(kind, amount)]
    return _transfer(f"{kind}_back", reference, at, ids, postings, case_no=case_no)


def check_transfer(transfer: Transfer) -> str | None:
    """The first thing that is wrong with a transfer, or None: it must have postings that sum to zero per currency."""
    if len(transfer.postings) < 2:
        return f"transfer {transfer.key} has fewer than two postings"
    sums: dict[str, int] = {}
    for posting in transfer.postings:
        sums[posting.amount.currency] = sums.get(posting.amount.currency, 0) + posting.amount.minor
    for currency, minor in sums.items():
        if minor != 0:
            return f"transfer {transfer.key} sums to {minor} {currency}"
    return None


def check_payment(payment_no: str, *, captured_minor: int, refunded_minor: int, reserved_minor: int) -> str | None:
    """Never more goes back over a payment than was captured."""
    if refunded_minor < 0 or reserved_minor < 0 or refunded_minor + reserved_minor > captured_minor:
        return f"payment {payment_no}: refunded {refunded_minor}, reserved {reserved_minor}, captured {captured_minor}"
    return None


def check_payment_refunds(
    payment_no: str,
    refunds: Sequence[tuple[str, int]],
    *,
    reserved_minor: int,
    refunded_minor: int,
    imported_minor: int = 0,
) -> str | None:
    """A payment's sums are those of its refunds, given as (state, amount_minor), and of imported ones."""
    effects = [payment_effect("", state, Money(minor, "")) for state, minor in refunds]
    reserved = sum(effect.reserved_minor for effect in effects)
    refunded = sum(effect.refunded_minor for effect in effects) + imported_minor
    if (reserved, refunded) != (reserved_minor, refunded_minor):
        return (
            f"payment {payment_no}: says reserved {reserved_minor} and refunded {refunded_minor}, "
            f"its refunds come to {reserved} and {refunded}"
        )
    return None


def check_line(line_no: str, *, sold: tuple[int, int], refunded: tuple[int, int], held: tuple[int, int]) -> str | None:
    """Never more of a line is refunded or asked for than was sold; each pair is (quantity, minor units)."""
    for name, most, gone, asked in zip(("quantity", "amount"), sold, refunded, held, strict=True):
        if gone < 0 or asked < 0 or gone + asked > most:
            return f"line {line_no}: {name} refunded {gone} and held {asked} of sold {most}"
    return None


def check_legs(decision_no: str, decided: Money, refunds: Sequence[tuple[int, str, Money]]) -> str | None:
    """At most one payout per leg that is not closed, and all together never above what was decided.

    refunds are (leg, state, amount) of one decision.
    """
    standing = [(leg, amount) for leg, state, amount in refunds if state != "closed"]
    numbers = [leg for leg, _ in standing]
    for number in numbers:
        if numbers.count(number) > 1:
            return f"decision {decision_no}: leg {number} is paid twice"
    paid = sum(amount.minor for _, amount in standing)
    if paid > decided.minor:
        return f"decision {decision_no}: {paid} is paid of decided {decided.minor}"
    return None


def check_balance(account: str, balance_minor: int, postings: Sequence[int]) -> str | None:
    """A kept balance is the sum of its postings, and never below zero where the account has a floor."""
    if balance_minor != sum(postings):
        return f"account {account}: says {balance_minor}, its postings sum to {sum(postings)}"
    if has_floor(account) and balance_minor < 0:
        return f"account {account}: is at {balance_minor}, below its floor"
    return None


def check_reserve(refund_no: str, state: str, amount: Money, reserved_minor: int) -> str | None:
    """A refund's reserve account holds its amount until it is final, and nothing after."""
    wanted = payment_effect("", state, amount).reserved_minor
    if reserved_minor != wanted:
        return f"refund {refund_no} is {state}: its reserve should hold {wanted} and holds {reserved_minor}"
    return None


def _refund_transfer(
    kind: str, refund: BookedRefund, at: datetime, ids: Ids, sides: Sequence[tuple[str, int]]
) -> Transfer:
    postings = [Posting(account, refund.amount if sign > 0 else -refund.amount) for account, sign in sides]
    return _transfer(kind, refund.refund_no, at, ids, postings, refund=refund)


def _transfer(
    kind: str,
    reference: str,
    at: datetime,
    ids: Ids,
    postings: list[Posting],
    *,
    refund: BookedRefund | None = None,
    case_no: str | None = None,
) -> Transfer:
    key = f"{kind}:{reference}"
    return Transfer(
        ids.uuid(f"transfer:{key}"),
        key,
        kind,
        at,
        tuple(postings),
        refund.case_no if refund else case_no,
        refund.refund_no if refund else None,
    )
