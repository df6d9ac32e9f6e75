"""The terminal's chat: what is printed of an answer, and what a number then chooses."""

from typing import Any

from bot.cli.chat import _Talk, _words

PLAIN: dict[str, Any] = {"sender": "bot", "agent": None, "text": "", "choices": [], "card": None}


def _order(number: int) -> dict[str, Any]:
    card = {
        "kind": "order", "order_no": f"A-{number}", "status": "delivered", "placed_at": "2026-11-01T10:00:00+08:00",
        "title": f"Mug {number}", "lines": 1, "amount": 3000, "currency": "CNY", "pieces": 2,
    }  # fmt: skip
    return PLAIN | {"card": card, "choices": [{"label": f"Choose “Mug {number}”", "action": f"order:A-{number}"}]}


def test_choices_are_numbered_through_all_cards_and_each_card_says_what_it_is() -> None:
    replies = [PLAIN | {"text": "Which order?"}, _order(1), _order(2)]

    said = list(_words(replies, "en"))

    assert said[0] == "bot: Which order?"
    assert said[1].startswith("bot: Mug 1\n  ")
    assert "A-1" in said[1]
    assert [line for line in said if line.startswith("  ")] == ["  1. Choose “Mug 1”", "  2. Choose “Mug 2”"]


def test_a_number_takes_the_choice_that_has_it() -> None:
    talk = _Talk("http://localhost", "shop", "identity", "en")

    talk.heard([_order(1), _order(2), PLAIN | {"text": "or", "choices": [{"label": "Human", "action": "human"}]}])

    assert [talk._content(line) for line in ("1", "2", "3", "4")] == [
        {"action": "order:A-1"}, {"action": "order:A-2"}, {"action": "human"}, {"text": "4"},
    ]  # fmt: skip
