"""What the models cannot say: keys over two columns, partial indexes, and triggers that refuse the impossible."""

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

TRANSFER_SUMS_TO_ZERO = """
CREATE FUNCTION transfer_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    transfer_checked uuid := CASE TG_TABLE_NAME WHEN 'transfer' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'transfer_id')::uuid END;
BEGIN
    IF (SELECT count(*) FROM posting WHERE merchant_id = NEW.merchant_id AND transfer_id = transfer_checked) < 2 OR EXISTS (
        SELECT 1 FROM posting WHERE merchant_id = NEW.merchant_id AND transfer_id = transfer_checked
        GROUP BY currency HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'transfer % does not sum to zero', transfer_checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transfer_sums_to_zero AFTER INSERT ON transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION transfer_sums_to_zero();
CREATE CONSTRAINT TRIGGER posting_sums_to_zero AFTER INSERT ON posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION transfer_sums_to_zero();
"""

# A payout that nobody reserved for would be an over-refund that the payment's own counters cannot see.
REFUND_IS_RESERVED = """
CREATE FUNCTION refund_is_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    covered bigint;
    live bigint;
BEGIN
    SELECT refunded_minor + reserved_minor - imported_minor INTO covered FROM payment
        WHERE merchant_id = NEW.merchant_id AND id = NEW.payment_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount_minor), 0) INTO live FROM refund
        WHERE merchant_id = NEW.merchant_id AND payment_id = NEW.payment_id
          AND state IN ('created', 'sending', 'pending', 'succeeded');
    IF live > covered THEN
        RAISE EXCEPTION 'payouts of payment % exceed what is reserved and refunded', NEW.payment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_is_reserved';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refund_is_reserved AFTER INSERT OR UPDATE OF state ON refund
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refund_is_reserved();
CREATE INDEX refund_of_payment ON refund (merchant_id, payment_id);
"""

REFUND_STAYS_ITSELF = """
CREATE FUNCTION refund_stays_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.merchant_id, OLD.refund_no, OLD.case_id, OLD.decision_no, OLD.leg, OLD.payment_id, OLD.amount_minor, OLD.currency)
        IS DISTINCT FROM
       (NEW.merchant_id, NEW.refund_no, NEW.case_id, NEW.decision_no, NEW.leg, NEW.payment_id, NEW.amount_minor, NEW.currency)
    THEN
        RAISE EXCEPTION 'refund %: what was decided does not change', OLD.refund_no
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refund_stays_itself';
    END IF;
    IF OLD.state IN ('succeeded', 'closed') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'refund % is final', OLD.refund_no
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refund_is_final';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_stays_itself BEFORE UPDATE ON refund FOR EACH ROW EXECUTE FUNCTION refund_stays_itself();
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
    wanted text := CASE TG_TABLE_NAME WHEN 'coupon' THEN 'coupon' ELSE to_jsonb(NEW) ->> 'method' END;
BEGIN
    IF TG_TABLE_NAME = 'refund' AND EXISTS (
        SELECT 1 FROM payment WHERE merchant_id = NEW.merchant_id AND id = (to_jsonb(NEW) ->> 'payment_id')::uuid AND method = wanted
    ) THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM consent WHERE merchant_id = NEW.merchant_id AND case_id = NEW.case_id AND chosen = wanted
    ) THEN
        RAISE EXCEPTION 'case % pays by % without consent', NEW.case_id, wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'other_way_needs_consent';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refund_other_way_needs_consent AFTER INSERT OR UPDATE OF method ON refund
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION other_way_needs_consent();
CREATE CONSTRAINT TRIGGER coupon_needs_consent AFTER INSERT ON coupon
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION other_way_needs_consent();
"""

ONE_OPEN_CLAIM_PER_LINE = """
CREATE FUNCTION one_open_claim_per_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.open_case_no <> OLD.open_case_no THEN
        RAISE EXCEPTION 'line % is in open case %', OLD.line_no, OLD.open_case_no
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_open_claim_per_line';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER one_open_claim_per_line BEFORE UPDATE OF open_case_no ON line_use
    FOR EACH ROW EXECUTE FUNCTION one_open_claim_per_line();
"""

INDEXES = """
ALTER TABLE outbox ALTER COLUMN place ADD GENERATED BY DEFAULT AS IDENTITY;
CREATE INDEX outbox_lane_head ON outbox (lane, place) WHERE done_at IS NULL AND buried_at IS NULL;
CREATE INDEX outbox_waiting ON outbox (kind, place) WHERE done_at IS NULL AND buried_at IS NULL;
CREATE INDEX refund_to_look_up ON refund (next_look_at) WHERE state IN ('created', 'sending', 'pending');
CREATE INDEX refund_case_due ON refund_case (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX conversation_waiting ON conversation (merchant_id, waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversation_of_customer ON conversation (merchant_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX buried_unhandled ON buried (at) WHERE handled_at IS NULL;
"""

STATEMENTS = [
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
