"""Conversations, what was said in them, and the pictures sent."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Conversation(Model):
    """One conversation; state is the dialog's Conversation, last_seq the place of the last thing said.

    account_id is the account of the platform on which it is held, null on our own chat. spoke_at is when the customer
    last said something.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    channel = fields.TextField()
    account_id = fields.UUIDField(null=True)
    customer_id = fields.UUIDField(null=True)
    state = fields.JSONField[dict[str, object]]()
    version = fields.IntField(db_default=1)
    last_seq = fields.IntField(db_default=0)
    holder = fields.TextField(db_default="bot")
    epoch = fields.IntField(db_default=0)
    is_open = fields.BooleanField(db_default=True)
    waiting_since = fields.DatetimeField(null=True)
    spoke_at = fields.DatetimeField(null=True)
    updated_at = fields.DatetimeField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "conversation"
        constraints = (
            UniqueConstraint(
                fields=("merchant_id", "channel", "customer_id"),
                name="conversation_one_open",
                condition="is_open AND customer_id IS NOT NULL AND account_id IS NULL",
            ),
        )


class Message(Model):
    """One thing said, at its place (seq) in the conversation; client_id is the sender's own id of it.

    noted is how a customer's words were read and what ended with them (dialogs/insight.py).
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    conversation_id = fields.UUIDField()
    seq = fields.IntField()
    sender = fields.TextField()
    agent = fields.TextField(null=True)
    at = fields.DatetimeField()
    body = fields.JSONField[dict[str, object]]()
    client_id = fields.TextField(null=True)
    body_hash = fields.BinaryField(null=True)
    answers_seq = fields.IntField(null=True)
    noted = fields.JSONField[dict[str, object]](null=True)

    class Meta:
        table = "message"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "conversation_id", "seq"), name="message_seq_once"),
            UniqueConstraint(
                fields=("merchant_id", "conversation_id", "client_id"),
                name="message_client_id_once",
                condition="client_id IS NOT NULL",
            ),
            CheckConstraint(check="sender IN ('customer', 'bot', 'agent', 'system')", name="message_sender"),
        )


class Attachment(Model):
    """A picture or video sent as evidence; public_id is unguessable."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    public_id = fields.TextField()
    conversation_id = fields.UUIDField()
    media_type = fields.TextField()
    size_bytes = fields.BigIntField()
    sha256 = fields.BinaryField()
    path = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "attachment"
        constraints = (UniqueConstraint(fields=("merchant_id", "public_id"), name="attachment_public_id_once"),)
        indexes = (Index(fields=("merchant_id", "conversation_id"), name="attachment_of_conversation"),)


class PictureLikeness(Model):
    """One of the numbers that say what a picture looks like (bot/likeness.py)."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    attachment_id = fields.UUIDField()
    likeness = fields.BigIntField()

    class Meta:
        table = "picture_likeness"
        indexes = (Index(fields=("attachment_id",), name="picture_likeness_of"),)


class PictureMatch(Model):
    """Two pictures that look the same, or two videos that are the same; kept in both directions."""

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    attachment_id = fields.UUIDField()
    other_id = fields.UUIDField()
    distance = fields.IntField()

    class Meta:
        table = "picture_match"
        constraints = (
            UniqueConstraint(fields=("merchant_id", "attachment_id", "other_id"), name="picture_match_once"),
        )
        indexes = (Index(fields=("other_id",), name="picture_match_of_other"),)


class AwaitedMedia(Model):
    """A picture or video that came with a message and is fetched from its platform after it.

    ref is the platform's id of it while it is pending; once kept it is the attachment of the same id. answered_at is
    when the message had its turn with all that came with it.
    """

    id = fields.UUIDField(primary_key=True)
    merchant_id = fields.UUIDField()
    conversation_id = fields.UUIDField()
    seq = fields.IntField()
    place = fields.IntField()
    account_id = fields.UUIDField()
    kind = fields.TextField()
    ref = fields.TextField(null=True)
    state = fields.TextField(db_default="pending")
    reason = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "awaited_media"
        constraints = (
            UniqueConstraint(fields=("conversation_id", "seq", "place", "merchant_id"), name="awaited_media_once"),
            CheckConstraint(check="state IN ('pending', 'kept', 'failed')", name="awaited_media_state"),
            CheckConstraint(
                check="(state = 'pending') = (settled_at IS NULL) AND (state = 'pending') = (ref IS NOT NULL)",
                name="awaited_media_settled",
            ),
            CheckConstraint(check="(state = 'failed') = (reason IS NOT NULL)", name="awaited_media_why"),
        )
