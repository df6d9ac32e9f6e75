"""A guard for statements that save much at once: where an answer is missing, all of it is undone."""

from tortoise import migrations
from tortoise.migrations.operations import RunSQL

AS_OWED = """
CREATE FUNCTION as_owed(answered bigint[], owed bigint[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF answered IS DISTINCT FROM owed THEN
        RAISE EXCEPTION 'answered %, owed %', answered, owed USING ERRCODE = 'RB001';
    END IF;
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0005_offer_budgets")]

    operations = [RunSQL(AS_OWED, RunSQL.noop)]
