"""The one statement that saves changes of cases: every row that they touch, guarded by conditions, in one round trip.

Each part waits for the one before by counting it, so rows are locked in the order of locks.py: case, order, payment,
line use, account, offer budget, outbox. A guard that does not hold leaves its row out of the answer; the caller
compares. A part that nothing is asked of is left out: an empty one costs as much as a row or two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from storage.budget_rows import count_into


@dataclass(frozen=True, slots=True)
class Part:
    """One step: its rows (the argument of that name), and what it answers of the rows that it wrote or locked."""

    rows: str
    name: str
    sql: str
    answer: str | None = None


_NOW = "$1::timestamptz"
_PARTS = (
    Part("changed", "changed_case", """
    UPDATE refund_case c
    SET state = a.state, version = a.version, due_at = a.due_at, due_then = a.due_then, holder = a.holder,
        conversation_id = a.conversation_id, document = ({documents})[a.place], updated_at = {now}
    FROM jsonb_to_recordset({rows}) AS a(id uuid, merchant_id uuid, conversation_id uuid, state text, version int,
        previous_version int, due_at timestamptz, due_then text, holder text, place int)
    WHERE {after} AND c.merchant_id = a.merchant_id AND c.id = a.id AND c.version = a.previous_version
    RETURNING c.case_no
""", "case_no"),
    Part("orders", "held_order", """
    SELECT o.merchant_id, o.id, o.customer_id
    FROM jsonb_to_recordset({rows}) AS a(merchant_id uuid, order_id uuid, order_version int)
    JOIN shop_order o ON o.merchant_id = a.merchant_id AND o.id = a.order_id AND o.version = a.order_version
    WHERE {after}
    FOR SHARE OF o
""", "id::text"),
    Part("opened", "new_case", """
    INSERT INTO refund_case (id, merchant_id, case_no, order_id, order_no, customer_id, customer, conversation_id,
        channel, state, version, due_at, due_then, holder, document, created_at, updated_at)
    SELECT a.id, a.merchant_id, a.case_no, a.order_id, a.order_no, o.customer_id, a.customer, a.conversation_id,
        a.channel, a.state, a.version, a.due_at, a.due_then, a.holder, ({documents})[a.place], a.created_at, {now}
    FROM jsonb_to_recordset({rows}) AS a(id uuid, merchant_id uuid, case_no text, order_id uuid, order_no text,
        customer text, conversation_id uuid, channel text, state text, version int, due_at timestamptz, due_then text,
        holder text, place int, created_at timestamptz)
    JOIN held_order o ON o.merchant_id = a.merchant_id AND o.id = a.order_id
    RETURNING case_no
""", "case_no"),
    Part("payments", "moved_payment", """
    WITH held AS MATERIALIZED (
        SELECT p.id, t.reserved, t.refunded
        FROM jsonb_to_recordset({rows}) AS t(merchant_id uuid, order_id uuid, payment_no text, reserved bigint,
            refunded bigint)
        JOIN payment p ON p.merchant_id = t.merchant_id AND p.order_id = t.order_id AND p.payment_no = t.payment_no
        WHERE {after}
        ORDER BY p.id
        FOR NO KEY UPDATE OF p
    )
    UPDATE payment p
    SET reserved_minor = p.reserved_minor + h.reserved, refunded_minor = p.refunded_minor + h.refunded
    FROM held h
    WHERE p.id = h.id AND p.reserved_minor + h.reserved >= 0
      AND p.reserved_minor + h.reserved + p.refunded_minor + h.refunded <= p.captured_minor
    RETURNING p.id, p.merchant_id, p.order_id, p.payment_no
""", "order_id || ':' || payment_no"),
    Part("ends", "ended_line", """
    UPDATE line_use u
    SET refunded_quantity = u.refunded_quantity + CASE WHEN t.settles THEN u.open_quantity ELSE 0 END,
        refunded_minor = u.refunded_minor + CASE WHEN t.settles THEN u.open_minor ELSE 0 END,
        open_quantity = 0, open_minor = 0, open_case_no = NULL
    FROM jsonb_to_recordset({rows}) AS t(merchant_id uuid, order_id uuid, case_no text, settles boolean, keeps jsonb)
    WHERE u.merchant_id = t.merchant_id AND u.order_id = t.order_id AND u.open_case_no = t.case_no
      AND NOT t.keeps ? u.line_no AND {after}
    RETURNING u.line_no
