"""Codes that were sent to phones, and how many texts were asked for in a day."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class PhoneProof(Model):
    """One code asked for in a conversation, for any order number that was named; only its keyed hash is kept.

    customer_id is set when the code is handed over for sending: whose phone it goes to.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    conversation_id = fields.UUIDField()
    order_no = fields.TextField()
    code_hash = fields.BinaryField()
    tries = fields.IntField(db_default=0)
    tries_max = fields.IntField()
    customer_id = fields.UUIDField(null=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "phone_proof"
        constraints = (CheckConstraint(check="tries >= 0 AND tries <= tries_max", name="phone_proof_tries"),)
        indexes = (Index(fields=("conversation_id", "created_at"), name="phone_proof_of_conversation"),)


class SmsUse(Model):
    """How many texts were asked for within a scope (an order, a chat, a phone's hash, the shop) in a merchant's day."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    scope = fields.TextField()
    day = fields.DateField()
    used = fields.IntField()
    last_at = fields.DatetimeField()

    class Meta:
        table = "sms_use"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "scope", "day"), name="sms_use_once"),
            CheckConstraint(check="used > 0", name="sms_use_positive"),
        )
