"""People who chat inside a mini-program itself: when they were there, and which notices they allowed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from refund_core.values import value
from storage.identity_store import Identity
from storage.reading import CanFetch

GRANTS_MAX = 20
"""More messages of one template than that are not counted on."""
_FACTS = """
SELECT coalesce(app_at >= seen_at, false) AS is_reader,
    ARRAY(SELECT key FROM jsonb_each_text(granted) WHERE value = '0') AS refused
FROM channel_identity WHERE merchant_id = $1 AND id = $2
"""
_VISIT = """
UPDATE channel_identity SET seen_at = $3, app_at = $3, left_at = NULL, union_id = coalesce($4, union_id)
WHERE merchant_id = $1 AND id = $2
"""
# Each yes is one message. A no stands as 0 until the next yes; where nothing is known the platform is asked.
_ANSWERED = """
UPDATE channel_identity SET granted = granted || (
    SELECT coalesce(jsonb_object_agg(template, CASE WHEN is_yes
        THEN least(coalesce((granted ->> template)::int, 0) + 1, $5) ELSE 0 END), '{}')
    FROM unnest($3::text[], $4::bool[]) answer(template, is_yes))
WHERE merchant_id = $1 AND conversation_id = $2
"""
_USED = """
UPDATE channel_identity SET granted = CASE WHEN (granted ->> $3)::int > 1
    THEN granted || jsonb_build_object($3::text, (granted ->> $3)::int - 1) ELSE granted - $3 END
WHERE merchant_id = $1 AND id = $2 AND granted ? $3
"""


@value(frozen=True, slots=True)
class AppFacts:
    """is_reader: last seen in the chat inside the mini-program; refused_templates: the notices that they said no to."""

    is_reader: bool = False
    refused_templates: tuple[str, ...] = ()


async def app_facts(db: CanFetch, identity: Identity) -> AppFacts:
    """What is known of the person from the mini-program itself."""
    rows = await db.fetch(_FACTS, identity.merchant_id, identity.identity_id)
    return AppFacts(rows[0]["is_reader"], tuple(rows[0]["refused"])) if rows else AppFacts()


async def note_visit(db: CanFetch, identity: Identity, union_id: str | None, *, now: datetime) -> None:
    """The person opened the chat inside the mini-program: what is said is read there from now on."""
    await db.fetch(_VISIT, identity.merchant_id, identity.identity_id, now, union_id)


async def note_answers(db: CanFetch, merchant_id: UUID, conversation_id: UUID, answers: Mapping[str, bool]) -> None:
    """What the person of a conversation on a platform said to each template of notices."""
    said = (list(answers), list(answers.values()))
    await db.fetch(_ANSWERED, merchant_id, conversation_id, *said, GRANTS_MAX)


async def note_used(db: CanFetch, identity: Identity, template: str) -> None:
    """A notice of that template was sent."""
    await db.fetch(_USED, identity.merchant_id, identity.identity_id, template)
