"""Cases: saving what changed of them, with their money and holds, and reading them.

A change holds only in the world that it was made for: the case's version, the order's, the room on each payment, the
free lines, the state of each refund, the caps of bonuses. Where one of these is no longer so, nothing is written and
WorldChanged says for whom; whoever made the change makes it anew from fresh facts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from refund_core.books import has_floor, payment_effect
from refund_core.cases import CaseChange, LineHold
from storage import case_rows as rows
from storage.budget_rows import budget_cases, budget_rows
from storage.case_statement import SAVE_CHANGES
from storage.ids import new_id
from storage.transaction import Transaction

MerchantChange = tuple[UUID, CaseChange]
_SETTLE = "settle"


class WorldChanged(Exception):
    """What a change relied on is no longer so; nothing may be committed. Without case numbers it may be any of them."""

    def __init__(self, case_nos: frozenset[str], what: str) -> None:
        super().__init__(what)
        self.case_nos = case_nos
        self.what = what


async def save_changes(tx: Transaction, changes: Sequence[MerchantChange], *, now: datetime) -> None:
    """Save changes of any merchants' cases, all or none; the caller holds the locks of their conversations.

    One statement, unless an order appears twice: its changes then follow one another. Raises WorldChanged, after which
    the transaction must be rolled back.
    """
    for group in _one_per_order(changes):
        await _save(tx, group, now)


async def _save(tx: Transaction, changes: Sequence[MerchantChange], now: datetime) -> None:
    written = _written(changes, now)
    try:
        (found,) = await tx.fetch(SAVE_CHANGES, *written.arguments)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise WorldChanged(frozenset(), error.constraint_name or "constraint") from error
    for what, wanted in written.wanted.items():
        missing = wanted.keys() - set(found[what])
        if missing:
            raise WorldChanged(frozenset(wanted[key] for key in missing), what)


@dataclass(frozen=True, slots=True)
class _Written:
    """The statement's arguments, and by part the keys that it must answer with the case each belongs to."""

    arguments: tuple[object, ...]
    wanted: Mapping[str, Mapping[str, str]]


def _written(changes: Sequence[MerchantChange], now: datetime) -> _Written:
    payments = [row for merchant_id, change in changes for row in _payment_rows(merchant_id, change)]
    holds = [row for merchant_id, change in changes for row in _hold_rows(merchant_id, change)]
    balances = list(_balance_rows(changes))
    budgets = budget_rows(changes)
    arguments = (
        _json(rows.case_row(merchant_id, change) for merchant_id, change in changes),
        now,
        _json(payments),
        _json(row for merchant_id, change in changes for row in _end_rows(merchant_id, change)),
        _json(holds),
        [change.case.case_no for _, change in changes],
        _json(row for merchant_id, change in changes for row in rows.refund_rows(merchant_id, change)),
        _json(row for merchant_id, change in changes for row in rows.transfer_rows(merchant_id, change.transfers)),
        _json(row for merchant_id, change in changes for row in rows.posting_rows(merchant_id, change.transfers)),
        _json(balances),
        _json(row for merchant_id, change in changes for row in rows.consent_rows(merchant_id, change)),
        _json(row for merchant_id, change in changes for row in rows.coupon_rows(merchant_id, change)),
        _json(row for merchant_id, change in changes for row in rows.effect_rows(merchant_id, change, now)),
        _json(budgets),
    )
    wanted = {
        "cases": {change.case.case_no: change.case.case_no for _, change in changes},
        "orders": {change.order_id: change.case.case_no for _, change in changes if change.order_version is not None},
        "payments": {f"{row['order_id']}:{row['payment_no']}": row["case_no"] for row in payments},
        "lines": {f"{row['order_id']}:{row['line_no']}": row["case_no"] for row in holds},
        "refunds": {refund.refund_no: refund.case_no for _, change in changes for refund in change.refunds},
        "accounts": {
            f"{row['merchant_id']}:{row['account']}:{row['currency']}": row["case_no"]
            for row in balances
            if row["amount_minor"] < 0
        },
        "budgets": budget_cases(budgets),
    }
    return _Written(arguments, wanted)


def _json(values: Iterable[Mapping[str, Any]]) -> bytes:
    return msgspec.json.encode(list(values))


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
    """What the change does to each payment, all of its refunds taken together; a new refund always names its payment."""
    sums: dict[str, tuple[int, int]] = {}
    added = {refund.payment_no for refund, before in zip(change.refunds, change.refunds_from, strict=True) if not before}
    for refund, before in zip(change.refunds, change.refunds_from, strict=True):
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
        "keeps": [hold.line_no for hold in change.holds] if is_replaced else [],
    }


def _hold_rows(merchant_id: UUID, change: CaseChange) -> Iterator[dict[str, Any]]:
    """The lines that the case holds from now on, or settles with this very change."""
    if change.ends_hold == "release":
        return
    for hold in change.holds:
        yield _hold_row(merchant_id, change, hold, is_settled=change.ends_hold == _SETTLE)


def _hold_row(merchant_id: UUID, change: CaseChange, hold: LineHold, *, is_settled: bool) -> dict[str, Any]:
    asked = (hold.quantity, hold.amount.minor)
    refunded, held = (asked, (0, 0)) if is_settled else ((0, 0), asked)
    return {
        "id": new_id(),
        "merchant_id": merchant_id,
        "order_id": change.order_id,
        "line_no": hold.line_no,
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
