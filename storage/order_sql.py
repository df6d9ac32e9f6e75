"""The statements of storage/order_store.py; each works on a whole batch through arrays."""

# ruff: noqa: S608  # the statements are put together from constants alone

LOCK_ORDERS = """
SELECT o.id, o.order_no, o.currency, o.content_hash,
    (SELECT c.external_id FROM customer c WHERE c.id = o.customer_id) AS customer
FROM shop_order o
WHERE o.merchant_id = $1 AND o.order_no = ANY($2::text[]) ORDER BY o.order_no FOR NO KEY UPDATE OF o
"""

# A closed one gave its reserve back: if its source says that the money went after all, it counts like any other.
OWN_REFUNDS = """
SELECT r.refund_no, c.order_no, r.payment_no
FROM refund r JOIN refund_case c ON c.merchant_id = r.merchant_id AND c.id = r.case_id
WHERE r.merchant_id = $1 AND r.refund_no = ANY($2::text[]) AND r.state <> 'closed'
"""

LOCK_PAYMENTS = """
SELECT order_id, payment_no, captured_minor, refunded_minor - imported_minor + reserved_minor AS own_minor
FROM payment WHERE merchant_id = $1 AND order_id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""

LOCK_LINES = """
SELECT order_id, line_no, sold_quantity, sold_minor, refunded_quantity + open_quantity AS used_quantity,
    refunded_minor + open_minor AS used_minor, open_case_no
FROM line_use WHERE merchant_id = $1 AND order_id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""

_ORDER_ARRAYS = """
unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[],
    $11::bigint[], $12::jsonb[], $13::jsonb[], $14::bytea[], $15::bytea[])
    AS new (id, order_no, customer_id, status, settled_by, source, currency, placed_at, total_minor, document, extra,
        address, content_hash)
"""

INSERT_ORDERS = f"""
INSERT INTO shop_order (id, merchant_id, order_no, customer_id, status, settled_by, source, currency, placed_at,
    total_minor, document, extra, address, content_hash, updated_at)
SELECT id, $1, order_no, customer_id, status, settled_by, source, currency, placed_at, total_minor, document, extra,
    address, content_hash, $2
FROM {_ORDER_ARRAYS}
"""

UPDATE_ORDERS = f"""
UPDATE shop_order SET customer_id = new.customer_id, status = new.status, settled_by = new.settled_by,
    source = new.source, placed_at = new.placed_at, total_minor = new.total_minor, document = new.document,
    extra = new.extra, address = new.address, content_hash = new.content_hash, updated_at = $2,
    version = shop_order.version + 1
FROM {_ORDER_ARRAYS}
WHERE shop_order.merchant_id = $1 AND shop_order.id = new.id
"""

_PAYMENT_ARRAYS = """
unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
    AS new (id, order_id, payment_no, method, currency, captured_minor, imported_minor)
"""

UPSERT_PAYMENTS = f"""
INSERT INTO payment (id, merchant_id, order_id, payment_no, method, currency, captured_minor, refunded_minor,
    imported_minor)
SELECT id, $1, order_id, payment_no, method, currency, captured_minor, imported_minor, imported_minor
FROM {_PAYMENT_ARRAYS}
ON CONFLICT (merchant_id, order_id, payment_no) DO UPDATE SET
    method = excluded.method,
    captured_minor = excluded.captured_minor,
    refunded_minor = payment.refunded_minor - payment.imported_minor + excluded.imported_minor,
    imported_minor = excluded.imported_minor
"""

# A payment that a refund once named stays, empty, for the refund's sake; any other that the source dropped goes.
EMPTY_DROPPED_PAYMENTS = """
UPDATE payment SET captured_minor = 0, refunded_minor = 0, imported_minor = 0
FROM unnest($2::uuid[], $3::text[]) AS dropped (order_id, payment_no)
WHERE merchant_id = $1 AND payment.order_id = dropped.order_id AND payment.payment_no = dropped.payment_no
"""

DELETE_DROPPED_PAYMENTS = """
DELETE FROM payment USING unnest($2::uuid[], $3::text[]) AS dropped (order_id, payment_no)
WHERE merchant_id = $1 AND payment.order_id = dropped.order_id AND payment.payment_no = dropped.payment_no
    AND NOT EXISTS (SELECT 1 FROM refund WHERE refund.merchant_id = $1 AND refund.payment_id = payment.id)
"""

UPSERT_LINES = """
INSERT INTO line_use (id, merchant_id, order_id, line_no, sold_quantity, sold_minor, imported_quantity, imported_minor)
SELECT id, $1, order_id, line_no, sold_quantity, sold_minor, imported_quantity, imported_minor
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
    AS new (id, order_id, line_no, sold_quantity, sold_minor, imported_quantity, imported_minor)
ON CONFLICT (merchant_id, order_id, line_no) DO UPDATE SET
    sold_quantity = excluded.sold_quantity,
    sold_minor = excluded.sold_minor,
    imported_quantity = excluded.imported_quantity,
    imported_minor = excluded.imported_minor
"""

DELETE_DROPPED_LINES = """
DELETE FROM line_use USING unnest($2::uuid[], $3::text[]) AS dropped (order_id, line_no)
WHERE merchant_id = $1 AND line_use.order_id = dropped.order_id AND line_use.line_no = dropped.line_no
"""

# One row an order: its document, and as small JSON lists what of its payments and lines is used.
_FACTS = """
SELECT o.id, o.order_no, o.version, o.document,
    (SELECT jsonb_agg(jsonb_build_array(p.payment_no, p.refunded_minor, p.reserved_minor))
     FROM payment p WHERE p.merchant_id = o.merchant_id AND p.order_id = o.id
        AND (p.refunded_minor > 0 OR p.reserved_minor > 0)) AS payments,
    (SELECT jsonb_agg(jsonb_build_array(l.line_no, l.refunded_quantity, l.refunded_minor, l.open_quantity,
        l.open_minor, l.open_case_no))
     FROM line_use l WHERE l.merchant_id = o.merchant_id AND l.order_id = o.id) AS lines
FROM shop_order o
"""

FACTS_BY_NO = f"{_FACTS} WHERE o.merchant_id = $1 AND o.order_no = ANY($2::text[])"

FACTS_OF_CUSTOMER = (
    f"{_FACTS} WHERE o.merchant_id = $1 AND o.customer_id = $2 ORDER BY o.placed_at DESC, o.order_no DESC LIMIT $3"
)

_INCOMING = """
SELECT o.order_no, o.document, o.extra, o.address, o.version, o.placed_at, o.id,
    c.external_id, c.name, c.phone, c.email, c.id AS customer_id, c.created_at
FROM shop_order o JOIN customer c ON c.merchant_id = o.merchant_id AND c.id = o.customer_id
"""

INCOMING_BY_NO = f"{_INCOMING} WHERE o.merchant_id = $1 AND o.order_no = $2"

INCOMING_PAGE = f"""
{_INCOMING} WHERE o.merchant_id = $1 AND ($2::text IS NULL OR c.external_id = $2)
    AND ($3::uuid IS NULL OR o.id < $3) ORDER BY o.id DESC LIMIT $4
"""
