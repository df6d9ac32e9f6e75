"""Merchants, and the versions of their policies and offer rules."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Merchant(Model):
    """One shop; its API key is stored hashed, its chat secret encrypted."""

    id = fields.UUIDField(primary_key=True)
    slug = fields.TextField()
    name = fields.TextField()
    currency = fields.TextField()
    timezone = fields.TextField(db_default="Asia/Shanghai")
    api_key_hash = fields.BinaryField()
    chat_secret = fields.BinaryField()
    settings = fields.JSONField[dict[str, object]]()
    created_at = fields.DatetimeField()

    class Meta:
        table = "merchant"
        constraints = (
            UniqueConstraint(fields=("slug",), name="merchant_slug_once"),
            UniqueConstraint(fields=("api_key_hash",), name="merchant_api_key_once"),
        )


class PolicyVersion(Model):
    """One version of a merchant's policy or offer rules; the highest version is in force."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    kind = fields.TextField()
    version = fields.IntField()
    document = fields.JSONField[dict[str, object]]()
    created_at = fields.DatetimeField()
    by = fields.TextField()

    class Meta:
        table = "policy_version"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "kind", "version"), name="policy_version_once"),
            CheckConstraint(check="kind IN ('policy', 'offers')", name="policy_version_kind"),
        )


class ModelUse(Model):
    """Calls and tokens of one merchant in one day, counted before they are spent."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    day = fields.DateField()
    calls = fields.IntField()
    tokens = fields.BigIntField()

    class Meta:
        table = "model_use"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "day"), name="model_use_once"),
            CheckConstraint(check="calls >= 0 AND tokens >= 0", name="model_use_not_negative"),
        )