""", "line_no"),
    Part("holds", "held_line", """
    INSERT INTO line_use AS u (id, merchant_id, order_id, line_no, sold_quantity, sold_minor, refunded_quantity,
        refunded_minor, open_quantity, open_minor, open_case_no)
    SELECT t.id, t.merchant_id, t.order_id, t.line_no, t.sold_quantity, t.sold_minor, t.refunded_quantity,
        t.refunded_minor, t.open_quantity, t.open_minor, t.open_case_no
    FROM jsonb_to_recordset({rows}) AS t(id uuid, merchant_id uuid, order_id uuid, line_no text, sold_quantity bigint,
        sold_minor bigint, refunded_quantity bigint, refunded_minor bigint, open_quantity bigint, open_minor bigint,
        open_case_no text, case_no text)
    WHERE {after}
    ORDER BY t.merchant_id, t.order_id, t.line_no
    ON CONFLICT (merchant_id, order_id, line_no) DO UPDATE
    SET sold_quantity = excluded.sold_quantity, sold_minor = excluded.sold_minor,
        refunded_quantity = u.refunded_quantity + excluded.refunded_quantity,
        refunded_minor = u.refunded_minor + excluded.refunded_minor,
        open_quantity = excluded.open_quantity, open_minor = excluded.open_minor, open_case_no = excluded.open_case_no
    WHERE u.open_case_no IS NULL OR u.open_case_no = ANY(ARRAY(
        SELECT h.case_no FROM jsonb_to_recordset({rows}) AS h(case_no text)))
    RETURNING order_id, line_no
""", "order_id || ':' || line_no"),
    Part("changed_refunds", "changed_refund", """
    UPDATE refund r
    SET state = t.state, gateway_refund_id = t.gateway_refund_id, attempts = t.attempts,
        needs_person = t.needs_person, last_answer = t.last_answer,
        next_look_at = CASE WHEN t.state IN ('sending', 'pending', 'failed')
            THEN coalesce(r.next_look_at, {now} + interval '1 minute') END,
        settled_at = CASE WHEN t.state IN ('succeeded', 'closed') THEN coalesce(r.settled_at, {now}) END
    FROM jsonb_to_recordset({rows}) AS t(merchant_id uuid, refund_no text, before text, state text,
        gateway_refund_id text, attempts int, needs_person boolean, last_answer text)
    WHERE r.merchant_id = t.merchant_id AND r.refund_no = t.refund_no AND r.state = t.before AND {after}
    RETURNING r.refund_no
""", "refund_no"),
    Part("new_refunds", "new_refund", """
    INSERT INTO refund (id, merchant_id, refund_no, case_id, decision_no, leg, payment_id, payment_no, method,
        amount_minor, payer_minor, currency, state, gateway_refund_id, replaces, attempts, needs_person, last_answer,
        label, created_at, settled_at)
    SELECT t.id, t.merchant_id, t.refund_no, t.case_id, t.decision_no, t.leg, p.id, t.payment_no, t.method,
        t.amount_minor, t.payer_minor, t.currency, t.state, t.gateway_refund_id, t.replaces, t.attempts,
        t.needs_person, t.last_answer, t.label,
        greatest({now}, (SELECT max(o.created_at) + interval '1 microsecond' FROM refund o
                      WHERE o.case_id = t.case_id)),
        CASE WHEN t.state IN ('succeeded', 'closed') THEN {now} END
    FROM jsonb_to_recordset({rows}) AS t(merchant_id uuid, case_id uuid, order_id uuid, id uuid, refund_no text,
        decision_no text, leg int, payment_no text, method text, amount_minor bigint, payer_minor bigint, currency text,
        state text, gateway_refund_id text, replaces text, attempts int, needs_person boolean, last_answer text,
        label text)
    JOIN moved_payment p ON p.merchant_id = t.merchant_id AND p.order_id = t.order_id AND p.payment_no = t.payment_no
    WHERE {after}
    RETURNING refund_no
""", "refund_no"),
    Part("transfers", "booked", """
    INSERT INTO transfer (id, merchant_id, key, kind, at, case_no, refund_no)
    SELECT * FROM jsonb_to_recordset({rows}) AS t(
        id uuid, merchant_id uuid, key text, kind text, at timestamptz, case_no text, refund_no text)
"""),
    Part("postings", "posted", """
    INSERT INTO posting (id, merchant_id, transfer_id, account, amount_minor, currency)
    SELECT * FROM jsonb_to_recordset({rows}) AS t(
        id uuid, merchant_id uuid, transfer_id uuid, account text, amount_minor bigint, currency text)
