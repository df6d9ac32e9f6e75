"""The one statement that reads the facts of a batch of turns; fact_store fills in its arguments, reads its answers.

It is put together of those parts that somebody in the batch asks for: each costs something even where it finds nothing.
"""

from enum import StrEnum
from functools import cache

from storage.budget_rows import used
from storage.case_rows import REFUNDS_OF_CASE
from storage.likeness_store import pictures_in_other_cases


class Part(StrEnum):
    """What a turn may ask for: an order by its number or by words, recent ones; a case, the newest; and figures."""

    NAMED = "named"
    MAYBE = "maybe"
    RECENT = "recent"
    CASE = "case"
    CASES = "cases"
    RISK = "risk"
    BONUS = "bonus"
    QUEUE = "queue"
    PICTURES = "pictures"


_NAMED, _RECENT, _CASE, _CASES, _SIGNALS, _BONUS, _MAYBE, _QUEUE, _SEEN = range(1, 10)
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
# $10: now. month and receiver are scopes of bonuses, in the order's currency. `unused` is never run: it tells the types
# of arguments that no part uses.
_WANTED = """
WITH wanted AS MATERIALIZED (
    SELECT w.place, w.merchant_id, w.order_no, coalesce(w.recent, 0) AS recent, w.case_no,
        coalesce(w.cases, 0) AS cases, coalesce(w.risk, false) AS risk, w.month, w.receiver, w.maybe,
        w.only_order, w.queued, coalesce(w.customer_id, (SELECT id FROM customer
            WHERE customer.merchant_id = w.merchant_id AND customer.external_id = w.customer)) AS customer_id
    FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::text[], $8::int[],
                $9::bool[], $11::text[], $14::text[], $17::text[], $18::text[], $19::timestamptz[])
        AS w(place, merchant_id, customer_id, customer, order_no, recent, case_no, cases, risk, month, receiver, maybe,
             only_order, queued)
), unused AS (
    SELECT $10::timestamptz, $12::uuid[], $13::int[], $15::uuid[], $16::int[]
)
"""
_ORDERS = {
    Part.NAMED: f"""
    SELECT w.place, {_NAMED} AS kind, 0::bigint AS rank, o.merchant_id, o.id, o.version, o.document
    FROM wanted w JOIN shop_order o
        ON o.merchant_id = w.merchant_id AND o.order_no = w.order_no AND o.customer_id = w.customer_id
    WHERE w.only_order IS NULL OR w.only_order = w.order_no
    """,  # noqa: S608  # constants
    Part.MAYBE: f"""
    SELECT w.place, {_MAYBE} AS kind, 0::bigint AS rank, o.merchant_id, o.id, o.version, o.document
    FROM wanted w JOIN shop_order o ON o.merchant_id = w.merchant_id
        AND o.order_no = ANY(ARRAY[w.maybe, upper(w.maybe)]) AND o.customer_id = w.customer_id
    WHERE w.maybe IS NOT NULL AND (w.only_order IS NULL OR o.order_no = w.only_order)
    """,  # noqa: S608  # constants
    Part.RECENT: f"""
    SELECT w.place, {_RECENT} AS kind, recent.* FROM wanted w CROSS JOIN LATERAL (
        SELECT row_number() OVER (ORDER BY o.placed_at DESC) AS rank, o.merchant_id, o.id, o.version, o.document
        FROM shop_order o
        WHERE o.customer_id = w.customer_id AND (w.only_order IS NULL OR o.order_no = w.only_order)
        ORDER BY o.placed_at DESC LIMIT w.recent) AS recent
    WHERE w.recent > 0 AND recent.merchant_id = w.merchant_id
    """,  # noqa: S608  # constants
}
_OF_ORDERS = f"""
SELECT f.place, f.kind, f.rank, f.id, f.version, CASE WHEN known.id IS NULL THEN f.document END,
    NULL::jsonb, {_USES}, {_PAYMENTS}
FROM ({{orders}}) AS f
LEFT JOIN unnest($12::uuid[], $13::int[]) AS known(id, version) ON known.id = f.id AND known.version = f.version
"""  # noqa: S608  # constants
_OTHERS = {
    Part.CASE: f"""
    SELECT w.place, {_CASE}, 0, c.id, c.version, CASE WHEN known.id IS NULL THEN c.document END, paid.refunds,
        NULL, NULL
    FROM wanted w JOIN refund_case c
        ON c.merchant_id = w.merchant_id AND c.case_no = w.case_no AND c.customer_id = w.customer_id
        AND (w.only_order IS NULL OR c.order_no = w.only_order)
    LEFT JOIN unnest($15::uuid[], $16::int[]) AS known(id, version) ON known.id = c.id AND known.version = c.version
    {REFUNDS_OF_CASE}
    """,  # noqa: S608  # constants
    Part.CASES: f"""
    SELECT w.place, {_CASES}, c.rank, c.id, c.version, c.document, paid.refunds, NULL, NULL
    FROM wanted w CROSS JOIN LATERAL (
        SELECT row_number() OVER (ORDER BY r.state IN {_ENDED}, r.created_at DESC) AS rank, r.*
        FROM refund_case r
        WHERE r.customer_id = w.customer_id AND (w.only_order IS NULL OR r.order_no = w.only_order)
        ORDER BY r.state IN {_ENDED}, r.created_at DESC LIMIT w.cases) AS c
    {REFUNDS_OF_CASE}
    WHERE w.cases > 0 AND c.merchant_id = w.merchant_id
    """,  # noqa: S608  # constants
    Part.RISK: f"""
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
    """,  # noqa: S608  # constants
    Part.BONUS: f"""
    SELECT w.place, {_BONUS}, 0, NULL, 0, jsonb_build_object(
        'bonus_minor_month', {used("w.month", "o.currency", now="$10::timestamptz")},
        'bonus_minor_customer_90d', {used("w.receiver", "o.currency", now="$10::timestamptz")}), NULL, NULL, NULL
    FROM wanted w LEFT JOIN shop_order o ON o.merchant_id = w.merchant_id AND o.order_no = coalesce(
        (SELECT order_no FROM shop_order m WHERE m.merchant_id = w.merchant_id AND m.customer_id = w.customer_id
            AND m.order_no = ANY(ARRAY[w.maybe, upper(w.maybe)]) LIMIT 1), w.order_no)
    WHERE w.month IS NOT NULL
    """,  # noqa: S608  # constants
    Part.QUEUE: f"""
    SELECT w.place, {_QUEUE}, 0, NULL, 0, to_jsonb((
        SELECT count(*) FROM conversation q WHERE q.merchant_id = w.merchant_id AND q.holder IN ('queue', 'bot')
            AND q.is_open AND q.waiting_since < w.queued)), NULL, NULL, NULL
    FROM wanted w WHERE w.queued IS NOT NULL
    """,  # noqa: S608  # constants
    Part.PICTURES: pictures_in_other_cases(kind=_SEEN, first_argument=20),
}


@cache
def question(parts: frozenset[Part]) -> str:
    """The statement with these parts; PICTURES has two arguments more than the others together."""
    orders = " UNION ALL ".join(sql for part, sql in _ORDERS.items() if part in parts)
    others = [sql for part, sql in _OTHERS.items() if part in parts]
    asked = [_OF_ORDERS.replace("{orders}", orders), *others] if orders else others
    return _WANTED + " UNION ALL ".join(asked)
