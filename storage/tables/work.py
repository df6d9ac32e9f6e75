"""What is still to be done outside the database, and what could not be done."""

from tortoise import fields
from tortoise.models import Model


class Outbox(Model):
    """One effect to bring about; rows of one lane are done one at a time in their order (place)."""

    id = fields.UUIDField(primary_key=True)
    place = fields.BigIntField()
    merchant_id = fields.UUIDField()
    kind = fields.TextField()
    lane = fields.TextField()
    payload = fields.JSONField[dict[str, object]]()
    not_before = fields.DatetimeField(null=True)
    attempts = fields.IntField(db_default=0)
    leased_until = fields.DatetimeField(null=True)
    lease_token = fields.BigIntField(db_default=0)
    done_at = fields.DatetimeField(null=True)
    buried_at = fields.DatetimeField(null=True)
    last_error = fields.TextField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "outbox"


class Buried(Model):
    """Something that could not be handled, kept (encrypted) for an operator."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField(null=True)
    source = fields.TextField()
    raw_bytes = fields.BinaryField(source_field="raw")
    error = fields.TextField()
    at = fields.DatetimeField()
    handled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "buried"
