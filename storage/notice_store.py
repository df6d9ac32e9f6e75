"""Whom a notice outside a turn goes to."""

from dataclasses import dataclass
from uuid import UUID

from dialogs.messages import Locale
from storage.reading import CanFetch

_LISTENER = """
SELECT channel, state->>'locale' AS locale, holder FROM conversation WHERE merchant_id = $1 AND id = $2
"""
# A customer's conversations: on platforms that they have not left, and the open one in our own chat.
_TALKS = """
    SELECT identity.conversation_id AS id FROM mine
    JOIN channel_identity identity ON identity.merchant_id = $1 AND identity.customer_id = mine.customer_id
    JOIN channel_account account ON account.merchant_id = $1 AND account.id = identity.account_id
    WHERE identity.left_at IS NULL AND account.removed_at IS NULL
    UNION ALL
    SELECT c.id FROM mine JOIN conversation c ON c.merchant_id = $1 AND c.channel = 'web'
        AND c.customer_id = mine.customer_id AND c.is_open AND c.account_id IS NULL
"""
_LAST_USED = f"""
WITH mine AS (SELECT id, customer_id, spoke_at FROM conversation WHERE merchant_id = $1 AND id = $2),
others AS ({_TALKS})
SELECT c.id FROM others JOIN conversation c ON c.merchant_id = $1 AND c.id = others.id
WHERE c.id <> $2 AND c.spoke_at > (SELECT coalesce(spoke_at, '-infinity') FROM mine)
ORDER BY c.spoke_at DESC LIMIT 1
"""  # noqa: S608  # constants
_OF_CUSTOMER = f"""
WITH mine AS (SELECT id AS customer_id FROM customer WHERE merchant_id = $1 AND external_id = $2),
theirs AS ({_TALKS})
SELECT c.id FROM theirs JOIN conversation c ON c.merchant_id = $1 AND c.id = theirs.id
ORDER BY c.spoke_at DESC NULLS LAST LIMIT 1
"""  # noqa: S608  # constants


@dataclass(frozen=True, slots=True)
class Listener:
    """A conversation's channel, its language, and who holds it."""

    channel: str
    locale: Locale
    holder: str


async def listener_of(db: CanFetch, merchant_id: UUID, conversation_id: UUID) -> Listener | None:
    """Who listens in the merchant's conversation of that id; None where there is none."""
    rows = await db.fetch(_LISTENER, merchant_id, conversation_id)
    if not rows:
        return None
    return Listener(rows[0]["channel"], "en" if rows[0]["locale"] == "en" else "zh-CN", rows[0]["holder"])


async def last_used(db: CanFetch, merchant_id: UUID, conversation_id: UUID) -> UUID:
    """Where the customer of a conversation spoke last: there, or in another conversation that is surely theirs."""
    rows = await db.fetch(_LAST_USED, merchant_id, conversation_id)
    return UUID(str(rows[0]["id"])) if rows else conversation_id


async def chat_of_customer(db: CanFetch, merchant_id: UUID, external_id: str) -> UUID | None:
    """The conversation in which a customer spoke last, else one that they opened; None for one who has none."""
    rows = await db.fetch(_OF_CUSTOMER, merchant_id, external_id)
    return UUID(str(rows[0]["id"])) if rows else None
