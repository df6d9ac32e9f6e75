"""What is noted beside a customer's message: how it was read, and the talk that ended with it."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField, RunSQL

# Few messages are doubtful, take something back or end a talk; only these are in the index.
INDEX = """
CREATE INDEX message_noted ON message (merchant_id, at) WHERE noted ?| '{doubt,corrects,ended}'::text[];
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0008_merged_payments")]

    operations = [
        AddField(model_name="Message", name="noted", field=fields.JSONField(null=True)),
        RunSQL(INDEX, RunSQL.noop),
    ]
