"""Cases: saving what changed of them, with their money and holds, and reading them.

A change holds only in the world that it was made for: the case's version, the order's, the room on each payment, the
free lines, the state of each refund, the caps of bonuses. Where one of these is no longer so, nothing is written and
WorldChanged says for whom; whoever made the change makes it anew from fresh facts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from refund_core.books import has_floor, payment_effect
from refund_core.cases import CaseChange, LineHold
from storage import case_rows as rows
from storage.budget_rows import budget_rows
from storage.case_statement import ROWS, save_changes_sql
from storage.ids import new_id
from storage.order_rules import SHIPPING, shipping_row
from storage.transaction import Transaction

MerchantChange = tuple[UUID, CaseChange]
_SETTLE = "settle"
_encode = msgspec.json.encode


class WorldChanged(Exception):
    """What a change relied on is no longer so; nothing may be committed. Without case numbers it may be any of them."""

    def __init__(self, case_nos: frozenset[str], what: str) -> None:
        super().__init__(what)
        self.case_nos = case_nos
        self.what = what


class RowsOfChanges:
    """What changes ask of the parts of their statement, and how many answers each part owes."""

    def __init__(self, changes: Sequence[MerchantChange], now: datetime) -> None:
        self._asked = _rows(changes, now)
        self._documents = [rows.case_document(change) for _, change in changes]
        self.present = frozenset(name for name, rows in self._asked.items() if rows)

    def arguments(self) -> list[object]:
        """The rows as JSON, in the order of ROWS, without those of which there are none; and the cases' documents."""
        return [*(_encode(self._asked[name]) for name in ROWS if name in self.present), self._documents]

    def owed(self) -> list[int]:
        """How many answers each part of owing() owes."""
        return [len(self._wanted(name)) for name in owing(self.present)]

    def check(self, found: Mapping[str, Sequence[str]]) -> None:
        """Raises WorldChanged where an answer is missing."""
        for name in owing(self.present):
            wanted = self._wanted(name)
            missing = wanted.keys() - set(found[name])
            if missing:
                raise WorldChanged(frozenset(wanted[key] for key in missing), name)

    def _wanted(self, name: str) -> dict[str, str]:
        key = _ANSWERS[name]
        return {key(row): row["case_no"] for row in self._asked[name]}


async def save_changes(tx: Transaction, changes: Sequence[MerchantChange], *, now: datetime) -> None:
    """Save changes of any merchants' cases, all or none; the caller holds the locks of their conversations.

    One statement, unless an order appears twice: its changes then follow one another. Raises WorldChanged, after which
    the transaction must be rolled back.
    """
    for group in _one_per_order(changes):
        await _save(tx, group, now)


async def _save(tx: Transaction, changes: Sequence[MerchantChange], now: datetime) -> None:
    asked = RowsOfChanges(changes, now)
    try:
        (found,) = await tx.fetch(save_changes_sql(asked.present), now, *asked.arguments())
    except asyncpg.IntegrityConstraintViolationError as error:
        raise WorldChanged(frozenset(), error.constraint_name or "constraint") from error
    asked.check(found)


def owing(present: frozenset[str]) -> list[str]:
    """Those of the parts that must answer for each of their rows, in the order of ROWS."""
    return [name for name in ROWS if name in present and name in _ANSWERS]


def are_of_different_orders(changes: Sequence[MerchantChange]) -> bool:
    """True where one statement can save all of them."""
    return len({change.order_id for _, change in changes}) == len(changes)


def _rows(changes: Sequence[MerchantChange], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """By part of the statement, what is asked of it."""
    asked: dict[str, list[dict[str, Any]]] = {name: [] for name in ROWS}
    for place, (merchant_id, change) in enumerate(changes, 1):
        refunds = rows.refund_rows(merchant_id, change)
        asked["changed" if change.previous_version else "opened"].append(rows.case_row(merchant_id, change, place))
        if change.order_version is not None:
            asked["orders"].append(rows.order_row(merchant_id, change))
        asked["payments"] += _payment_rows(merchant_id, change)
        asked["ends"] += _end_rows(merchant_id, change)
        asked["holds"] += _hold_rows(merchant_id, change)
        asked["changed_refunds"] += [row for row in refunds if row["before"]]
        asked["new_refunds"] += [row for row in refunds if not row["before"]]
        asked["transfers"] += rows.transfer_rows(merchant_id, change.transfers)
        asked["postings"] += rows.posting_rows(merchant_id, change.transfers)
        asked["consents"] += rows.consent_rows(merchant_id, change)
        asked["coupons"] += rows.coupon_rows(merchant_id, change)
        asked["effects"] += rows.effect_rows(merchant_id, change, now)
    for balance in _balance_rows(changes):
        asked["taken" if balance["amount_minor"] < 0 else "given"].append(balance)
    asked["budgets"] += budget_rows(changes)
    return asked


# What a part must answer for each of its rows, and for several of the same key once.
_ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "changed": lambda row: row["case_no"],
    "opened": lambda row: row["case_no"],
    "orders": lambda row: row["order_id"],
    "payments": lambda row: f"{row['order_id']}:{row['payment_no']}",
    "holds": lambda row: f"{row['order_id']}:{row['line_no']}",
    "changed_refunds": lambda row: row["refund_no"],
    "new_refunds": lambda row: row["refund_no"],
    "taken": lambda row: f"{row['merchant_id']}:{row['account']}:{row['currency']}",
    "budgets": lambda row: f"{row['merchant_id']}:{row['scope']}:{row['currency']}",
}


