"""Of which people the platform is still to be asked for the id that they have in all accounts of a merchant's.

Whoever wrote to an official account until now is asked about too.
"""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations.operations import AddField, CreateModel, RunSQL

ASK = """
ALTER TABLE union_question ADD CONSTRAINT union_question_identity
    FOREIGN KEY (identity_id) REFERENCES channel_identity (id) ON DELETE CASCADE;
INSERT INTO union_question (identity_id, merchant_id, account_id, due_at)
SELECT i.id, i.merchant_id, i.account_id, now() FROM channel_identity i JOIN channel_account a ON a.id = i.account_id
WHERE a.channel = 'wechat' AND i.union_id IS NULL AND i.left_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0018_awaited_media")]

    operations = [
        AddField(model_name="ChannelAccount", name="asking_from", field=fields.DatetimeField(null=True)),
        CreateModel(
            name="UnionQuestion",
            fields=[
                ("identity_id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("account_id", fields.UUIDField()),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "union_question",
                "app": "refundbot",
                "indexes": [Index(fields=["merchant_id", "account_id", "due_at"], name="union_question_due")],
                "pk_attr": "identity_id",
                "table_description": "A person whose union id the platform is to be asked for, from due_at on; null where it was and told none.",
            },
            bases=["Model"],
        ),
        RunSQL(ASK, RunSQL.noop),
    ]
