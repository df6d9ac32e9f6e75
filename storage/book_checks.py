"""The money invariants as queries: each row found is one that broke it. $1 is the merchant; see docs/reliability.md."""

CHECKS: tuple[tuple[int, str], ...] = (
    (1, """
SELECT 'payment ' || payment_no, format('refunded %s and reserved %s of captured %s',
    refunded_minor, reserved_minor, captured_minor)
FROM payment WHERE merchant_id = $1
  AND (refunded_minor < 0 OR reserved_minor < 0 OR refunded_minor + reserved_minor > captured_minor)
"""),
    (1, """
SELECT 'payment ' || p.payment_no, format('says reserved %s and refunded %s, its refunds come to %s and %s',
    p.reserved_minor, p.refunded_minor - p.imported_minor, r.reserved, r.refunded)
FROM payment p CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_minor) FILTER (
            WHERE state IN ('created', 'sending', 'pending', 'failed')), 0) AS reserved,
        coalesce(sum(amount_minor) FILTER (WHERE state = 'succeeded'), 0) AS refunded
    FROM refund WHERE merchant_id = p.merchant_id AND payment_id = p.id
) r
WHERE p.merchant_id = $1
  AND (p.reserved_minor, p.refunded_minor - p.imported_minor) IS DISTINCT FROM (r.reserved, r.refunded)
"""),
    (1, """
SELECT 'line ' || line_no || ' of order ' || order_id, format('%s pieces and %s gone or asked for of %s and %s sold',
    refunded_quantity + imported_quantity + open_quantity, refunded_minor + imported_minor + open_minor,
    sold_quantity, sold_minor)
FROM line_use WHERE merchant_id = $1
  AND (refunded_quantity + imported_quantity + open_quantity > sold_quantity
       OR refunded_minor + imported_minor + open_minor > sold_minor)
"""),
    (1, """
SELECT 'line ' || u.line_no || ' of order ' || c.order_no, format('held by case %s, which is %s', c.case_no, c.state)
FROM line_use u JOIN refund_case c ON c.merchant_id = u.merchant_id AND c.case_no = u.open_case_no
WHERE u.merchant_id = $1 AND c.state IN ('refunded', 'compensated', 'rejected', 'withdrawn')
"""),
    (1, """
SELECT 'order ' || o.order_no, format('its lines settled %s, its cases paid %s', used.settled, paid.settled)
FROM shop_order o
CROSS JOIN LATERAL (
    SELECT coalesce(sum(refunded_minor), 0) AS settled
    FROM line_use WHERE merchant_id = o.merchant_id AND order_id = o.id
) used
CROSS JOIN LATERAL (
    SELECT coalesce(sum(r.amount_minor), 0) AS settled
    FROM refund_case c JOIN refund r ON r.merchant_id = c.merchant_id AND r.case_id = c.id
    WHERE c.merchant_id = o.merchant_id AND c.order_id = o.id AND c.state IN ('refunded', 'compensated')
      AND r.state = 'succeeded'
) paid
WHERE o.merchant_id = $1 AND used.settled <> paid.settled
"""),
    (2, """
SELECT 'decision ' || decision_no, format('leg %s is paid %s times', leg, count(*))
FROM refund WHERE merchant_id = $1 AND state <> 'closed' GROUP BY decision_no, leg HAVING count(*) > 1
"""),
    (2, """
SELECT 'decision ' || r.decision_no, format('%s is paid of decided %s', sum(r.amount_minor), max(decided.minor))
FROM refund r JOIN refund_case c ON c.merchant_id = r.merchant_id AND c.id = r.case_id
CROSS JOIN LATERAL (
    SELECT (coalesce(nullif(c.document->'granted', 'null'), c.document->'decision'->'allocation')
        ->'total'->>'minor')::bigint AS minor
) decided
WHERE r.merchant_id = $1 AND r.state <> 'closed'
GROUP BY r.decision_no HAVING sum(r.amount_minor) > max(decided.minor)
"""),
    (2, """
SELECT 'case ' || c.case_no, format('%s decisions of it are being paid', count(DISTINCT r.decision_no))
FROM refund r JOIN refund_case c ON c.merchant_id = r.merchant_id AND c.id = r.case_id
WHERE r.merchant_id = $1 AND r.state <> 'closed' GROUP BY c.case_no HAVING count(DISTINCT r.decision_no) > 1
"""),
    (3, """
SELECT 'refund ' || new.refund_no, format('replaces %s, which is %s', new.replaces, coalesce(old.state, 'not there'))
FROM refund new LEFT JOIN refund old ON old.merchant_id = new.merchant_id AND old.refund_no = new.replaces
WHERE new.merchant_id = $1 AND new.replaces IS NOT NULL
  AND (old.state, old.decision_no, old.leg, old.amount_minor)
      IS DISTINCT FROM ('closed', new.decision_no, new.leg, new.amount_minor)
"""),
    (4, """
SELECT 'refund ' || r.refund_no, format('is %s: its reserve should hold %s and holds %s', r.state, wanted.minor,
    coalesce(b.balance_minor, 0))
FROM refund r
CROSS JOIN LATERAL (
    SELECT CASE WHEN r.state IN ('created', 'sending', 'pending', 'failed') THEN r.amount_minor ELSE 0 END AS minor
) wanted
LEFT JOIN account_balance b ON b.merchant_id = r.merchant_id AND b.account = 'reserved:' || r.refund_no
    AND b.currency = r.currency
WHERE r.merchant_id = $1 AND coalesce(b.balance_minor, 0) <> wanted.minor
"""),
    (5, """
SELECT 'refund ' || r.refund_no, format('is %s, and the books say: %s', r.state, coalesce(booked.kinds, 'nothing'))
FROM refund r
CROSS JOIN LATERAL (
    SELECT string_agg(kind, '+' ORDER BY kind) AS kinds FROM transfer
    WHERE merchant_id = r.merchant_id
      AND key IN ('reserve:' || r.refund_no, 'settle:' || r.refund_no, 'release:' || r.refund_no)
) booked
WHERE r.merchant_id = $1 AND booked.kinds IS DISTINCT FROM CASE r.state
    WHEN 'succeeded' THEN 'reserve+settle' WHEN 'closed' THEN 'release+reserve' ELSE 'reserve' END
"""),
    (5, """
SELECT 'case ' || c.case_no, format('is %s with refunds %s', c.state, string_agg(r.state, ', ' ORDER BY r.leg))
FROM refund_case c JOIN refund r ON r.merchant_id = c.merchant_id AND r.case_id = c.id
WHERE c.merchant_id = $1 AND NOT EXISTS (
    SELECT 1 FROM refund later WHERE later.merchant_id = r.merchant_id AND later.replaces = r.refund_no)
  AND r.decision_no = c.document->>'decision_no'
GROUP BY c.case_no, c.state
HAVING (c.state IN ('refunded', 'compensated') AND NOT bool_and(r.state = 'succeeded'))
    OR (c.state IN ('refunding', 'failed') AND bool_and(r.state = 'succeeded'))
    OR (c.state IN ('rejected', 'withdrawn') AND NOT bool_and(r.state = 'closed'))
"""),
    (6, """
SELECT 'transfer ' || t.key, format('%s postings sum to %s %s',
    count(p.id), coalesce(sum(p.amount_minor), 0), p.currency)
FROM transfer t LEFT JOIN posting p ON p.merchant_id = t.merchant_id AND p.transfer_id = t.id
WHERE t.merchant_id = $1 GROUP BY t.key, p.currency HAVING count(p.id) < 2 OR sum(p.amount_minor) <> 0
"""),
    (6, """
SELECT 'account ' || coalesce(b.account, s.account), format('says %s, its postings sum to %s',
    coalesce(b.balance_minor, 0), coalesce(s.minor, 0))
FROM (SELECT * FROM account_balance WHERE merchant_id = $1) b
FULL JOIN (
    SELECT account, currency, sum(amount_minor) AS minor FROM posting
    WHERE merchant_id = $1 AND (account LIKE 'reserved:%' OR account LIKE 'wallet:%' OR account LIKE 'coupon:%')
    GROUP BY account, currency
) s ON s.account = b.account AND s.currency = b.currency
WHERE coalesce(b.balance_minor, 0) <> coalesce(s.minor, 0) OR b.balance_minor < coalesce(b.floor, b.balance_minor)
"""),
    (7, """
SELECT 'decision ' || decision_no, format('gave %s coupons', count(*))
FROM coupon WHERE merchant_id = $1 GROUP BY decision_no HAVING count(*) > 1
"""),
    (7, """
SELECT 'coupon ' || k.coupon_no, format('is worth %s, its account holds %s',
    k.amount_minor, coalesce(b.balance_minor, 0))
FROM coupon k LEFT JOIN account_balance b ON b.merchant_id = k.merchant_id
    AND b.account = 'coupon:' || k.coupon_no AND b.currency = k.currency
WHERE k.merchant_id = $1 AND k.state = 'issued' AND coalesce(b.balance_minor, 0) <> k.amount_minor
"""),
    (8, """
SELECT 'case ' || c.case_no, format('sent refund %s before the goods were back', r.refund_no)
FROM refund_case c JOIN refund r ON r.merchant_id = c.merchant_id AND r.case_id = c.id
WHERE c.merchant_id = $1 AND c.document->'decision'->>'remedy' = 'return_refund'
  AND (r.attempts > 0 OR r.state IN ('sending', 'pending', 'succeeded'))
  AND NOT c.document @? '$.history[*] ? (@.to_state == "inspecting" || @.by starts with "staff:")'
"""),
    (11, """
SELECT 'refund ' || r.refund_no, format('is %s in a case that is %s, and nobody will see to it', r.state, c.state)
FROM refund r JOIN refund_case c ON c.merchant_id = r.merchant_id AND c.id = r.case_id
WHERE r.merchant_id = $1 AND NOT r.needs_person AND (
    (r.state IN ('sending', 'pending') AND r.next_look_at IS NULL)
    OR r.state = 'failed'
    OR (r.state = 'created' AND c.state = 'refunding' AND NOT EXISTS (
        SELECT 1 FROM outbox o WHERE o.merchant_id = r.merchant_id AND o.kind = 'gateway.refund'
          AND o.payload->>'refund_no' = r.refund_no AND o.done_at IS NULL AND o.buried_at IS NULL)))
"""),
    (14, """
SELECT 'refund ' || r.refund_no, format('pays %s by %s without consent', p.method, r.method)
FROM refund r JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
WHERE r.merchant_id = $1 AND r.method <> p.method AND NOT EXISTS (
    SELECT 1 FROM consent s WHERE s.merchant_id = r.merchant_id AND s.case_id = r.case_id AND s.chosen = r.method)
"""),
    (14, """
SELECT 'coupon ' || k.coupon_no, 'was given without consent'
FROM coupon k WHERE k.merchant_id = $1 AND NOT EXISTS (
    SELECT 1 FROM consent s WHERE s.merchant_id = k.merchant_id AND s.case_id = k.case_id AND s.chosen = 'coupon')
"""),
)  # fmt: skip

