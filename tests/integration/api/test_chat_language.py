"""A language that is chosen in the midst of a talk, through the chat's interface."""

from typing import Any
from uuid import UUID

import msgspec

from tests.integration.api.shop import Chat, Shop

_TAKEN_OVER = """
UPDATE conversation SET holder = $2, state = state || jsonb_build_object('holder', $2::text), version = version + 1
WHERE id = $1 RETURNING id
"""


async def _state(shop: Shop, chat: Chat) -> dict[str, Any]:
    rows = await shop.base.db.fetch("SELECT state FROM conversation WHERE id = $1", UUID(chat.conversation))
    state: dict[str, Any] = msgspec.json.decode(rows[0]["state"])
    return state


async def _told(chat: Chat, locale: str) -> list[dict[str, Any]]:
    status, answer = await chat.say(action=f"locale:{locale}")
    assert status == 200
    return list(answer["replies"])


async def test_the_open_question_is_said_again_once_and_counts_as_no_turn(shop: Shop) -> None:
    chat = await shop.session("c-1")
    await chat.say(action="start:refund")
    before = await _state(shop, chat)

    first, again = await _told(chat, "en"), await _told(chat, "en")
    after = await _state(shop, chat)

    assert len(first) == 1
    assert "order number" in first[0]["text"]
    assert [choice["label"] for choice in first[0]["choices"]][-1] == "Cancel"
    assert again == []
    uncounted = ("tally", "misses", "stack")
    assert [after.get(name) for name in uncounted] == [before.get(name) for name in uncounted]
    assert before["tally"]["turns"] == 1


async def test_what_a_person_says_after_it_is_in_that_language(shop: Shop) -> None:
    chat = await shop.session("c-1")
    await chat.say(action="human")
    await shop.base.db.fetch(_TAKEN_OVER, UUID(chat.conversation), "0199d6a4-0000-7000-8000-000000000009")

    assert await _told(chat, "en") == []

    assert (await _state(shop, chat))["locale"] == "en"
