"""Facts for a whole batch of turns in one statement: orders with their use, cases, risk signals, bonuses given.

Documents of orders and cases are large: those that this process knows are named in the question by id and version, and
come back without their document. What of an order is used up, and what a case has paid, is always read anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from dialogs.facts import Facts, Merchant, Needs
from refund_core.budgets import customer_scope, month_scope
from refund_core.cases import RefundCase
from refund_core.offers import OfferUse
from refund_core.orders import LineUse, Order, OrderFacts, OrderUse, PaymentUse
from refund_core.risk import RiskSignals
from storage.budget_rows import used
from storage.case_rows import REFUNDS_OF_CASE, read_case, with_refunds
from storage.known_cases import KnownCases
from storage.known_orders import KnownOrders
from storage.order_rules import is_shipping
from storage.reading import CanFetch
from storage.records import decode_order

_NAMED, _RECENT, _CASE, _CASES, _SIGNALS, _BONUS, _MAYBE, _QUEUE = range(1, 9)
_USES = """
(SELECT json_agg(json_build_array(u.line_no, u.refunded_quantity, u.refunded_minor, u.open_quantity, u.open_minor,
    u.open_case_no)) FROM line_use u WHERE u.merchant_id = f.merchant_id AND u.order_id = f.id)
"""
_PAYMENTS = """
(SELECT json_agg(json_build_array(p.payment_no, p.refunded_minor, p.reserved_minor)) FROM payment p
    WHERE p.merchant_id = f.merchant_id AND p.order_id = f.id AND (p.refunded_minor > 0 OR p.reserved_minor > 0))
"""
_ENDED = "('refunded', 'compensated', 'rejected', 'withdrawn')"
# Rows are looked up by customer or case alone and then asked whose they are: for a plan made while tables were empty an
# index by merchant would do as well, and go through all of the merchant's rows.
# $10: now. Numbers before FROM are the kinds above. month and receiver are scopes of bonuses, in the order's currency.
_LOAD = f"""
WITH wanted AS MATERIALIZED (
    SELECT w.place, w.merchant_id, w.order_no, w.recent, w.case_no, w.cases, w.risk, w.month, w.receiver, w.maybe,
        w.only_order, w.queued, coalesce(w.customer_id, (SELECT id FROM customer
            WHERE customer.merchant_id = w.merchant_id AND customer.external_id = w.customer)) AS customer_id
    FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::text[], $8::int[],
                $9::bool[], $11::text[], $14::text[], $17::text[], $18::text[], $19::timestamptz[])
        AS w(place, merchant_id, customer_id, customer, order_no, recent, case_no, cases, risk, month, receiver, maybe,
             only_order, queued)
), f AS (
    SELECT w.place, {_NAMED} AS kind, 0::bigint AS rank, o.merchant_id, o.id, o.version, o.document
    FROM wanted w JOIN shop_order o
        ON o.merchant_id = w.merchant_id AND o.order_no = w.order_no AND o.customer_id = w.customer_id
    WHERE w.only_order IS NULL OR w.only_order = w.order_no
    UNION ALL
    SELECT w.place, {_MAYBE}, 0, o.merchant_id, o.id, o.version, o.document
    FROM wanted w JOIN shop_order o ON o.merchant_id = w.merchant_id
        AND o.order_no = ANY(ARRAY[w.maybe, upper(w.maybe)]) AND o.customer_id = w.customer_id
    WHERE w.maybe IS NOT NULL AND (w.only_order IS NULL OR o.order_no = w.only_order)
    UNION ALL
    SELECT w.place, {_RECENT}, recent.* FROM wanted w CROSS JOIN LATERAL (
        SELECT row_number() OVER (ORDER BY o.placed_at DESC), o.merchant_id, o.id, o.version, o.document
        FROM shop_order o
        WHERE o.customer_id = w.customer_id AND (w.only_order IS NULL OR o.order_no = w.only_order)
        ORDER BY o.placed_at DESC LIMIT w.recent) AS recent
    WHERE w.recent > 0 AND recent.merchant_id = w.merchant_id
)
SELECT f.place, f.kind, f.rank, f.id, f.version, CASE WHEN known.id IS NULL THEN f.document END,
    NULL::jsonb, {_USES}, {_PAYMENTS}
FROM f LEFT JOIN unnest($12::uuid[], $13::int[]) AS known(id, version) ON known.id = f.id AND known.version = f.version
UNION ALL
SELECT w.place, {_CASE}, 0, c.id, c.version, CASE WHEN known.id IS NULL THEN c.document END, paid.refunds, NULL, NULL
FROM wanted w JOIN refund_case c
    ON c.merchant_id = w.merchant_id AND c.case_no = w.case_no AND c.customer_id = w.customer_id
    AND (w.only_order IS NULL OR c.order_no = w.only_order)
