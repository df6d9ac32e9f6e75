"""Merchants' accounts on chat platforms, and the people who write to them."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model


class ChannelAccount(Model):
    """One account (a bot, an official account) of a merchant; settings are encrypted JSON.

    asking_from is when its platform may be asked again who people are; until then somebody asks, or it refused.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    channel = fields.TextField()
    name = fields.TextField()
    settings = fields.BinaryField()
    version = fields.IntField(db_default=1)
    created_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)
    asking_from = fields.DatetimeField(null=True)

    class Meta:
        table = "channel_account"
        constraints = (UniqueConstraint(fields=("merchant_id", "channel", "name"), name="channel_account_once"),)


class ChannelIdentity(Model):
    """A person as an account knows them, and the one conversation that is theirs there.

    windows holds for each reply window when it opened and by which message, and the messages to them that may count in
    one, each from when it was counted until its end was heard (channels/budget.py). app_at is when they last opened the
    chat inside the mini-program; granted counts the notices that they allowed, by template.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    account_id = fields.UUIDField()
    user_id = fields.TextField()
    union_id = fields.TextField(null=True)
    conversation_id = fields.UUIDField()
    customer_id = fields.UUIDField(null=True)
    windows = fields.JSONField[dict[str, object]](db_default={})
    seen_at = fields.DatetimeField()
    app_at = fields.DatetimeField(null=True)
    granted = fields.JSONField[dict[str, int]](db_default={})
    left_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "channel_identity"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "account_id", "user_id"), name="channel_identity_once"),
            UniqueConstraint(fields=("merchant_id", "conversation_id"), name="channel_identity_conversation_once"),
        )
        indexes = (
            Index(fields=("merchant_id", "union_id"), name="channel_identity_of_union"),
            Index(fields=("merchant_id", "customer_id"), name="channel_identity_of_customer"),
        )


class UnionQuestion(Model):
    """A person whose union id the platform is to be asked for, from due_at on; null where it was and told none."""

    identity_id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    account_id = fields.UUIDField()
    due_at = fields.DatetimeField(null=True)

    class Meta:
        table = "union_question"
        indexes = (Index(fields=("merchant_id", "account_id", "due_at"), name="union_question_due"),)


class ListPick(Model):
    """What somebody on a platform has picked of the list that they looked at last.

    list_name says which list it is; quantities are how many of each choice, by its place.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    identity_id = fields.UUIDField()
    list_name = fields.TextField()
    quantities = fields.JSONField[dict[str, int]](db_default={})

    class Meta:
        table = "list_pick"
        constraints = (UniqueConstraint(fields=("merchant_id", "identity_id"), name="list_pick_once"),)
