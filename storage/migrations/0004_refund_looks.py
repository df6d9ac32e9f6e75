"""How often a refund that is not final was looked up, which says when to look again; this month's bonuses, and what was done long ago."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField, RunSQL

INDEXES = """
CREATE INDEX transfer_of_kind ON transfer (merchant_id, kind, at);
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0003_guards")]

    operations = [
        AddField(model_name="Refund", name="looks", field=fields.IntField(db_default=0)),
        RunSQL(INDEXES, RunSQL.noop),
    ]
