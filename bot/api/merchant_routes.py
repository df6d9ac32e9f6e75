"""The merchants' API, call by call."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta

from bot.api.case_view import CaseView
from bot.api.errors import not_built
from bot.api.http import Handler
from bot.api.keyed import keyed
from bot.api.merchant_auth import for_merchant, merchant_of_key
from bot.api.merchant_case_posts import (
    CaseMessageRequest,
    CaseMessageSaid,
    CaseRequest,
    DecisionRequest,
    post_case,
    post_decision,
    post_message,
)
from bot.api.merchant_cases import CasePageView, get_case, get_cases
from bot.api.merchant_customers import CustomerView, get_customer
from bot.api.merchant_orders import (
    OrderPageView,
    OrdersStored,
    OrderStored,
    get_order,
    get_orders,
    push_orders,
    put_order,
)
from bot.api.merchant_reports import DAYS_MAX, get_talks
from bot.api.merchant_rules import RulesRequest, RulesView, get_rules, put_rules
from bot.api.merchant_texts import TextsRequest, TextsView, get_texts, put_texts
from bot.api.merchant_widget import (
    HoursRequest,
    HoursView,
    WidgetRequest,
    WidgetView,
    get_hours,
    get_widget,
    put_hours,
    put_widget,
)
from bot.api.operations import Operation, Query
from bot.insight import TalkReport
from connectors.orders.pushed.wire import WireOrder
from refund_core.cases import CaseState

_BASE = "/api/v1"
_PAGE = (
    Query("limit", Annotated[int, Meta(ge=1, le=500)], "How many things a page may have."),
    Query("cursor", str, "The next_cursor of the page before."),
)


def _later(what: str) -> Handler:
    """A call of the contract that is still to be built: it says so to whoever may call it."""

    async def handler(request: web.Request) -> web.Response:
        await merchant_of_key(request)
        raise not_built(what)

    return handler


def _get(path: str, handler: Handler, summary: str, answer: object, *query: Query) -> Operation:
    return Operation(
        "GET", _BASE + path, handler, summary, "merchant", "merchant", answer=answer, query=query, faults=(404, 422)
    )


def _put(path: str, handler: Handler, summary: str, body: object, answer: object) -> Operation:
    return Operation(
        "PUT",
        _BASE + path,
        handler,
        summary,
        "merchant",
        "merchant",
        body=body,
        answer=answer,
        faults=(400, 409, 413, 422),
    )


def _post(path: str, handler: Handler, summary: str, body: object, answer: object, status: int = 200) -> Operation:
    return Operation(
        "POST",
        _BASE + path,
        handler,
        summary,
        "merchant",
        "merchant",
        body=body,
        answer=answer,
        status=status,
        faults=(400, 404, 409, 413, 422),
        is_keyed=True,
    )


def _unbuilt(method: str, path: str, summary: str) -> Operation:
    return Operation(
        method, _BASE + path, _later(summary), f"{summary} (not built yet)", "merchant", "merchant", faults=(501,)
    )


MERCHANT_OPERATIONS = (
    _post("/orders", keyed(push_orders), "Push up to 500 orders", WireOrder | list[WireOrder], OrdersStored),
    _get(
        "/orders",
        for_merchant(get_orders),
        "Orders, the last stored first",
        OrderPageView,
        *_PAGE,
        Query("customer", str, "Only this customer's (external_id)."),
    ),
    _get("/orders/{order_no}", for_merchant(get_order), "One order", WireOrder),
    _put("/orders/{order_no}", for_merchant(put_order), "Create or update an order", WireOrder, OrderStored),
    _get(
        "/cases",
        for_merchant(get_cases),
        "Cases, newest first",
        CasePageView,
        *_PAGE,
        Query("order_no", str, "Only this order's."),
        Query("customer", str, "Only this customer's (external_id)."),
        Query("state", CaseState, "Only in this state; may be given several times."),
    ),
    _get("/cases/{case_no}", for_merchant(get_case), "One case", CaseView),
    _post("/cases", keyed(post_case), "Open a case for a caller; a person decides it", CaseRequest, CaseView, 201),
    _post("/cases/{case_no}/decision", keyed(post_decision), "Decide a case", DecisionRequest, CaseView),
    _post(
        "/cases/{case_no}/messages",
        keyed(post_message),
        "Say something to the customer",
        CaseMessageRequest,
        CaseMessageSaid,
    ),
    _get("/customers/{external_id}", for_merchant(get_customer), "One customer, masked", CustomerView),
    _get("/policy", for_merchant(get_rules("policy")), "The policy in force", RulesView),
    _put("/policy", for_merchant(put_rules("policy")), "Put a new policy in force", RulesRequest, RulesView),
    _get("/offers", for_merchant(get_rules("offers")), "The offers in force", RulesView),
    _put("/offers", for_merchant(put_rules("offers")), "Put new offers in force", RulesRequest, RulesView),
    _get("/widget", for_merchant(get_widget), "How the chat looks", WidgetView),
    _put("/widget", for_merchant(put_widget), "Change how the chat looks", WidgetRequest, WidgetView),
    _get("/hours", for_merchant(get_hours), "When staff are there", HoursView),
    _put("/hours", for_merchant(put_hours), "Change when staff are there", HoursRequest, HoursView),
    _get("/texts", for_merchant(get_texts), "What the chat says, and in whose words", TextsView),
    _put("/texts", for_merchant(put_texts), "Change what the chat says", TextsRequest, TextsView),
    _unbuilt("POST", "/returns/scans", "A warehouse's scan of a returned parcel"),
    _unbuilt("POST", "/orders/{order_no}/stop-result", "The answer to order.stop_requested"),
    _unbuilt("POST", "/shipments/events", "A carrier's scans"),
    _get(
        "/reports/talks",
        for_merchant(get_talks),
        "How the talks of the last days ended, the newest first",
        TalkReport,
        Query("days", Annotated[int, Meta(ge=1, le=DAYS_MAX)], "How far back; 30 unless given."),
        Query("limit", Annotated[int, Meta(ge=1, le=500)], "How many talks are listed; the sums are over all."),
    ),
    _unbuilt("GET", "/reports/{name}", "Reports"),
)
