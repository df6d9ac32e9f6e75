"""How content consumers were with a case or a talk, asked once after it was closed."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.operations import CreateModel, RunSQL

CONSTRAINTS = """
ALTER TABLE rating ADD CONSTRAINT rating_once UNIQUE (merchant_id, conversation_id, subject);
ALTER TABLE rating ADD CONSTRAINT rating_score CHECK (score BETWEEN 1 AND 5);
ALTER TABLE rating ADD CONSTRAINT rating_conversation FOREIGN KEY (conversation_id) REFERENCES conversation (id);
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0012_phone_proofs")]

    operations = [
        CreateModel(
            name="Rating",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("conversation_id", fields.UUIDField()),
                ("subject", fields.TextField(unique=False)),
                ("case_no", fields.TextField(null=True, unique=False)),
                ("score", fields.IntField(null=True)),
                ("words", fields.TextField(null=True, unique=False)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "rating",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(fields=("merchant_id", "conversation_id", "subject"), name="rating_once"),
                    CheckConstraint(check="score BETWEEN 1 AND 5", name="rating_score"),
                ],
                "indexes": [Index(fields=["merchant_id", "at"], name="rating_of_days")],
                "pk_attr": "id",
                "table_description": (
                    "One answer about one closed case or talk (subject); without a score the question was put aside."
                ),
            },
            bases=["Model"],
        ),
        RunSQL(CONSTRAINTS, RunSQL.noop),
    ]
