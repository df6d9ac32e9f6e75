"""What the models cannot say: keys over two columns, partial indexes, and triggers that refuse the impossible.

What concerns sums looks at all rows of a statement at once, when it ends: a check per row cost more than what it checked.
So a transfer comes with its postings in one statement, a payout after its reserve and consent or together with them.

An index begins with what tells rows apart, the merchant comes last: a plan made while a table was empty takes any index
that fits one condition, and one found by the merchant goes through all of the merchant's rows. So a busy query also looks
its rows up by what tells them apart alone; whose they are is a foreign key's matter, or asked of the rows that it found.
"""

from tortoise import migrations
from tortoise.migrations.operations import RunSQL


def _belongs(table: str, column: str, target: str) -> str:
    """A foreign key that leads with the merchant, so that no row can point into another merchant's data."""
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_exists "
        f"FOREIGN KEY (merchant_id, {column}) REFERENCES {target} (merchant_id, id);"
    )


def _append_only(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change();"
    )


REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
"""

# Postings are only ever added, so a transfer sums to zero when all that each statement adds to it does.
TRANSFER_SUMS_TO_ZERO = """
CREATE FUNCTION transfer_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    IF TG_TABLE_NAME = 'transfer' THEN
        SELECT id INTO wrong FROM added WHERE NOT EXISTS (SELECT FROM posting WHERE transfer_id = added.id) LIMIT 1;
    ELSE
        SELECT transfer_id INTO wrong FROM added GROUP BY transfer_id, currency
            HAVING sum(amount_minor) <> 0 OR count(*) < 2 LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'transfer % does not sum to zero', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER transfer_sums_to_zero AFTER INSERT ON transfer REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_sums_to_zero();
CREATE TRIGGER posting_sums_to_zero AFTER INSERT ON posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_sums_to_zero();
"""

# A payout that nobody reserved for would be an over-refund that the payment's own counters cannot see. The payments
# are locked by a statement of its own: the next one then sees what others had committed before.
REFUND_IS_RESERVED = """
CREATE FUNCTION refund_is_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payments uuid[];
    wrong uuid;
BEGIN
    IF TG_OP = 'INSERT' THEN
        payments := ARRAY(SELECT payment_id FROM changed);
    ELSE
        payments := ARRAY(SELECT c.payment_id FROM changed c JOIN former f ON f.id = c.id WHERE f.state <> c.state);
    END IF;
    IF payments = '{}' THEN
        RETURN NULL;
    END IF;
    PERFORM FROM payment WHERE id = ANY(payments) ORDER BY id FOR NO KEY UPDATE;
    SELECT p.id INTO wrong FROM payment p
        WHERE p.id = ANY(payments) AND p.refunded_minor + p.reserved_minor - p.imported_minor < (
            SELECT sum(r.amount_minor) FROM refund r WHERE r.payment_id = p.id
              AND r.state IN ('created', 'sending', 'pending', 'succeeded'))
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payouts of payment % exceed what is reserved and refunded', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_is_reserved';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refund_is_reserved AFTER INSERT ON refund REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION refund_is_reserved();
CREATE TRIGGER refund_stays_reserved AFTER UPDATE ON refund REFERENCING OLD TABLE AS former NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION refund_is_reserved();
CREATE INDEX refund_of_payment ON refund (payment_id);
"""

REFUND_STAYS_ITSELF = """
CREATE FUNCTION refund_stays_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refund %: what was decided does not change', OLD.refund_no
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refund_stays_itself';
END $$;
CREATE TRIGGER refund_stays_itself BEFORE UPDATE ON refund FOR EACH ROW WHEN (
    (OLD.merchant_id, OLD.refund_no, OLD.case_id, OLD.decision_no, OLD.leg, OLD.payment_id, OLD.method,
        OLD.amount_minor, OLD.currency)
    IS DISTINCT FROM
    (NEW.merchant_id, NEW.refund_no, NEW.case_id, NEW.decision_no, NEW.leg, NEW.payment_id, NEW.method,
        NEW.amount_minor, NEW.currency)
) EXECUTE FUNCTION refund_stays_itself();
CREATE FUNCTION refund_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refund % is final', OLD.refund_no
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refund_is_final';
END $$;
CREATE TRIGGER refund_is_final BEFORE UPDATE ON refund FOR EACH ROW
    WHEN (OLD.state IN ('succeeded', 'closed') AND NEW.state <> OLD.state) EXECUTE FUNCTION refund_is_final();
