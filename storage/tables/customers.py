"""Customers: who they are to the merchant; what identifies a person is encrypted and looked up by keyed hash."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model


class Customer(Model):
    """One consumer of one merchant; without external_id an anonymous visitor."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    external_id = fields.TextField(null=True)
    name = fields.BinaryField(null=True)
    phone = fields.BinaryField(null=True)
    phone_hash = fields.BinaryField(null=True)
    email = fields.BinaryField(null=True)
    email_hash = fields.BinaryField(null=True)
    details_hash = fields.BinaryField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "customer"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "external_id"), name="customer_external_id_once"),
            UniqueConstraint(fields=("id", "merchant_id"), name="customer_of_merchant"),
        )
        indexes = (Index(fields=("phone_hash", "merchant_id"), name="customer_by_phone"),)
