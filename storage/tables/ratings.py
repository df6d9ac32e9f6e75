"""How content consumers were."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Rating(Model):
    """One answer about one closed case or talk (subject); without a score the question was put aside."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    conversation_id = fields.UUIDField()
    subject = fields.TextField()
    case_no = fields.TextField(null=True)
    score = fields.IntField(null=True)
    words = fields.TextField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "rating"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "conversation_id", "subject"), name="rating_once"),
            CheckConstraint(check="score BETWEEN 1 AND 5", name="rating_score"),
        )
        indexes = (Index(fields=("merchant_id", "at"), name="rating_of_days"),)