LEFT JOIN unnest($15::uuid[], $16::int[]) AS known(id, version) ON known.id = c.id AND known.version = c.version
{REFUNDS_OF_CASE}
UNION ALL
SELECT w.place, {_CASES}, c.rank, c.id, c.version, c.document, paid.refunds, NULL, NULL
FROM wanted w CROSS JOIN LATERAL (
    SELECT row_number() OVER (ORDER BY r.state IN {_ENDED}, r.created_at DESC) AS rank, r.*
    FROM refund_case r
    WHERE r.customer_id = w.customer_id AND (w.only_order IS NULL OR r.order_no = w.only_order)
    ORDER BY r.state IN {_ENDED}, r.created_at DESC LIMIT w.cases) AS c
{REFUNDS_OF_CASE}
WHERE w.cases > 0 AND c.merchant_id = w.merchant_id
UNION ALL
SELECT w.place, {_SIGNALS}, 0, NULL, 0, jsonb_build_object(
    'orders_90d', o.orders, 'ordered_minor_90d', o.ordered, 'refunds_90d', r.refunds,
    'refunded_minor_90d', r.refunded, 'claims_same_day', c.claims), NULL, NULL, NULL
FROM wanted w
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE merchant_id = w.merchant_id) AS orders,
        coalesce(sum(total_minor) FILTER (WHERE merchant_id = w.merchant_id), 0)::bigint AS ordered
    FROM shop_order WHERE customer_id = w.customer_id AND status NOT IN ('unpaid', 'cancelled')
        AND placed_at > $10::timestamptz - interval '90 days') AS o
CROSS JOIN LATERAL (
    SELECT count(DISTINCT r.case_id) FILTER (WHERE c.merchant_id = w.merchant_id) AS refunds,
        coalesce(sum(r.amount_minor) FILTER (WHERE c.merchant_id = w.merchant_id), 0)::bigint AS refunded
    FROM refund_case c JOIN refund r ON r.case_id = c.id
    WHERE c.customer_id = w.customer_id
        AND c.created_at > $10::timestamptz - interval '90 days' AND r.state NOT IN ('closed', 'failed')) AS r
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE merchant_id = w.merchant_id) AS claims
    FROM refund_case WHERE customer_id = w.customer_id AND created_at > $10::timestamptz - interval '1 day') AS c
WHERE w.risk
UNION ALL
SELECT w.place, {_BONUS}, 0, NULL, 0, jsonb_build_object(
    'bonus_minor_month', {used("w.month", "o.currency", now="$10::timestamptz")},
    'bonus_minor_customer_90d', {used("w.receiver", "o.currency", now="$10::timestamptz")}), NULL, NULL, NULL
FROM wanted w LEFT JOIN shop_order o ON o.merchant_id = w.merchant_id AND o.order_no = coalesce(
    (SELECT order_no FROM shop_order m WHERE m.merchant_id = w.merchant_id AND m.customer_id = w.customer_id
        AND m.order_no = ANY(ARRAY[w.maybe, upper(w.maybe)]) LIMIT 1), w.order_no)
WHERE w.month IS NOT NULL
UNION ALL
SELECT w.place, {_QUEUE}, 0, NULL, 0, to_jsonb((
    SELECT count(*) FROM conversation q WHERE q.merchant_id = w.merchant_id AND q.holder IN ('queue', 'bot')
        AND q.is_open AND q.waiting_since < w.queued)), NULL, NULL, NULL
FROM wanted w WHERE w.queued IS NOT NULL
"""  # noqa: S608  # constants
_A_MOMENT = timedelta(microseconds=1)
_SIGNALS_DECODER = msgspec.json.Decoder(RiskSignals)
_BONUS_DECODER = msgspec.json.Decoder(OfferUse)
_USE_DECODER = msgspec.json.Decoder(list[tuple[str, int, int, int, int, str | None]])
_PAYMENT_DECODER = msgspec.json.Decoder(list[tuple[str, int, int]])
_UNUSED = OrderUse()


@dataclass(frozen=True, slots=True)
class FactsWanted:
    """What one turn wants to know, and about whom; only that customer's own orders and cases are found.

    only_order: and of these only what belongs to that order.
    """

    merchant_id: UUID
    merchant: Merchant
    customer_id: UUID | None
    customer: str | None
    needs: Needs
    only_order: str | None = None


@dataclass(slots=True)
class _Found:
    order: OrderFacts | None = None
    recent: list[tuple[int, OrderFacts]] | None = None
    case: RefundCase | None = None
    cases: list[tuple[int, RefundCase]] | None = None
    risk: RiskSignals | None = None
    offer_use: OfferUse | None = None
    maybe: OrderFacts | None = None
    waiting_before: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What this process knows of documents."""

    orders: KnownOrders
    cases: KnownCases

    @classmethod
    def nothing(cls) -> "Known":
        """For a question that is asked once."""
        return cls(KnownOrders(1), KnownCases(1))


