"""The money books: double entry, append-only; every transfer sums to zero, a balance is the sum of its postings."""

from dataclasses import dataclass
from datetime import datetime

from refund_core.money import Money


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a transfer: a positive amount is a debit, a negative one a credit."""

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
