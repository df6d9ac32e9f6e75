"""The money books: transfers and postings are append-only, a transfer sums to zero per currency."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Transfer(Model):
    """One movement; its key makes it bookable only once."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    key = fields.TextField()
    kind = fields.TextField()
    at = fields.DatetimeField()
    case_no = fields.TextField(null=True)
    refund_no = fields.TextField(null=True)

    class Meta:
        table = "transfer"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "key"), name="transfer_key_once"),
            UniqueConstraint(fields=("id", "merchant_id"), name="transfer_of_merchant"),
        )
        indexes = (Index(fields=("case_no", "merchant_id"), name="transfer_of_case"),)


class Posting(Model):
    """One side of a transfer: positive is a debit, negative a credit."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    transfer_id = fields.UUIDField()
    account = fields.TextField()
    amount_minor = fields.BigIntField()
    currency = fields.TextField()

    class Meta:
        table = "posting"
        indexes = (
            Index(fields=("transfer_id",), name="posting_of_transfer"),
            Index(fields=("merchant_id", "account", "currency"), name="posting_of_account"),
        )


class AccountBalance(Model):
    """The running sum of an account's postings, never below its floor (no floor: any balance)."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    account = fields.TextField()
    currency = fields.TextField()
    balance_minor = fields.BigIntField(db_default=0)
    floor = fields.BigIntField(null=True)

    class Meta:
        table = "account_balance"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "account", "currency"), name="account_balance_once"),
            CheckConstraint(check="floor IS NULL OR balance_minor >= floor", name="account_balance_floor"),
        )
