"""Answers already given to API calls, by the caller's idempotency key."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model


class Idempotency(Model):
    """One keyed call: in flight until it has a status and an answer."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    api_key_hash = fields.BinaryField()
    key_hash = fields.BinaryField()
    body_hash = fields.BinaryField()
    state = fields.TextField()
    status = fields.IntField(null=True)
    answer = fields.BinaryField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "idempotency"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "api_key_hash", "key_hash"), name="idempotency_key_once"),
        )
        indexes = (Index(fields=("created_at",), name="idempotency_oldest"),)
