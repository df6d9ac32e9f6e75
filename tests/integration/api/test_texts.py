"""A merchant says it in its own words: what is put is said in the next turn, and what may not be said is named."""

from typing import Any

import pytest

from tests.integration.api.shop import Chat, Shop


async def test_own_words_are_said_in_the_next_turn_and_taken_back(shop: Shop) -> None:
    own = {"en": {"thanks": "You bet, any time."}, "zh-CN": {"thanks": "客气啦，随时找我。"}}
    chat = await shop.session("c-1")

    status, put = await shop.api("PUT", "/texts", {"texts": own})
    said = await _answer(chat, "thank you")
    cleared, _ = await shop.api("PUT", "/texts", {"texts": {"en": {"thanks": None}}})
    said_then = await _answer(chat, "thank you!")

    assert (status, put["texts"]) == (200, own)
    assert "You bet, any time." in said
    assert cleared == 200
    assert "You bet" not in said_then


async def test_every_sentence_is_shown_in_both_languages_with_its_values(shop: Shop) -> None:
    status, found = await shop.api("GET", "/texts")

    sentences = {sentence["key"]: sentence for sentence in found["sentences"]}
    assert (status, found["texts"]) == (200, {})
    assert sentences["order.unpaid"]["values"] == ["order_no"]
    assert all(sentence["zh-CN"] and sentence["en"] for sentence in sentences.values())


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"texts": {"en": {"thanks": "", "order.unpaid": "no number"}}}, ["en.thanks", "en.order.unpaid"]),
        ({"texts": {"fr": {}}}, ["fr"]),
        ({"texts": []}, ["texts"]),
        ({"words": {}}, ["words"]),
        ({}, ["texts"]),
    ],
)
async def test_what_may_not_be_said_is_named_and_changes_nothing(shop: Shop, body: Any, fields: list[str]) -> None:
    await shop.api("PUT", "/texts", {"texts": {"en": {"thanks": "Ta."}}})

    status, problem = await shop.api("PUT", "/texts", body)

    assert status == 422
    assert [error["field"] for error in problem["errors"]] == fields
    assert (await shop.api("GET", "/texts"))[1]["texts"] == {"en": {"thanks": "Ta."}}


async def _answer(chat: Chat, text: str) -> str:
    status, answer = await chat.say(text)
    assert status == 200
    return "\n".join(reply["text"] for reply in answer["replies"])
