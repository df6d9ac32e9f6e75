"""Pictures and videos that still lie with a platform: which message came with them, and what became of each."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.operations import CreateModel, RunSQL

_SETTLED = "(state = 'pending') = (settled_at IS NULL) AND (state = 'pending') = (ref IS NOT NULL)"
_WHY = "(state = 'failed') = (reason IS NOT NULL)"
CONSTRAINTS = f"""
ALTER TABLE awaited_media ADD CONSTRAINT awaited_media_once UNIQUE (conversation_id, seq, place, merchant_id);
ALTER TABLE awaited_media ADD CONSTRAINT awaited_media_state CHECK (state IN ('pending', 'kept', 'failed'));
ALTER TABLE awaited_media ADD CONSTRAINT awaited_media_settled CHECK ({_SETTLED});
ALTER TABLE awaited_media ADD CONSTRAINT awaited_media_why CHECK ({_WHY});
ALTER TABLE awaited_media ADD CONSTRAINT awaited_media_conversation
    FOREIGN KEY (conversation_id) REFERENCES conversation (id);
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0017_calls_by_person")]

    operations = [
        CreateModel(
            name="AwaitedMedia",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("conversation_id", fields.UUIDField()),
                ("seq", fields.IntField()),
                ("place", fields.IntField()),
                ("account_id", fields.UUIDField()),
                ("kind", fields.TextField(unique=False)),
                ("ref", fields.TextField(null=True, unique=False)),
                ("state", fields.TextField(db_default="pending", unique=False)),
                ("reason", fields.TextField(null=True, unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "awaited_media",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(
                        fields=("conversation_id", "seq", "place", "merchant_id"), name="awaited_media_once"
                    ),
                    CheckConstraint(check="state IN ('pending', 'kept', 'failed')", name="awaited_media_state"),
                    CheckConstraint(check=_SETTLED, name="awaited_media_settled"),
                    CheckConstraint(check=_WHY, name="awaited_media_why"),
                ],
                "pk_attr": "id",
                "table_description": "A picture or video that came with a message and is fetched from its platform after it.",
            },
            bases=["Model"],
        ),
        RunSQL(CONSTRAINTS, RunSQL.noop),
    ]
