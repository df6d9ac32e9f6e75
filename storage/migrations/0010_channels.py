"""Accounts on chat platforms, the people who write to them, and which conversation is held where."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.operations import AddConstraint, AddField, CreateModel, RemoveConstraint, RunSQL

# A person on a platform finds their conversation through their identity there, so one customer may hold several.
ONE_OPEN = UniqueConstraint(
    fields=("merchant_id", "channel", "customer_id"),
    name="conversation_one_open",
    condition="is_open AND customer_id IS NOT NULL AND account_id IS NULL",
)
CONSTRAINTS = """
ALTER TABLE channel_account ADD CONSTRAINT channel_account_once UNIQUE (merchant_id, channel, name);
ALTER TABLE channel_account ADD CONSTRAINT channel_account_of_merchant UNIQUE (id, merchant_id);
ALTER TABLE channel_identity ADD CONSTRAINT channel_identity_once UNIQUE (merchant_id, account_id, user_id);
ALTER TABLE channel_identity ADD CONSTRAINT channel_identity_conversation_once UNIQUE (merchant_id, conversation_id);
ALTER TABLE channel_identity ADD CONSTRAINT channel_identity_account
    FOREIGN KEY (account_id, merchant_id) REFERENCES channel_account (id, merchant_id);
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0009_noted")]

    operations = [
        CreateModel(
            name="ChannelAccount",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("channel", fields.TextField(unique=False)),
                ("name", fields.TextField(unique=False)),
                ("settings", fields.BinaryField()),
                ("version", fields.IntField(db_default=1)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("removed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "channel_account",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(fields=("merchant_id", "channel", "name"), name="channel_account_once")
                ],
                "pk_attr": "id",
                "table_description": "One account (a bot, an official account) of a merchant; settings are encrypted JSON.",
            },
            bases=["Model"],
        ),
        CreateModel(
            name="ChannelIdentity",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("account_id", fields.UUIDField()),
                ("user_id", fields.TextField(unique=False)),
                ("union_id", fields.TextField(null=True, unique=False)),
                ("conversation_id", fields.UUIDField()),
                ("customer_id", fields.UUIDField(null=True)),
                ("windows", fields.JSONField(db_default={})),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("left_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "channel_identity",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(fields=("merchant_id", "account_id", "user_id"), name="channel_identity_once"),
                    UniqueConstraint(
                        fields=("merchant_id", "conversation_id"), name="channel_identity_conversation_once"
                    ),
                ],
                "indexes": [
                    Index(fields=["merchant_id", "union_id"], name="channel_identity_of_union"),
                    Index(fields=["merchant_id", "customer_id"], name="channel_identity_of_customer"),
                ],
                "pk_attr": "id",
                "table_description": "A person as an account knows them, and the one conversation that is theirs there.",
            },
            bases=["Model"],
        ),
        AddField(model_name="Conversation", name="account_id", field=fields.UUIDField(null=True)),
        AddField(
            model_name="Conversation",
            name="spoke_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        RemoveConstraint(model_name="Conversation", name="conversation_one_open"),
        AddConstraint(model_name="Conversation", constraint=ONE_OPEN),
        RunSQL(CONSTRAINTS, RunSQL.noop),
    ]
