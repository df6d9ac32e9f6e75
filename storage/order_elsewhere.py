"""Orders that report refunds made elsewhere, and the open cases that such a report takes something from."""

from dataclasses import dataclass, replace
from uuid import UUID

from refund_core.cases import RefundCase
from refund_core.orders import Order, OrderFacts
from storage import order_sql as sql
from storage.case_reads import CaseFilter, list_cases
from storage.database import Database
from storage.order_rules import match_own_refunds
from storage.order_store import load_order

_OPEN = (
    "offered", "stopping", "under_review", "awaiting_customer", "awaiting_return", "inspecting", "awaiting_finance",
    "refunding", "replacing", "failed",
)  # fmt: skip
CASES_MAX = 100


@dataclass(frozen=True, slots=True)
class Reported:
    """An order as it is stored, as its source reports it, and its open cases."""

    before: OrderFacts
    after: OrderFacts
    cases: tuple[RefundCase, ...]


async def read_reported(db: Database, merchant_id: UUID, order: Order) -> Reported | None:
    """The order of a report with the cases that are open on it; None where there are none."""
    before = await load_order(db, merchant_id, order.order_no)
    if before is None:
        return None
    page = await list_cases(db, merchant_id, CaseFilter(order_no=order.order_no, states=_OPEN), limit=CASES_MAX)
    if not page.cases:
        return None
    numbers = [past.refund_no for past in order.refunds]
    rows = await db.fetch(sql.OWN_REFUNDS, merchant_id, numbers)
    own = {row["refund_no"]: (row["order_no"], row["payment_no"]) for row in rows}
    after = replace(before, order=match_own_refunds(order, own))
    return Reported(before, after, page.cases)
