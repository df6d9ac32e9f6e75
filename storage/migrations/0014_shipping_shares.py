"""Several open cases of one order may each hold a share of its shipping fee: a row each, and their sum within the fee.

Who takes a share waits for others that take one of the same order (until they commit) and then sees theirs. The lock is
taken last of all, when the statement ends, so it makes no circle with those of rows.
"""

from tortoise import migrations
from tortoise.migrations.operations import RunSQL

SHIPPING_WITHIN_FEE = """
CREATE FUNCTION shipping_within_fee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('shipping:' || NEW.order_id, 0));
    SELECT sum(refunded_minor + open_minor) INTO gone FROM line_use
        WHERE merchant_id = NEW.merchant_id AND order_id = NEW.order_id AND line_no LIKE '#shipping%';
    IF gone > NEW.sold_minor THEN
        RAISE EXCEPTION 'shares of the shipping fee of order % come to % of %', NEW.order_id, gone, NEW.sold_minor
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shipping_within_fee';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER shipping_within_fee AFTER INSERT ON line_use FOR EACH ROW
    WHEN (NEW.line_no LIKE '#shipping%') EXECUTE FUNCTION shipping_within_fee();
CREATE TRIGGER shipping_stays_within_fee AFTER UPDATE ON line_use FOR EACH ROW
    WHEN (NEW.line_no LIKE '#shipping%'
        AND NEW.refunded_minor + NEW.open_minor > OLD.refunded_minor + OLD.open_minor)
    EXECUTE FUNCTION shipping_within_fee();
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0013_ratings")]

    operations = [RunSQL(SHIPPING_WITHIN_FEE, RunSQL.noop)]
