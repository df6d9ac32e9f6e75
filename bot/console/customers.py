"""The customer of a conversation that has no case yet: who they are, what they ordered last, and their requests."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.people import masked_person
from bot.console.report_view import code_words
from bot.console.sessions import VISIT
from refund_core.orders import Order
from storage.case_reads import CaseFilter, list_cases
from storage.order_store import list_orders

ORDERS_SHOWN = 5
CASES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RecentOrder:
    """One of the customer's orders, as the page shows it."""

    order_no: str
    placed_at: datetime
    status: str
    titles: tuple[str, ...]
    paid_minor: int
    currency: str


async def customer_values(request: web.Request, customer: str | None) -> dict[str, object]:
    """What the page says of the customer; nothing of a visitor who is not signed in."""
    if customer is None:
        return {"customer": None}
    console, merchant_id = request.app[CONSOLE], request[VISIT].session.merchant_id
    orders = await list_orders(console.db, console.vault, merchant_id, limit=ORDERS_SHOWN, customer=customer)
    cases = await list_cases(console.db, merchant_id, CaseFilter(customer=customer), limit=CASES_SHOWN)
    return {
        "customer": customer,
        "person": await masked_person(request, customer),
        "orders": [_recent(incoming.order) for incoming in orders.orders],
        "their_cases": cases.cases,
        "code": partial(code_words, request[VISIT].locale),
    }


def _recent(order: Order) -> RecentOrder:
    titles = tuple(f"{line.title} × {line.quantity}" for line in order.lines)
    paid = sum(payment.amount for payment in order.payments)
    return RecentOrder(order.order_no, order.placed_at, order.status.value, titles, paid, order.currency)
