"""Offer budgets in SQL: how much of a cap is used up, and counting a bonus under the lock of its one row.

A customer's bonuses of the last days are kept in the row itself, not in rows of their own: after waiting for the lock a
statement sees this row as it is then, any other as it was when the statement began. So the cap holds in one statement.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from refund_core.cases import BudgetUse, CaseChange
from storage.ids import new_id

_RECENT = """
FROM jsonb_to_recordset(b.gifts) AS g(at timestamptz, minor bigint)
WHERE g.at > {now} - make_interval(days => b.window_days)
"""
_STILL_COUNTS = f"""
CASE WHEN b.window_days IS NULL THEN b.used_minor ELSE (SELECT coalesce(sum(g.minor), 0)::bigint {_RECENT}) END
"""


def used(scope: str, currency: str, *, now: str) -> str:
    """SQL for what counts of a scope by now, 0 where nothing does; for the merchant of `w`, in SQL expressions."""
    return f"""
    coalesce((SELECT {_STILL_COUNTS.format(now=now)} FROM offer_budget b
        WHERE b.merchant_id = w.merchant_id AND b.scope = {scope} AND b.currency = {currency}), 0)
    """  # noqa: S608  # constants


def count_into(rows: str, *, now: str, after: str) -> str:
    """SQL that counts `rows` (a jsonb expression) once `after` holds; answers the scopes whose cap was kept."""
    still_counts = _STILL_COUNTS.format(now=now)
    return f"""
    INSERT INTO offer_budget AS b (id, merchant_id, scope, currency, window_days, used_minor, cap_minor, gifts)
    SELECT t.id, t.merchant_id, t.scope, t.currency, t.window_days, t.amount_minor, t.cap_minor,
        CASE WHEN t.window_days IS NULL THEN '[]'::jsonb
            ELSE jsonb_build_array(jsonb_build_object('at', {now}, 'minor', t.amount_minor)) END
    FROM jsonb_to_recordset({rows}) AS t(id uuid, merchant_id uuid, scope text, currency text, window_days int,
        amount_minor bigint, cap_minor bigint)
    WHERE (t.cap_minor IS NULL OR t.amount_minor <= t.cap_minor) AND {after}
    ORDER BY t.merchant_id, t.scope, t.currency
    ON CONFLICT (merchant_id, scope, currency) DO UPDATE
    SET used_minor = {still_counts} + excluded.used_minor, cap_minor = excluded.cap_minor,
        gifts = CASE WHEN b.window_days IS NULL THEN b.gifts
            ELSE (SELECT coalesce(jsonb_agg(g), '[]'::jsonb) {_RECENT.format(now=now)}) || excluded.gifts END
    WHERE excluded.cap_minor IS NULL OR {still_counts} + excluded.used_minor <= excluded.cap_minor
    RETURNING b.merchant_id || ':' || b.scope || ':' || b.currency AS counted
    """  # noqa: S608  # constants


def budget_rows(changes: Sequence[tuple[UUID, CaseChange]]) -> list[dict[str, Any]]:
    """One row per scope: what all changes take from it together, under the smallest cap that any of them names.

    case_no is the last one's, which gives way where they do not all fit.
    """
    found: dict[str, list[tuple[UUID, BudgetUse, str]]] = {}
    for merchant_id, change in changes:
        for use in change.budgets:
            key = f"{merchant_id}:{use.scope}:{use.amount.currency}"
            found.setdefault(key, []).append((merchant_id, use, change.case.case_no))
    return [_row(uses) for uses in found.values()]


def _row(uses: list[tuple[UUID, BudgetUse, str]]) -> dict[str, Any]:
    merchant_id, use, case_no = uses[-1]
    caps = [one.cap_minor for _, one, _ in uses if one.cap_minor is not None]
    return {
        "id": new_id(),
        "merchant_id": merchant_id,
        "scope": use.scope,
        "currency": use.amount.currency,
        "window_days": use.window_days,
        "amount_minor": sum(one.amount.minor for _, one, _ in uses),
        "cap_minor": min(caps, default=None),
        "case_no": case_no,
    }