# $2 to $5: the gateway's bill (number, payment, amount, what became of it); $6: the method it is for.
BILL = """
SELECT coalesce('refund ' || r.refund_no, 'bill ' || b.refund_no),
    format('the gateway says %s of %s over %s, the books say %s of %s over %s',
        coalesce(b.state, 'nothing'), b.amount, b.payment_no,
        coalesce(r.state, 'nothing'), r.amount_minor, r.payment_no)
FROM (
    SELECT * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) AS b(refund_no, payment_no, amount, state)
) b
FULL JOIN (SELECT * FROM refund WHERE merchant_id = $1 AND method = $6) r ON r.refund_no = b.refund_no
WHERE CASE
    WHEN r.refund_no IS NULL THEN true
    WHEN b.refund_no IS NULL THEN r.state = 'succeeded'
    WHEN (b.payment_no, b.amount) IS DISTINCT FROM (r.payment_no, r.amount_minor) THEN true
    WHEN b.state = 'succeeded' THEN r.state IN ('closed', 'failed')
    ELSE r.state = 'succeeded' OR (r.state = 'closed' AND b.state <> 'closed')
END
"""


def in_one_statement() -> str:
    """Every check over one and the same moment of the database, so that work going on meanwhile breaks nothing."""
    parts = [f"SELECT {number} AS invariant, t.* FROM ({sql}) AS t(about, detail)" for number, sql in CHECKS]  # noqa: S608  # constants
    return "\nUNION ALL\n".join(parts) + "\nORDER BY 1, 2 LIMIT 1000"