def _one_per_order(changes: Sequence[MerchantChange]) -> Iterator[list[MerchantChange]]:
    """The changes in groups that touch every order at most once, in their order."""
    left = list(changes)
    while left:
        group: dict[str, MerchantChange] = {}
        later: list[MerchantChange] = []
        for merchant_change in left:
            order_id = merchant_change[1].order_id
            if order_id in group:
                later.append(merchant_change)
            else:
                group[order_id] = merchant_change
        yield list(group.values())
        left = later


def _payment_rows(merchant_id: UUID, change: CaseChange) -> Iterator[dict[str, Any]]:
    """What the change does to each payment, all of its refunds taken together; of a new refund's also nothing."""
    pairs = list(zip(change.refunds, change.refunds_from, strict=True))
    added = {refund.payment_no for refund, before in pairs if not before}
    sums: dict[str, tuple[int, int]] = {}
    for refund, before in pairs:
        effect = payment_effect(before, refund.state, refund.amount)
        reserved, refunded = sums.get(refund.payment_no, (0, 0))
        sums[refund.payment_no] = (reserved + effect.reserved_minor, refunded + effect.refunded_minor)
    for payment_no, (reserved, refunded) in sums.items():
        if reserved or refunded or payment_no in added:
            yield {
                "merchant_id": merchant_id,
                "order_id": change.order_id,
                "payment_no": payment_no,
                "reserved": reserved,
                "refunded": refunded,
                "case_no": change.case.case_no,
            }


def _end_rows(merchant_id: UUID, change: CaseChange) -> Iterator[dict[str, Any]]:
    """What happens to lines that the case holds now and not any more: settled, or given back."""
    if change.previous_version == 0 or (change.ends_hold is None and not change.holds):
        return
    is_replaced = bool(change.holds) and change.ends_hold != "release"
    yield {
        "merchant_id": merchant_id,
        "order_id": change.order_id,
        "case_no": change.case.case_no,
        "settles": change.ends_hold == _SETTLE and not change.holds,
        "keeps": [_row_of(hold, change) for hold in change.holds] if is_replaced else [],
    }


def _hold_rows(merchant_id: UUID, change: CaseChange) -> Iterator[dict[str, Any]]:
    """The lines that the case holds from now on, or settles with this very change."""
    if change.ends_hold == "release":
        return
    for hold in change.holds:
        yield _hold_row(merchant_id, change, hold, is_settled=change.ends_hold == _SETTLE)


def _row_of(hold: LineHold, change: CaseChange) -> str:
    """A line has one row, since one case at a time may hold it; of the shipping fee each case has its own share."""
    return shipping_row(change.case.case_no) if hold.line_no == SHIPPING else hold.line_no


def _hold_row(merchant_id: UUID, change: CaseChange, hold: LineHold, *, is_settled: bool) -> dict[str, Any]:
    asked = (hold.quantity, hold.amount.minor)
    refunded, held = (asked, (0, 0)) if is_settled else ((0, 0), asked)
    return {
        "id": new_id(),
        "merchant_id": merchant_id,
        "order_id": change.order_id,
        "line_no": _row_of(hold, change),
        "sold_quantity": hold.sold_quantity,
        "sold_minor": hold.sold_amount.minor,
        "refunded_quantity": refunded[0],
        "refunded_minor": refunded[1],
        "open_quantity": held[0],
        "open_minor": held[1],
        "open_case_no": None if is_settled or held == (0, 0) else change.case.case_no,
        "case_no": change.case.case_no,
    }


def _balance_rows(changes: Sequence[MerchantChange]) -> Iterator[dict[str, Any]]:
    """What the transfers come to on each account whose balance is kept."""
    sums: dict[tuple[UUID, str, str], int] = {}
    cases: dict[tuple[UUID, str, str], str] = {}
    for merchant_id, change in changes:
        for posting in (posting for transfer in change.transfers for posting in transfer.postings):
            if has_floor(posting.account):
                key = (merchant_id, posting.account, posting.amount.currency)
                sums[key] = sums.get(key, 0) + posting.amount.minor
                cases[key] = change.case.case_no
    for (merchant_id, account, currency), amount_minor in sums.items():
        yield {
            "id": new_id(),
            "merchant_id": merchant_id,
            "account": account,
            "currency": currency,
            "amount_minor": amount_minor,
            "case_no": cases[merchant_id, account, currency],
        }
