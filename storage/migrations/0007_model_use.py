"""What each merchant used of a paid language model, by its own day."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.operations import CreateModel, RunSQL

CONSTRAINTS = """
ALTER TABLE model_use ADD CONSTRAINT model_use_once UNIQUE (merchant_id, day);
ALTER TABLE model_use ADD CONSTRAINT model_use_not_negative CHECK (calls >= 0 AND tokens >= 0);
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0006_turns_at_once")]

    operations = [
        CreateModel(
            name="ModelUse",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("day", fields.DateField()),
                ("calls", fields.IntField()),
                ("tokens", fields.BigIntField()),
            ],
            options={
                "table": "model_use",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(fields=("merchant_id", "day"), name="model_use_once"),
                    CheckConstraint(check="calls >= 0 AND tokens >= 0", name="model_use_not_negative"),
                ],
                "pk_attr": "id",
                "table_description": "Calls and tokens of one merchant in one day, counted before they are spent.",
            },
            bases=["Model"],
        ),
        RunSQL(CONSTRAINTS, RunSQL.noop),
    ]
