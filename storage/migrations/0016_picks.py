"""What is picked of a list by buttons, one after another, before it is taken."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.operations import CreateModel, RunSQL

CONSTRAINTS = """
ALTER TABLE list_pick ADD CONSTRAINT list_pick_once UNIQUE (merchant_id, identity_id);
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0015_mini_program_app")]

    operations = [
        CreateModel(
            name="ListPick",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("identity_id", fields.UUIDField()),
                ("list_name", fields.TextField(unique=False)),
                ("quantities", fields.JSONField(db_default={})),
            ],
            options={
                "table": "list_pick",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(fields=("merchant_id", "identity_id"), name="list_pick_once"),
                ],
                "pk_attr": "id",
                "table_description": "What somebody on a platform has picked of the list that they looked at last.",
            },
            bases=["Model"],
        ),
        RunSQL(CONSTRAINTS, RunSQL.noop),
    ]
