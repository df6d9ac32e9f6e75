"""How often a refund that is not final was looked up, which says when to look again; and this month's bonuses by kind."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField, RunSQL

INDEXES = "CREATE INDEX transfer_of_kind ON transfer (merchant_id, kind, at);"


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0003_guards")]

    operations = [
        AddField(model_name="Refund", name="looks", field=fields.IntField(db_default=0)),
        RunSQL(INDEXES, RunSQL.noop),
    ]