CREATE FUNCTION refund_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refund %: a payout is never deleted', OLD.refund_no
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refund_is_kept';
END $$;
CREATE TRIGGER refund_is_kept BEFORE DELETE ON refund FOR EACH ROW EXECUTE FUNCTION refund_is_kept();
"""

# Original route means: by the payment's own method. Anything else needs the customer's consent to just that.
OTHER_WAY_NEEDS_CONSENT = """
CREATE FUNCTION other_way_needs_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    IF TG_TABLE_NAME = 'coupon' THEN
        SELECT a.case_id, 'coupon' AS method INTO wrong FROM added a WHERE NOT EXISTS (
            SELECT FROM consent s WHERE s.merchant_id = a.merchant_id AND s.case_id = a.case_id AND s.chosen = 'coupon')
            LIMIT 1;
    ELSE
        SELECT a.case_id, a.method INTO wrong FROM added a JOIN payment p ON p.id = a.payment_id
        WHERE a.method <> p.method AND NOT EXISTS (
            SELECT FROM consent s WHERE s.merchant_id = a.merchant_id AND s.case_id = a.case_id AND s.chosen = a.method)
            LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'case % pays by % without consent', wrong.case_id, wrong.method
            USING ERRCODE = 'check_violation', CONSTRAINT = 'other_way_needs_consent';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refund_other_way_needs_consent AFTER INSERT ON refund REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION other_way_needs_consent();
CREATE TRIGGER coupon_needs_consent AFTER INSERT ON coupon REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION other_way_needs_consent();
"""

ONE_OPEN_CLAIM_PER_LINE = """
CREATE FUNCTION one_open_claim_per_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'line % is in open case %', OLD.line_no, OLD.open_case_no
        USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_open_claim_per_line';
END $$;
CREATE TRIGGER one_open_claim_per_line BEFORE UPDATE OF open_case_no ON line_use
    FOR EACH ROW WHEN (NEW.open_case_no <> OLD.open_case_no) EXECUTE FUNCTION one_open_claim_per_line();
"""

# A case's document stays in its row, uncompressed: moving it out cost more than the whole change.
STORAGE = "ALTER TABLE refund_case SET (toast_tuple_target = 8160);"

INDEXES = """
ALTER TABLE outbox ALTER COLUMN place ADD GENERATED BY DEFAULT AS IDENTITY;
CREATE INDEX outbox_lane_head ON outbox (lane, place) WHERE done_at IS NULL AND buried_at IS NULL;
CREATE INDEX outbox_waiting ON outbox (kind, place) WHERE done_at IS NULL AND buried_at IS NULL;
CREATE INDEX refund_to_look_up ON refund (next_look_at) WHERE state IN ('sending', 'pending', 'failed');
CREATE INDEX refund_case_due ON refund_case (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX conversation_waiting ON conversation (merchant_id, waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversation_of_customer ON conversation (merchant_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX buried_unhandled ON buried (at) WHERE handled_at IS NULL;
"""

STATEMENTS = [
    STORAGE,
    INDEXES,
    _belongs("shop_order", "customer_id", "customer"),
    _belongs("payment", "order_id", "shop_order"),
    _belongs("line_use", "order_id", "shop_order"),
    _belongs("refund_case", "order_id", "shop_order"),
    _belongs("refund", "case_id", "refund_case"),
    _belongs("refund", "payment_id", "payment"),
    _belongs("consent", "case_id", "refund_case"),
    _belongs("coupon", "case_id", "refund_case"),
    _belongs("posting", "transfer_id", "transfer"),
    REFUSE_CHANGE,
    _append_only("transfer"),
    _append_only("posting"),
    _append_only("consent"),
    _append_only("audit"),
    TRANSFER_SUMS_TO_ZERO,
    REFUND_IS_RESERVED,
    REFUND_STAYS_ITSELF,
    OTHER_WAY_NEEDS_CONSENT,
    ONE_OPEN_CLAIM_PER_LINE,
]


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0002_constraints")]

    operations = [RunSQL(STATEMENTS, RunSQL.noop)]
