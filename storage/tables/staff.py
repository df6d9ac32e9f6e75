"""The merchant's people, their sessions, their failed log-ins, and the audit trail of what they did."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Staff(Model):
    """One person of the merchant with a log-in."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    login = fields.TextField()
    name = fields.TextField()
    password_hash = fields.TextField()
    role = fields.TextField()
    is_active = fields.BooleanField(db_default=True)

    class Meta:
        table = "staff"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "login"), name="staff_login_once"),
            CheckConstraint(check="role IN ('agent', 'lead', 'finance', 'owner')", name="staff_role"),
        )


class StaffSession(Model):
    """A log-in in force; the token is stored hashed."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    staff_id = fields.UUIDField()
    token_hash = fields.BinaryField()
    csrf = fields.TextField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "staff_session"
        constraints = (UniqueConstraint(fields=("token_hash",), name="staff_session_token_once"),)
        indexes = (Index(fields=("merchant_id", "staff_id"), name="staff_session_of_staff"),)


class LoginAttempt(Model):
    """A try to log in, so that failures are counted where they cannot be flushed."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField(null=True)
    login = fields.TextField()
    address = fields.TextField()
    at = fields.DatetimeField()
    is_success = fields.BooleanField()

    class Meta:
        table = "login_attempt"
        indexes = (
            Index(fields=("merchant_id", "login", "at"), name="login_attempt_of_login"),
            Index(fields=("address", "at"), name="login_attempt_of_address"),
        )


class Audit(Model):
    """Who did what; each row carries the hash of the one before it, so a changed, lost or moved row shows."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    place = fields.BigIntField()
    at = fields.DatetimeField()
    by = fields.TextField()
    what = fields.TextField()
    about = fields.JSONField[dict[str, object]]()
    prev_hash = fields.BinaryField()
    hash = fields.BinaryField()

    class Meta:
        table = "audit"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "place"), name="audit_place_once"),
            UniqueConstraint(fields=("merchant_id", "prev_hash"), name="audit_one_successor"),
        )
