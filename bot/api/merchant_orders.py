"""Orders in the merchants' API: pushed, read and listed, as the same object everywhere."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
from aiohttp import web

from bot.api.errors import Fault, Problem, invalid
from bot.api.http import answer, json_response, read_body
from bot.api.masking import masked
from bot.api.merchant_auth import absent
from bot.api.paging import cursor_of, limit_of
from bot.api.services import SERVICES, Services
from bot.merchants import KnownMerchant
from bot.order_intake import Intake, take_orders
from connectors.orders.pushed.parse import parse_order
from connectors.orders.pushed.render import order_object, render_order
from refund_core.incoming import IncomingOrder, Rejected
from refund_core.shape_words import UNREADABLE
from storage.idempotency_store import GivenAnswer
from storage.order_store import Stored, list_orders, load_incoming


class OrderStored(msgspec.Struct, frozen=True):
    """One order that is stored now; change is created, updated or unchanged."""

    order_no: str
    change: str


class OrdersStored(msgspec.Struct, frozen=True):
    """The orders of one call, in its order."""

    items: Sequence[OrderStored]


class OrderPageView(msgspec.Struct, frozen=True):
    """A page of orders, the last stored first."""

    items: Sequence[dict[str, Any]]
    next_cursor: str | None


class _Batch(msgspec.Struct):
    orders: list[msgspec.Raw]


async def push_orders(request: web.Request, merchant: KnownMerchant, raw: bytes) -> GivenAnswer:
    """POST /orders: an order, a list, or {"orders": [...]}; one that cannot be read stops the whole call."""
    services = request.app[SERVICES]
    raws, is_single = _split(raw, services.settings.api.orders_per_call_max)
    orders = _parsed(raws, is_single=is_single)
    stored = await _store(services, merchant, orders, is_single=is_single)
    return GivenAnswer(
        200, msgspec.json.encode(OrdersStored([OrderStored(one.order_no, one.change) for one in stored]))
    )


async def put_order(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """PUT /orders/ORDER_NO: creates it or brings it up to date."""
    services = request.app[SERVICES]
    raw = await read_body(request, services.settings.api.body_bytes_max)
    orders = _parsed([raw], is_single=True)
    if orders[0].order.order_no != request.match_info["order_no"]:
        raise invalid("order_no", "other_than_path", "It must be the order number of the address.")
    (stored,) = await _store(services, merchant, orders, is_single=True)
    return answer(OrderStored(stored.order_no, stored.change), status=201 if stored.change == "created" else 200)


async def get_order(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /orders/ORDER_NO."""
    services = request.app[SERVICES]
    order_no = request.match_info["order_no"]
    found = await load_incoming(services.db, services.vault, merchant.merchant_id, order_no)
    if found is None:
        raise await absent(request, merchant, "order", order_no)
    return json_response(render_order(found))


async def get_orders(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /orders[?customer=]."""
    services = request.app[SERVICES]
    try:
        page = await list_orders(
            services.db,
            services.vault,
            merchant.merchant_id,
            limit=limit_of(request, services),
            cursor=cursor_of(request),
            customer=request.query.get("customer"),
        )
    except ValueError:
        raise invalid("cursor", "unknown", "It is not a cursor that a page has given.") from None
    shown = [order_object(replace(order, person=masked(order.person))) for order in page.orders]
    return answer(OrderPageView(shown, page.next_cursor))


def _split(raw: bytes, most: int) -> tuple[list[bytes], bool]:
    """The orders of a body as they were written, and whether it was one alone."""
    start = raw.lstrip()[:1]
    try:
        if start == b"[":
            parts = msgspec.json.decode(raw, type=list[msgspec.Raw])
        elif b'"orders"' in raw and (batch := _batch(raw)) is not None:
            parts = batch.orders
        else:
            return [raw], True
    except UNREADABLE:
        raise Problem(400, "not-json", "The body is not JSON.") from None
    if not 0 < len(parts) <= most:
        raise invalid("orders", "too_many", f"1 to {most} orders a call.", limit=most)
    return [bytes(part) for part in parts], False


def _batch(raw: bytes) -> _Batch | None:
    try:
        return msgspec.json.decode(raw, type=_Batch)
    except msgspec.ValidationError:
        return None


def _parsed(raws: Sequence[bytes], *, is_single: bool) -> list[IncomingOrder]:
    orders: list[IncomingOrder] = []
    faults: list[Fault] = []
    for place, raw in enumerate(raws):
        parsed = parse_order(raw)
        if isinstance(parsed, Rejected):
            if is_single and parsed.reason == "is not valid JSON":
                raise Problem(400, "not-json", "The body is not JSON.")
            faults.append(_fault(parsed, place, is_single=is_single))
        else:
            orders.append(parsed)
    if faults:
        raise _rejected(faults)
    return orders


async def _store(
    services: Services, merchant: KnownMerchant, orders: Sequence[IncomingOrder], *, is_single: bool
) -> list[Stored]:
    intake = Intake(services.db, services.vault, merchant.merchant_id, merchant.facts.policy.limits)
    answers = await take_orders(intake, orders, now=services.clock.now())
    faults = [_fault(one, place, is_single=is_single) for place, one in enumerate(answers) if isinstance(one, Rejected)]
    if faults:
        raise _rejected(faults)
    return [one for one in answers if isinstance(one, Stored)]


def _rejected(faults: Sequence[Fault]) -> Problem:
    first = faults[0]
    return Problem(422, "order-rejected", f"{first.field}: {first.detail}", errors=faults)


def _fault(rejected: Rejected, place: int, *, is_single: bool) -> Fault:
    field = rejected.field if is_single else f"orders[{place}].{rejected.field}".rstrip(".")
    return Fault(field or "body", "rejected", rejected.reason)
