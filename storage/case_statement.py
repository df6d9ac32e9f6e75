"""The one statement that saves changes of cases: every row that they touch, guarded by conditions, in one round trip.

Each part waits for the one before by counting it, so rows are locked in the order of locks.py: case, order, payment,
line use, account, offer budget, outbox. A guard that does not hold leaves its row out of the answer; the caller
compares.
"""

from storage.budget_rows import count_into

SAVE_CHANGES = f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1) AS t(
        id uuid, merchant_id uuid, case_no text, order_id uuid, order_no text, order_version int, customer text,
        conversation_id uuid, channel text, state text, version int, previous_version int, due_at timestamptz,
        due_then text, holder text, document jsonb, created_at timestamptz)
), changed_case AS (
    UPDATE refund_case c
    SET state = a.state, version = a.version, due_at = a.due_at, due_then = a.due_then, holder = a.holder,
        conversation_id = a.conversation_id, document = a.document, updated_at = $2
    FROM asked a
    WHERE a.previous_version > 0 AND c.merchant_id = a.merchant_id AND c.id = a.id AND c.version = a.previous_version
    RETURNING c.case_no
), held_order AS MATERIALIZED (
    SELECT o.merchant_id, o.id, o.customer_id
    FROM asked a
    JOIN shop_order o ON o.merchant_id = a.merchant_id AND o.id = a.order_id AND o.version = a.order_version
    WHERE a.order_version IS NOT NULL AND (SELECT count(*) FROM changed_case) >= 0
    FOR SHARE OF o
), new_case AS (
    INSERT INTO refund_case (id, merchant_id, case_no, order_id, order_no, customer_id, customer, conversation_id,
        channel, state, version, due_at, due_then, holder, document, created_at, updated_at)
    SELECT a.id, a.merchant_id, a.case_no, a.order_id, a.order_no, o.customer_id, a.customer, a.conversation_id,
        a.channel, a.state, a.version, a.due_at, a.due_then, a.holder, a.document, a.created_at, $2
    FROM asked a JOIN held_order o ON o.merchant_id = a.merchant_id AND o.id = a.order_id
    WHERE a.previous_version = 0
    RETURNING case_no
), held_payment AS MATERIALIZED (
    SELECT p.id, t.reserved, t.refunded
    FROM jsonb_to_recordset($3) AS t(
        merchant_id uuid, order_id uuid, payment_no text, reserved bigint, refunded bigint)
    JOIN payment p ON p.merchant_id = t.merchant_id AND p.order_id = t.order_id AND p.payment_no = t.payment_no
    WHERE (SELECT count(*) FROM held_order) >= 0
    ORDER BY p.id
    FOR NO KEY UPDATE OF p
), moved_payment AS (
    UPDATE payment p
    SET reserved_minor = p.reserved_minor + h.reserved, refunded_minor = p.refunded_minor + h.refunded
    FROM held_payment h
    WHERE p.id = h.id AND p.reserved_minor + h.reserved >= 0
      AND p.reserved_minor + h.reserved + p.refunded_minor + h.refunded <= p.captured_minor
    RETURNING p.id, p.merchant_id, p.order_id, p.payment_no
), ended_line AS (
    UPDATE line_use u
    SET refunded_quantity = u.refunded_quantity + CASE WHEN t.settles THEN u.open_quantity ELSE 0 END,
        refunded_minor = u.refunded_minor + CASE WHEN t.settles THEN u.open_minor ELSE 0 END,
        open_quantity = 0, open_minor = 0, open_case_no = NULL
    FROM jsonb_to_recordset($4) AS t(merchant_id uuid, order_id uuid, case_no text, settles boolean, keeps jsonb)
    WHERE u.merchant_id = t.merchant_id AND u.order_id = t.order_id AND u.open_case_no = t.case_no
      AND NOT t.keeps ? u.line_no AND (SELECT count(*) FROM moved_payment) >= 0
    RETURNING u.line_no
), held_line AS (
    INSERT INTO line_use AS u (id, merchant_id, order_id, line_no, sold_quantity, sold_minor, refunded_quantity,
        refunded_minor, open_quantity, open_minor, open_case_no)
    SELECT t.id, t.merchant_id, t.order_id, t.line_no, t.sold_quantity, t.sold_minor, t.refunded_quantity,
        t.refunded_minor, t.open_quantity, t.open_minor, t.open_case_no
    FROM jsonb_to_recordset($5) AS t(id uuid, merchant_id uuid, order_id uuid, line_no text, sold_quantity bigint,
        sold_minor bigint, refunded_quantity bigint, refunded_minor bigint, open_quantity bigint, open_minor bigint,
        open_case_no text, case_no text)
    WHERE (SELECT count(*) FROM ended_line) >= 0
    ORDER BY t.merchant_id, t.order_id, t.line_no
    ON CONFLICT (merchant_id, order_id, line_no) DO UPDATE
    SET sold_quantity = excluded.sold_quantity, sold_minor = excluded.sold_minor,
        refunded_quantity = u.refunded_quantity + excluded.refunded_quantity,
        refunded_minor = u.refunded_minor + excluded.refunded_minor,
        open_quantity = excluded.open_quantity, open_minor = excluded.open_minor, open_case_no = excluded.open_case_no
    WHERE u.open_case_no IS NULL OR u.open_case_no = ANY($6::text[])
    RETURNING order_id, line_no
), asked_refund AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($7) AS t(merchant_id uuid, case_id uuid, order_id uuid, before text, id uuid,
        refund_no text, decision_no text, leg int, payment_no text, method text, amount_minor bigint,
        payer_minor bigint, currency text, state text, gateway_refund_id text, replaces text, attempts int,
        needs_person boolean, last_answer text, label text)
), changed_refund AS (
    UPDATE refund r
    SET state = t.state, gateway_refund_id = t.gateway_refund_id, attempts = t.attempts,
        needs_person = t.needs_person, last_answer = t.last_answer,
        next_look_at = CASE WHEN t.state IN ('sending', 'pending')
            THEN coalesce(r.next_look_at, $2 + interval '1 minute') END,
        settled_at = CASE WHEN t.state IN ('succeeded', 'closed') THEN coalesce(r.settled_at, $2) END
    FROM asked_refund t
    WHERE t.before <> '' AND r.merchant_id = t.merchant_id AND r.refund_no = t.refund_no AND r.state = t.before
    RETURNING r.refund_no
), new_refund AS (
    INSERT INTO refund (id, merchant_id, refund_no, case_id, decision_no, leg, payment_id, payment_no, method,
        amount_minor, payer_minor, currency, state, gateway_refund_id, replaces, attempts, needs_person, last_answer,
        label, created_at, settled_at)
    SELECT t.id, t.merchant_id, t.refund_no, t.case_id, t.decision_no, t.leg, p.id, t.payment_no, t.method,
        t.amount_minor, t.payer_minor, t.currency, t.state, t.gateway_refund_id, t.replaces, t.attempts,
        t.needs_person, t.last_answer, t.label,
        greatest($2, (SELECT max(o.created_at) + interval '1 microsecond' FROM refund o
                      WHERE o.merchant_id = t.merchant_id AND o.case_id = t.case_id)),
        CASE WHEN t.state IN ('succeeded', 'closed') THEN $2 END
    FROM asked_refund t
    JOIN moved_payment p ON p.merchant_id = t.merchant_id AND p.order_id = t.order_id AND p.payment_no = t.payment_no
    WHERE t.before = '' AND (SELECT count(*) FROM changed_refund) >= 0
    RETURNING refund_no
), booked AS (
    INSERT INTO transfer (id, merchant_id, key, kind, at, case_no, refund_no)
    SELECT * FROM jsonb_to_recordset($8) AS t(
        id uuid, merchant_id uuid, key text, kind text, at timestamptz, case_no text, refund_no text)
), posted AS (
    INSERT INTO posting (id, merchant_id, transfer_id, account, amount_minor, currency)
    SELECT * FROM jsonb_to_recordset($9) AS t(
        id uuid, merchant_id uuid, transfer_id uuid, account text, amount_minor bigint, currency text)
), taken AS (
    UPDATE account_balance b SET balance_minor = b.balance_minor + t.amount_minor
    FROM jsonb_to_recordset($10) AS t(id uuid, merchant_id uuid, account text, currency text, amount_minor bigint)
    WHERE t.amount_minor < 0 AND b.merchant_id = t.merchant_id AND b.account = t.account AND b.currency = t.currency
      AND b.balance_minor + t.amount_minor >= 0 AND (SELECT count(*) FROM held_line) >= 0
    RETURNING b.merchant_id, b.account, b.currency
), given AS (
    INSERT INTO account_balance AS b (id, merchant_id, account, currency, balance_minor, floor)
    SELECT t.id, t.merchant_id, t.account, t.currency, t.amount_minor, 0
    FROM jsonb_to_recordset($10) AS t(id uuid, merchant_id uuid, account text, currency text, amount_minor bigint)
    WHERE t.amount_minor >= 0 AND (SELECT count(*) FROM taken) >= 0
    ORDER BY t.merchant_id, t.account, t.currency
    ON CONFLICT (merchant_id, account, currency) DO UPDATE SET balance_minor = b.balance_minor + excluded.balance_minor
    RETURNING b.account
), counted AS (
{count_into("$14", now="$2", after="(SELECT count(*) FROM given) >= 0")}
), agreed AS (
    INSERT INTO consent (id, merchant_id, case_id, at, offered, chosen, offer_id)
    SELECT * FROM jsonb_to_recordset($11) AS t(
        id uuid, merchant_id uuid, case_id uuid, at timestamptz, offered jsonb, chosen text, offer_id text)
    ON CONFLICT (merchant_id, case_id, offer_id) DO NOTHING
), issued AS (
    INSERT INTO coupon (id, merchant_id, coupon_no, case_id, decision_no, customer_id, amount_minor,
        minimum_spend_minor, currency, expires_at)
    SELECT t.id, t.merchant_id, t.coupon_no, t.case_id, t.decision_no, o.customer_id, t.amount_minor,
        t.minimum_spend_minor, t.currency, t.expires_at
    FROM jsonb_to_recordset($12) AS t(id uuid, merchant_id uuid, coupon_no text, case_id uuid, order_id uuid,
        decision_no text, amount_minor bigint, minimum_spend_minor bigint, currency text, expires_at timestamptz)
    JOIN shop_order o ON o.merchant_id = t.merchant_id AND o.id = t.order_id
), to_do AS (
    INSERT INTO outbox (id, merchant_id, kind, lane, payload, not_before, created_at)
    SELECT * FROM jsonb_to_recordset($13) AS t(id uuid, merchant_id uuid, kind text, lane text, payload jsonb,
        not_before timestamptz, created_at timestamptz)
)
SELECT ARRAY(SELECT case_no FROM changed_case UNION ALL SELECT case_no FROM new_case) AS cases,
    ARRAY(SELECT id::text FROM held_order) AS orders,
    ARRAY(SELECT order_id || ':' || payment_no FROM moved_payment) AS payments,
    ARRAY(SELECT order_id || ':' || line_no FROM held_line) AS lines,
    ARRAY(SELECT refund_no FROM changed_refund UNION ALL SELECT refund_no FROM new_refund) AS refunds,
    ARRAY(SELECT merchant_id || ':' || account || ':' || currency FROM taken) AS accounts,
    ARRAY(SELECT counted FROM counted) AS budgets
"""  # noqa: S608  # constants
