"""Codes sent to phones, of which only keyed hashes are kept, and how many texts were asked for in a merchant's day."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.operations import CreateModel, RunSQL

CONSTRAINTS = """
ALTER TABLE phone_proof ADD CONSTRAINT phone_proof_tries CHECK (tries >= 0 AND tries <= tries_max);
ALTER TABLE sms_use ADD CONSTRAINT sms_use_once UNIQUE (merchant_id, scope, day);
ALTER TABLE sms_use ADD CONSTRAINT sms_use_positive CHECK (used > 0);
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0011_likeness")]

    operations = [
        CreateModel(
            name="PhoneProof",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("conversation_id", fields.UUIDField()),
                ("order_no", fields.TextField(unique=False)),
                ("code_hash", fields.BinaryField()),
                ("tries", fields.IntField(db_default=0)),
                ("tries_max", fields.IntField()),
                ("customer_id", fields.UUIDField(null=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "phone_proof",
                "app": "refundbot",
                "constraints": [CheckConstraint(check="tries >= 0 AND tries <= tries_max", name="phone_proof_tries")],
                "indexes": [Index(fields=["conversation_id", "created_at"], name="phone_proof_of_conversation")],
                "pk_attr": "id",
                "table_description": "One code asked for in a conversation, for any order number that was named; only its keyed hash is kept.",
            },
            bases=["Model"],
        ),
        CreateModel(
            name="SmsUse",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("scope", fields.TextField(unique=False)),
                ("day", fields.DateField()),
                ("used", fields.IntField()),
                ("last_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sms_use",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(fields=("merchant_id", "scope", "day"), name="sms_use_once"),
                    CheckConstraint(check="used > 0", name="sms_use_positive"),
                ],
                "pk_attr": "id",
                "table_description": "How many texts were asked for within a scope (an order, a chat, a phone's hash, the shop) in a merchant's day.",
            },
            bases=["Model"],
        ),
        RunSQL(CONSTRAINTS, RunSQL.noop),
    ]
