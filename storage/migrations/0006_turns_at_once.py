"""A guard for statements that save much at once: where an answer is missing, all of it is undone. And room in pages."""

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

# A conversation is rewritten by each of its turns: with room in its page no index has to be told.
ROOM = "ALTER TABLE conversation SET (fillfactor = 50);"


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0005_offer_budgets")]

    operations = [RunSQL([AS_OWED, ROOM], RunSQL.noop)]
