"""Reading cases: by number, by customer, by refund, and page by page for the API."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from refund_core.cases import RefundCase
from storage.case_rows import REFUNDS_OF_CASE, read_case
from storage.reading import CanFetch

_LIMIT_MAX = 500

_BY_NUMBER = f"""
SELECT c.merchant_id, c.case_no, c.document, paid.refunds
FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, case_no)
JOIN refund_case c ON c.merchant_id = wanted.merchant_id AND c.case_no = wanted.case_no
{REFUNDS_OF_CASE}
"""  # noqa: S608  # put together from constants alone
_BY_REFUND = f"""
SELECT c.document, paid.refunds
FROM refund asked JOIN refund_case c ON c.merchant_id = asked.merchant_id AND c.id = asked.case_id
{REFUNDS_OF_CASE}
WHERE asked.merchant_id = $1 AND asked.refund_no = $2
"""  # noqa: S608  # the same
_PAGE = f"""
SELECT c.id, c.created_at, c.document, paid.refunds
FROM (
    SELECT * FROM refund_case listed
    WHERE listed.merchant_id = $1
      AND ($2::text IS NULL OR listed.order_id = (SELECT id FROM shop_order WHERE merchant_id = $1 AND order_no = $2))
      AND ($3::text IS NULL
           OR listed.customer_id = (SELECT id FROM customer WHERE merchant_id = $1 AND external_id = $3))
      AND (cardinality($4::text[]) = 0 OR listed.state = ANY($4))
      AND ($5::timestamptz IS NULL OR (listed.created_at, listed.id) < ($5, $6::uuid))
    ORDER BY listed.created_at DESC, listed.id DESC LIMIT $7
) c
{REFUNDS_OF_CASE}
ORDER BY c.created_at DESC, c.id DESC
"""  # noqa: S608  # the same


class CursorInvalid(Exception):
    """A cursor that no page has given."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to list; None and empty mean any."""

    order_no: str | None = None
    customer: str | None = None
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some cases, newest first, and the cursor of those after them."""

    cases: tuple[RefundCase, ...]
    next_cursor: str | None


async def load_case(db: CanFetch, merchant_id: UUID, case_no: str) -> RefundCase | None:
    """The merchant's case of that number."""
    return (await load_cases(db, [(merchant_id, case_no)])).get((merchant_id, case_no))


async def load_cases(db: CanFetch, keys: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], RefundCase]:
    """The cases of these merchants and numbers; one that does not exist is left out."""
    found = await db.fetch(_BY_NUMBER, [key[0] for key in keys], [key[1] for key in keys])
    return {(row[0], row[1]): read_case(row[2], row[3]) for row in found}


async def case_of_refund(db: CanFetch, merchant_id: UUID, refund_no: str) -> RefundCase | None:
    """The case that a refund number of ours belongs to."""
    found = await db.fetch(_BY_REFUND, merchant_id, refund_no)
    return read_case(found[0][0], found[0][1]) if found else None


async def list_cases(
    db: CanFetch, merchant_id: UUID, wanted: CaseFilter, *, limit: int = 50, cursor: str | None = None
) -> CasePage:
    """One page of the merchant's cases, newest first. Raises CursorInvalid."""
    limit = min(max(limit, 1), _LIMIT_MAX)
    before = _read_cursor(cursor) if cursor is not None else (None, None)
    filters = (wanted.order_no, wanted.customer, list(wanted.states))
    found = await db.fetch(_PAGE, merchant_id, *filters, *before, limit + 1)
    page = found[:limit]
    cases = tuple(read_case(row["document"], row["refunds"]) for row in page)
    has_more = len(found) > limit
    return CasePage(cases, _write_cursor(page[-1]["created_at"], page[-1]["id"]) if has_more else None)


def _write_cursor(created_at: datetime, case_id: UUID) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((created_at, case_id))).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        created_at, case_id = msgspec.json.decode(raw, type=tuple[datetime, UUID])
    except (binascii.Error, ValueError):
        raise CursorInvalid from None
    if created_at.tzinfo is None:
        raise CursorInvalid
    return created_at, case_id