"""),
    Part("taken", "taken", """
    UPDATE account_balance b SET balance_minor = b.balance_minor + t.amount_minor
    FROM jsonb_to_recordset({rows}) AS t(merchant_id uuid, account text, currency text, amount_minor bigint)
    WHERE b.merchant_id = t.merchant_id AND b.account = t.account AND b.currency = t.currency
      AND b.balance_minor + t.amount_minor >= 0 AND {after}
    RETURNING b.merchant_id, b.account, b.currency
""", "merchant_id || ':' || account || ':' || currency"),
    Part("given", "given", """
    INSERT INTO account_balance AS b (id, merchant_id, account, currency, balance_minor, floor)
    SELECT t.id, t.merchant_id, t.account, t.currency, t.amount_minor, 0
    FROM jsonb_to_recordset({rows}) AS t(id uuid, merchant_id uuid, account text, currency text, amount_minor bigint)
    WHERE {after}
    ORDER BY t.merchant_id, t.account, t.currency
    ON CONFLICT (merchant_id, account, currency) DO UPDATE SET balance_minor = b.balance_minor + excluded.balance_minor
    RETURNING b.account
""", "account"),
    Part("budgets", "counted", count_into("{rows}", now="{now}", after="{after}"), "counted"),
    Part("consents", "agreed", """
    INSERT INTO consent (id, merchant_id, case_id, at, offered, chosen, offer_id)
    SELECT * FROM jsonb_to_recordset({rows}) AS t(
        id uuid, merchant_id uuid, case_id uuid, at timestamptz, offered jsonb, chosen text, offer_id text)
    ON CONFLICT (merchant_id, case_id, offer_id) DO NOTHING
"""),
    Part("coupons", "issued", """
    INSERT INTO coupon (id, merchant_id, coupon_no, case_id, decision_no, customer_id, amount_minor,
        minimum_spend_minor, currency, expires_at)
    SELECT t.id, t.merchant_id, t.coupon_no, t.case_id, t.decision_no, o.customer_id, t.amount_minor,
        t.minimum_spend_minor, t.currency, t.expires_at
    FROM jsonb_to_recordset({rows}) AS t(id uuid, merchant_id uuid, coupon_no text, case_id uuid, order_id uuid,
        decision_no text, amount_minor bigint, minimum_spend_minor bigint, currency text, expires_at timestamptz)
    JOIN shop_order o ON o.merchant_id = t.merchant_id AND o.id = t.order_id
"""),
    Part("effects", "to_do", """
    INSERT INTO outbox (id, merchant_id, kind, lane, payload, not_before, created_at)
    SELECT * FROM jsonb_to_recordset({rows}) AS t(id uuid, merchant_id uuid, kind text, lane text, payload jsonb,
        not_before timestamptz, created_at timestamptz)
"""),
)  # fmt: skip
ROWS = tuple(part.rows for part in _PARTS)


@cache
def save_changes_sql(present: frozenset[str]) -> str:
    """The statement of those parts that have rows; its arguments: now, rows in the order of ROWS, documents."""
    steps = case_steps(present, now=_NOW, first_argument=2, after="true")
    answers = [f"ARRAY(SELECT {part.answer} FROM {part.name}) AS {part.rows}" for part in _answering(present)]  # noqa: S608  # constants
    return "WITH " + ", ".join(steps) + "\nSELECT " + ",\n    ".join(answers)


def case_steps(present: frozenset[str], *, now: str, first_argument: int, after: str) -> Iterator[str]:
    """Those parts as steps of a WITH, the first one after `after`.

    Their rows are the arguments from that number on, and after them all cases' documents, each named by its place: a
    document inside its row would be read and written twice.
    """
    parts = [part for part in _PARTS if part.rows in present]
    documents = f"${first_argument + len(parts)}::jsonb[]"
    for number, part in enumerate(parts, start=first_argument):
        sql = part.sql.replace("{now}", now).replace("{after}", after).replace("{rows}", f"${number}::jsonb")
        sql = sql.replace("{documents}", documents)
        yield f"{part.name} AS ({sql})"
        if part.answer is not None:
            after = f"(SELECT count(*) FROM {part.name}) >= 0"  # noqa: S608  # constants


def counts(names: Sequence[str]) -> list[str]:
    """SQL that counts what the parts of these rows answered."""
    return [f"(SELECT count(*) FROM {part.name})" for part in _PARTS if part.rows in names]  # noqa: S608  # constants


def _answering(present: frozenset[str]) -> list[Part]:
    return [part for part in _PARTS if part.rows in present and part.answer is not None]
