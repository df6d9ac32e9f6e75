"""Orders as their sources report them, and what of them was refunded or is asked for."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class ShopOrder(Model):
    """One order; document is the core's Order, extra what the source sent beside it, version counts its changes."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    order_no = fields.TextField()
    customer_id = fields.UUIDField()
    status = fields.TextField()
    settled_by = fields.TextField()
    source = fields.TextField()
    currency = fields.TextField()
    placed_at = fields.DatetimeField()
    total_minor = fields.BigIntField()
    version = fields.IntField(db_default=1)
    document = fields.JSONField[dict[str, object]]()
    extra = fields.JSONField[dict[str, object]](null=True)
    address = fields.BinaryField(null=True)
    content_hash = fields.BinaryField(null=True)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "shop_order"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "order_no"), name="shop_order_no_once"),
            UniqueConstraint(fields=("id", "merchant_id"), name="shop_order_of_merchant"),
        )
        indexes = (Index(fields=("customer_id", "placed_at"), name="shop_order_of_customer"),)


class Payment(Model):
    """Money captured for an order; what went back and what is on its way back never exceed it.

    refunded_minor counts what was refunded elsewhere too; imported_minor says how much of it that is.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    order_id = fields.UUIDField()
    payment_no = fields.TextField()
    method = fields.TextField()
    currency = fields.TextField()
    captured_minor = fields.BigIntField()
    refunded_minor = fields.BigIntField(db_default=0)
    reserved_minor = fields.BigIntField(db_default=0)
    imported_minor = fields.BigIntField(db_default=0)

    class Meta:
        table = "payment"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "order_id", "payment_no"), name="payment_no_once"),
            UniqueConstraint(fields=("id", "merchant_id"), name="payment_of_merchant"),
            CheckConstraint(
                check="captured_minor >= 0 AND reserved_minor >= 0 AND imported_minor BETWEEN 0 AND refunded_minor",
                name="payment_not_negative",
            ),
            CheckConstraint(check="refunded_minor + reserved_minor <= captured_minor", name="payment_within_captured"),
        )


class LineUse(Model):
    """What of an order line is refunded or in an open claim; shipping is the row '#shipping' of one piece.

    Each case that has a share of the shipping fee has a row '#shipping:CASE_NO'; a trigger keeps their sum within the
    fee. refunded is what our own cases did, imported what the order's source says was refunded elsewhere.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    order_id = fields.UUIDField()
    line_no = fields.TextField()
    sold_quantity = fields.BigIntField()
    sold_minor = fields.BigIntField()
    refunded_quantity = fields.BigIntField(db_default=0)
    refunded_minor = fields.BigIntField(db_default=0)
    open_quantity = fields.BigIntField(db_default=0)
    open_minor = fields.BigIntField(db_default=0)
    open_case_no = fields.TextField(null=True)
    imported_quantity = fields.BigIntField(db_default=0)
    imported_minor = fields.BigIntField(db_default=0)

    class Meta:
        table = "line_use"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "order_id", "line_no"), name="line_use_once"),
            CheckConstraint(
                check="LEAST(refunded_quantity, refunded_minor, open_quantity, open_minor, "
                "imported_quantity, imported_minor) >= 0",
                name="line_use_not_negative",
            ),
            CheckConstraint(
                check="refunded_quantity + open_quantity + imported_quantity <= sold_quantity",
                name="line_use_quantity_sold",
            ),
            CheckConstraint(
                check="refunded_minor + open_minor + imported_minor <= sold_minor", name="line_use_amount_sold"
            ),
            CheckConstraint(
                check="(open_case_no IS NULL) = (open_quantity = 0 AND open_minor = 0)", name="line_use_open_has_case"
            ),
        )