@dataclass(frozen=True, slots=True)
class _Kept:
    """Those documents that the question names as known."""

    orders: dict[UUID, tuple[int, Order]]
    cases: dict[UUID, RefundCase]


async def load_facts(db: CanFetch, wanted: Sequence[FactsWanted], known: Known, *, now: datetime) -> list[Facts]:
    """What was found for each, in their order; reads nothing at all when nobody wants anything."""
    asking = [place for place, each in enumerate(wanted) if not each.needs.is_empty()]
    found: dict[int, _Found] = {}
    if asking:
        questions = [wanted[place] for place in asking]
        kept = _kept(questions, known)
        rows = await db.fetch(_LOAD, *_columns(questions, asking, kept, now))
        for row in rows:
            _note(found.setdefault(row[0], _Found()), row, wanted[row[0]], kept, known)
    return [_facts(each, found.get(place)) for place, each in enumerate(wanted)]


def _kept(wanted: Sequence[FactsWanted], known: Known) -> _Kept:
    return _Kept(
        known.orders.likely(
            (each.merchant_id, each.customer_id, each.needs.order_no, each.needs.recent_orders > 0) for each in wanted
        ),
        known.cases.likely((each.merchant_id, each.needs.case_no) for each in wanted),
    )


def _columns(wanted: Sequence[FactsWanted], places: list[int], kept: _Kept, now: datetime) -> tuple[object, ...]:
    needs = [each.needs for each in wanted]
    return (
        places,
        [each.merchant_id for each in wanted],
        [each.customer_id for each in wanted],
        [each.customer for each in wanted],
        [need.order_no for need in needs],
        [need.recent_orders for need in needs],
        [need.case_no for need in needs],
        [need.cases for need in needs],
        [need.risk for need in needs],
        now,
        [month_scope(now, each.merchant.timezone) if each.needs.offer_use else None for each in wanted],
        list(kept.orders),
        [version for version, _ in kept.orders.values()],
        [customer_scope(each.customer) if each.customer is not None else None for each in wanted],
        list(kept.cases),
        [case.version for case in kept.cases.values()],
        [need.maybe_order_no for need in needs],
        [each.only_order for each in wanted],
        [(need.waiting_since or now + _A_MOMENT) if need.is_queue_asked else None for need in needs],
    )


def _note(found: _Found, row: Any, wanted: FactsWanted, kept: _Kept, known: Known) -> None:
    match row[1]:
        case 1:
            found.order = _order(row, wanted, kept, known)
        case 2:
            order = _order(row, wanted, kept, known)
            found.recent = [*(found.recent or ()), (row[2], order)]
        case 3:
            found.case = _case(row, wanted, kept, known)
        case 4:
            found.cases = [*(found.cases or ()), (row[2], read_case(row[5], row[6]))]
        case 5:
            found.risk = _SIGNALS_DECODER.decode(row[5])
        case 8:
            found.waiting_before = int(row[5])
        case 7:
            found.maybe = _order(row, wanted, kept, known)
        case _:
            found.offer_use = _BONUS_DECODER.decode(row[5])


def _order(row: Any, wanted: FactsWanted, kept: _Kept, known: Known) -> OrderFacts:
    order_id, version, document = row[3], row[4], row[5]
    if document is None:
        order = kept.orders[order_id][1]
    else:
        order = decode_order(document)
        known.orders.put(order_id, version, order, merchant_id=wanted.merchant_id, customer_id=wanted.customer_id)
    return OrderFacts(str(order_id), version, order, _use(row[7], row[8]))


def _case(row: Any, wanted: FactsWanted, kept: _Kept, known: Known) -> RefundCase:
    if row[5] is None:
        return with_refunds(kept.cases[row[3]], row[6])
    case = read_case(row[5], row[6])
    known.cases.put(wanted.merchant_id, case)
    return case


def _use(lines: str | None, payments: str | None) -> OrderUse:
    if lines is None and payments is None:
        return _UNUSED
    uses = [LineUse(*row) for row in _USE_DECODER.decode(lines)] if lines else []
    return OrderUse(
        tuple([use for use in uses if not is_shipping(use.line_no)]),
        tuple(PaymentUse(*row) for row in _PAYMENT_DECODER.decode(payments)) if payments else (),
        tuple([use for use in uses if is_shipping(use.line_no)]),
    )


def _facts(wanted: FactsWanted, found: _Found | None) -> Facts:
    if found is None:
        return Facts(wanted.merchant)
    return Facts(
        wanted.merchant,
        found.order,
        _in_order(found.recent),
        found.case,
        _in_order(found.cases),
        found.risk,
        found.offer_use,
        found.maybe,
        waiting_before=found.waiting_before,
    )


def _in_order(ranked: Sequence[tuple[int, Any]] | None) -> tuple[Any, ...]:
    return tuple(value for _, value in sorted(ranked, key=lambda pair: pair[0])) if ranked else ()
