"""Verifying the books: every invariant of the money replayed over what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from storage.book_checks import BILL, in_one_statement
from storage.database import Database
from storage.transaction import Transaction, transact

BILL_INVARIANT = 12
_TIMEOUT_MILLISECONDS = 600_000
_ALL = in_one_statement()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks an invariant (its number in docs/reliability.md): what it is about, and what is wrong."""

    invariant: int
    about: str
    detail: str


@dataclass(frozen=True, slots=True)
class BillEntry:
    """A refund as a gateway bills it; state in our words: pending, succeeded, closed or abnormal."""

    refund_no: str
    payment_no: str
    amount_minor: int
    state: str


async def verify_books(db: Database, merchant_id: UUID) -> list[Finding]:
    """What breaks an invariant, lowest number first; nothing found means that the books are right."""

    async def work(tx: Transaction) -> list[Finding]:
        return [Finding(*row) for row in await tx.fetch(_ALL, merchant_id)]

    return await transact(db, work, name="books", statement_timeout_milliseconds=_TIMEOUT_MILLISECONDS)


async def compare_with_bill(
    db: Database, merchant_id: UUID, bill: Sequence[BillEntry], *, method: str
) -> list[Finding]:
    """Where the books and a gateway's bill differ; a payout that only the gateway calls done is no difference yet."""

    async def work(tx: Transaction) -> list[Finding]:
        found = await tx.fetch(
            BILL,
            merchant_id,
            [entry.refund_no for entry in bill],
            [entry.payment_no for entry in bill],
            [entry.amount_minor for entry in bill],
            [entry.state for entry in bill],
            method,
        )
        return [Finding(BILL_INVARIANT, *row) for row in found]

    return await transact(db, work, name="bill", statement_timeout_milliseconds=_TIMEOUT_MILLISECONDS)
