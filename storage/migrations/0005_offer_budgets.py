"""What bonuses took of their caps, counted when a customer takes one; and no decision pays more than it granted."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.operations import CreateModel, RunSQL

# The sum of a month's transfers was read for every offer; the budget's one row is read instead.
BUDGETS = """
ALTER TABLE offer_budget ADD CONSTRAINT offer_budget_once UNIQUE (merchant_id, scope, currency);
ALTER TABLE offer_budget ADD CONSTRAINT offer_budget_not_negative CHECK (used_minor >= 0);
ALTER TABLE offer_budget ADD CONSTRAINT offer_budget_within_cap CHECK (cap_minor IS NULL OR used_minor <= cap_minor);
DROP INDEX transfer_of_kind;
"""

# Only a new payout can raise a decision's sum: no payout changes its amount, none comes back from closed.
DECISION_IS_NOT_EXCEEDED = """
CREATE FUNCTION decision_is_not_exceeded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT paid.decision_no, decided.granted, standing.minor INTO wrong
    FROM (SELECT DISTINCT merchant_id, case_id, decision_no FROM added) paid
    JOIN refund_case c ON c.id = paid.case_id AND c.document ->> 'decision_no' = paid.decision_no
    CROSS JOIN LATERAL (
        SELECT coalesce((coalesce(c.document -> 'granted' -> 'total', c.document -> 'decision' -> 'allocation' -> 'total')
            ->> 'minor')::bigint, 0) AS granted
    ) decided
    CROSS JOIN LATERAL (
        SELECT sum(amount_minor) FILTER (WHERE merchant_id = paid.merchant_id) AS minor FROM refund
        WHERE decision_no = paid.decision_no AND state <> 'closed'
    ) standing
    WHERE standing.minor > decided.granted LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'decision % granted %, its payouts come to %', wrong.decision_no, wrong.granted, wrong.minor
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_is_not_exceeded';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER decision_is_not_exceeded AFTER INSERT ON refund REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION decision_is_not_exceeded();
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0004_refund_looks")]

    operations = [
        CreateModel(
            name="OfferBudget",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("scope", fields.TextField(unique=False)),
                ("currency", fields.TextField(unique=False)),
                ("window_days", fields.IntField(null=True)),
                ("used_minor", fields.BigIntField(db_default=0)),
                ("cap_minor", fields.BigIntField(null=True)),
                ("gifts", fields.JSONField()),
            ],
            options={
                "table": "offer_budget",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(fields=("merchant_id", "scope", "currency"), name="offer_budget_once"),
                    CheckConstraint(check="used_minor >= 0", name="offer_budget_not_negative"),
                    CheckConstraint(
                        check="cap_minor IS NULL OR used_minor <= cap_minor", name="offer_budget_within_cap"
                    ),
                ],
                "pk_attr": "id",
                "table_description": "How much bonus was given in a scope (a month, a customer), within its cap.",
            },
            bases=["Model"],
        ),
        RunSQL([BUDGETS, DECISION_IS_NOT_EXCEEDED], RunSQL.noop),
    ]
