"""Opening a conversation: a customer has one open per channel, an anonymous visitor a new one each time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from dialogs.conversation import Conversation
from dialogs.messages import Locale
from storage.customer_store import ensure_customer
from storage.database import Database
from storage.ids import new_id


@dataclass(frozen=True, slots=True)
class NewConversation:
    """Who wants to talk, where and in which language; customer is the merchant's external_id, None for anonymous."""

    channel: str
    customer: str | None
    locale: Locale


async def open_conversation(db: Database, merchant_id: UUID, wanted: NewConversation, *, now: datetime) -> UUID:
    """The id of the customer's open conversation, or of a new one; asked twice at once it is the same one."""
    if wanted.customer is None:
        return await _add(db, merchant_id, wanted, None, now=now)
    found = await _find(db, merchant_id, wanted)
    if found is not None:
        return found
    customer_id = await ensure_customer(db, merchant_id, wanted.customer, now=now)
    return await _add(db, merchant_id, wanted, customer_id, now=now)


async def _find(db: Database, merchant_id: UUID, wanted: NewConversation) -> UUID | None:
    rows = await db.fetch(_FIND, merchant_id, wanted.customer, wanted.channel)
    return UUID(str(rows[0]["id"])) if rows else None


async def _add(
    db: Database, merchant_id: UUID, wanted: NewConversation, customer_id: UUID | None, *, now: datetime
) -> UUID:
    conversation_id = new_id()
    state = Conversation(
        locale=wanted.locale,
        customer=wanted.customer,
        conversation_id=str(conversation_id),
        channel=wanted.channel,
    )
    row = (conversation_id, merchant_id, wanted.channel, customer_id, msgspec.json.encode(state), now)
    rows = await db.fetch(_ADD, *row)
    return UUID(str(rows[0]["id"]))


_FIND = """
SELECT conversation.id FROM customer JOIN conversation
    ON conversation.merchant_id = customer.merchant_id AND conversation.customer_id = customer.id
WHERE customer.merchant_id = $1 AND customer.external_id = $2 AND conversation.channel = $3 AND conversation.is_open
    AND conversation.account_id IS NULL
"""
# The update changes nothing; it makes a row that was there already come back, whoever made it.
_ADD = """
INSERT INTO conversation (id, merchant_id, channel, customer_id, state, updated_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (merchant_id, channel, customer_id) WHERE is_open AND customer_id IS NOT NULL AND account_id IS NULL
DO UPDATE SET is_open = true RETURNING id
"""
