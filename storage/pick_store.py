"""What somebody on a platform has picked of a list before they take it; kept with the person, one list at a time."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from dialogs.messages import Choice, Locale, Select
from refund_core.values import value
from storage.identity_store import Identity
from storage.ids import new_id
from storage.reading import CanFetch

_LIST = """
SELECT message.body, c.state->'asked' AS asked, c.state->>'locale' AS locale, p.quantities
FROM conversation c
JOIN message ON message.merchant_id = c.merchant_id AND message.conversation_id = c.id AND message.seq = $3
LEFT JOIN list_pick p ON p.merchant_id = c.merchant_id AND p.identity_id = $4 AND p.list_name = $5
WHERE c.merchant_id = $1 AND c.id = $2 AND message.sender <> 'customer'
"""
_PICK = """
INSERT INTO list_pick AS p (id, merchant_id, identity_id, list_name, quantities)
VALUES ($1, $2, $3, $4, $5::jsonb || jsonb_build_object($6::text, $7::int))
ON CONFLICT (merchant_id, identity_id) DO UPDATE SET list_name = excluded.list_name,
    quantities = CASE WHEN p.list_name = excluded.list_name THEN p.quantities || jsonb_build_object($6::text, $7::int)
        ELSE excluded.quantities END
WHERE p.list_name <> excluded.list_name OR $7 = 0 OR $8 >= (
    SELECT count(*) FROM jsonb_each_text(p.quantities || jsonb_build_object($6::text, $7::int)) AS picked
    WHERE picked.value <> '0')
RETURNING id
"""
_QUANTITIES = msgspec.json.Decoder(dict[int, int], strict=False)


class _Asked(msgspec.Struct):
    """Of the question that is open, what tells whether a list is still asked about."""

    choices: tuple[Choice, ...] = ()
    select: Select | None = None


@value(frozen=True, slots=True)
class StoredList:
    """Something we said with choices, as the JSON of a Reply, and what is picked of it; None where nothing was yet.

    open_actions are those of the list that is asked about now.
    """

    body: bytes
    locale: Locale
    open_actions: frozenset[str]
    quantities: Mapping[int, int] | None


async def read_list(db: CanFetch, identity: Identity, seq: int) -> StoredList | None:
    """What was said at a place of the person's conversation; None where we said nothing there."""
    conversation_id = identity.conversation_id
    name = _name(conversation_id, seq)
    rows = await db.fetch(_LIST, identity.merchant_id, conversation_id, seq, identity.identity_id, name)
    if not rows:
        return None
    row = rows[0]
    asked = msgspec.json.decode(row["asked"] or b"null", type=_Asked | None)
    actions = [choice.action for choice in asked.choices] if asked is not None and asked.select is not None else []
    quantities = None if row["quantities"] is None else _QUANTITIES.decode(row["quantities"])
    return StoredList(row["body"], "en" if row["locale"] == "en" else "zh-CN", frozenset(actions), quantities)


async def pick(
    db: CanFetch, identity: Identity, seq: int, place: int, *, quantity: int, first: Mapping[int, int], choices_max: int
) -> bool:
    """Let so many be picked of the choice at a place; first is what is picked of the list before anything else.

    False, and nothing changed, where presses that came meanwhile left no room: choices_max may be picked at once.
    """
    name, picked = _name(identity.conversation_id, seq), msgspec.json.encode(first)
    key = (new_id(), identity.merchant_id, identity.identity_id)
    return bool(await db.fetch(_PICK, *key, name, picked, str(place), quantity, choices_max))


def _name(conversation_id: UUID, seq: int) -> str:
    return f"{conversation_id}:{seq}"
