"""Whom a notice outside a turn goes to."""

from dataclasses import dataclass
from uuid import UUID

from dialogs.messages import Locale
from storage.reading import CanFetch

_LISTENER = """
SELECT channel, state->>'locale' AS locale FROM conversation WHERE merchant_id = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Listener:
    """A conversation's channel and language."""

    channel: str
    locale: Locale


async def listener_of(db: CanFetch, merchant_id: UUID, conversation_id: UUID) -> Listener | None:
    """Who listens in the merchant's conversation of that id; None where there is none."""
    rows = await db.fetch(_LISTENER, merchant_id, conversation_id)
    if not rows:
        return None
    return Listener(rows[0]["channel"], "en" if rows[0]["locale"] == "en" else "zh-CN")
