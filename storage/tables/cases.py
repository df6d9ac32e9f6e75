"""Refund cases, their payouts, the customers' consents and the coupons given."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

STATES = (
    "'collecting', 'offered', 'stopping', 'under_review', 'awaiting_customer', 'awaiting_return', 'inspecting', "
    "'awaiting_finance', 'refunding', 'refunded', 'replacing', 'compensated', 'rejected', 'withdrawn', 'failed'"
)


class RefundCase(Model):
    """One claim on one order; document is the core's RefundCase without its refunds, version counts its changes."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    case_no = fields.TextField()
    order_id = fields.UUIDField()
    order_no = fields.TextField()
    customer_id = fields.UUIDField()
    customer = fields.TextField()
    conversation_id = fields.UUIDField(null=True)
    channel = fields.TextField()
    state = fields.TextField()
    version = fields.IntField(db_default=1)
    due_at = fields.DatetimeField(null=True)
    due_then = fields.TextField(null=True)
    holder = fields.TextField(null=True)
    document = fields.JSONField[dict[str, object]]()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "refund_case"
        constraints = (
            UniqueConstraint(fields=("case_no", "merchant_id"), name="refund_case_no_once"),
            UniqueConstraint(fields=("id", "merchant_id"), name="refund_case_of_merchant"),
            CheckConstraint(check=f"state IN ({STATES})", name="refund_case_state"),
        )
        indexes = (
            Index(fields=("customer_id", "created_at"), name="refund_case_of_customer"),
            Index(fields=("order_id",), name="refund_case_of_order"),
            Index(fields=("merchant_id", "state", "created_at"), name="refund_case_by_state"),
            Index(fields=("merchant_id", "created_at", "id"), name="refund_case_newest"),
        )


class Refund(Model):
    """One payout over one payment; refund_no is what the gateway knows and never changes."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    refund_no = fields.TextField()
    case_id = fields.UUIDField()
    decision_no = fields.TextField()
    leg = fields.IntField()
    payment_id = fields.UUIDField()
    payment_no = fields.TextField()
    method = fields.TextField()
    amount_minor = fields.BigIntField()
    payer_minor = fields.BigIntField()
    currency = fields.TextField()
    state = fields.TextField()
    gateway_refund_id = fields.TextField(null=True)
    replaces = fields.TextField(null=True)
    attempts = fields.IntField(db_default=0)
    needs_person = fields.BooleanField(db_default=False)
    last_answer = fields.TextField(null=True)
    label = fields.TextField(null=True)
    next_look_at = fields.DatetimeField(null=True)
    looks = fields.IntField(db_default=0)
    created_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refund"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "refund_no"), name="refund_no_once"),
            UniqueConstraint(
                fields=("decision_no", "leg", "merchant_id"), name="refund_leg_once", condition="state <> 'closed'"
            ),
            CheckConstraint(
                check="state IN ('created', 'sending', 'pending', 'succeeded', 'failed', 'closed')", name="refund_state"
            ),
            CheckConstraint(check="amount_minor > 0 AND payer_minor BETWEEN 0 AND amount_minor", name="refund_amount"),
        )
        indexes = (Index(fields=("case_id",), name="refund_of_case"),)


class Consent(Model):
    """What was offered and chosen; no payout goes another way than the original one without such a row."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    case_id = fields.UUIDField()
    at = fields.DatetimeField()
    offered = fields.JSONField[list[str]]()
    chosen = fields.TextField()
    offer_id = fields.TextField()

    class Meta:
        table = "consent"
        constraints = (UniqueConstraint(fields=("merchant_id", "case_id", "offer_id"), name="consent_once"),)


class Coupon(Model):
    """A coupon given instead of money, once per decision."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    coupon_no = fields.TextField()
    case_id = fields.UUIDField()
    decision_no = fields.TextField()
    customer_id = fields.UUIDField()
    amount_minor = fields.BigIntField()
    minimum_spend_minor = fields.BigIntField(db_default=0)
    currency = fields.TextField()
    expires_at = fields.DatetimeField()
    state = fields.TextField(db_default="issued")

    class Meta:
        table = "coupon"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "coupon_no"), name="coupon_no_once"),
            UniqueConstraint(fields=("merchant_id", "decision_no"), name="coupon_decision_once"),
            CheckConstraint(check="amount_minor > 0 AND minimum_spend_minor >= 0", name="coupon_amount"),
        )
        indexes = (Index(fields=("merchant_id", "case_id"), name="coupon_of_case"),)


class OfferBudget(Model):
    """How much bonus was given in a scope (a month, a customer), within its cap.

    cap_minor is the cap that the last bonus was held against, null where a person gave it. With window_days, gifts are
    the bonuses of that time as {at, minor}, and used_minor is what they came to when the last one was given.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    scope = fields.TextField()
    currency = fields.TextField()
    window_days = fields.IntField(null=True)
    used_minor = fields.BigIntField(db_default=0)
    cap_minor = fields.BigIntField(null=True)
    gifts = fields.JSONField[list[dict[str, object]]]()

    class Meta:
        table = "offer_budget"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "scope", "currency"), name="offer_budget_once"),
            CheckConstraint(check="used_minor >= 0", name="offer_budget_not_negative"),
            CheckConstraint(check="cap_minor IS NULL OR used_minor <= cap_minor", name="offer_budget_within_cap"),
        )
