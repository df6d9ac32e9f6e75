"""Nobody sees another's order, and no money moves without the customer's own plain yes, whatever Rasa makes of it."""

import random

import pytest

from channels.support_chat.web.signature import sign_identity
from dialogs.rasa.names import (
    ACTION_OF,
    FORM,
    HAND_OVER,
    SESSION,
    SUBMIT_REFUND,
    VALIDATE_FORM,
    WISHES,
    WITHDRAW_REFUND,
)
from dialogs.understanding import Intent
from tests.integration.money.shop import NOW
from tests.integration.rasa.assistant import LEADS_ON, Assistant, until_confirmation

WORDS = (
    "yes", "no", "ok then", "I suppose so", "I want a refund", "cancel it", "what are the rules?", "2", "all of it",
    "changed my mind", "确认", "好的", "也许吧", "我要退款", "算了", "where is it?", "", "👍", "thanks",
)  # fmt: skip
CONFIRMATIONS = {"yes", "确认", "好的", "👍", '/choose{"choice":"confirm:yes"}'}
PAID = {"refunding", "awaiting_return", "awaiting_finance", "refunded", "compensated", "replacing", "stopping"}
CALLED = [VALIDATE_FORM, *(name for name in WISHES if name != HAND_OVER)]


async def test_submitting_without_an_explicit_yes_moves_nothing(assistant: Assistant) -> None:
    await until_confirmation(assistant)

    asked_again = await assistant.say("well, I suppose that might be fine", Intent.AFFIRM)

    assert await assistant.cases() == [("c-1", "offered")]
    assert asked_again


async def test_submitting_before_anything_was_shown_moves_nothing(assistant: Assistant) -> None:
    assistant.hear("yes", Intent.AFFIRM)

    await assistant.run(SUBMIT_REFUND)

    assert await assistant.cases() == []


@pytest.mark.parametrize("identity", [None, "not.a.token", "other-secret"])
async def test_who_is_not_proven_sees_no_order(assistant: Assistant, identity: str | None) -> None:
    if identity == "other-secret":
        identity = sign_identity("c-1", "another secret of 32 characters!", now=NOW)

    said = await assistant.say("I want a refund", Intent.REFUND_REQUEST, identity=identity)

    assert said
    assert not any("o-c-1" in button["payload"] for button in assistant.buttons)
    assert "o-c-1" not in "".join(said)


async def test_another_customer_proven_on_the_same_sender_gets_a_conversation_of_their_own(
    assistant: Assistant,
) -> None:
    await assistant.say("I want a refund", Intent.REFUND_REQUEST)
    first = assistant.tracker.slots[SESSION]
    assistant.customer = "c-2"
    await assistant.say("I want a refund", Intent.REFUND_REQUEST)

    rows = await assistant.shop.db.fetch("SELECT count(*) AS open FROM conversation")
    assert rows[0]["open"] == 2
    assert assistant.tracker.slots[SESSION] != first
    assert not any("o-c-1" in button["payload"] for button in assistant.buttons)


async def test_somebody_else_under_the_same_sender_sees_and_confirms_nothing(assistant: Assistant) -> None:
    await until_confirmation(assistant)

    confirmed = await assistant.say("yes", Intent.AFFIRM, identity=None)
    looked = await assistant.say("where is my refund?", Intent.REFUND_STATUS, identity=None)
    pressed = await assistant.say('/choose{"choice": "order:o-c-1"}', identity=None)

    assert await assistant.cases() == [("c-1", "offered")]
    assert "o-c-1" not in "".join([*confirmed, *looked, *pressed])
    await assistant.say("yes", Intent.AFFIRM)
    assert await assistant.cases() == [("c-1", "awaiting_return")]


async def test_a_confirmation_that_a_model_found_in_words_confirms_nothing(assistant: Assistant) -> None:
    await until_confirmation(assistant)
    assistant.hear("perhaps that is all right", Intent.CHOOSE)
    assistant.tracker.latest["entities"] = [{"entity": "choice", "value": "confirm:yes"}]

    await assistant.run(SUBMIT_REFUND)

    assert await assistant.cases() == [("c-1", "offered")]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_said_and_called_money_moves_only_after_a_plain_yes(assistant: Assistant, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(80):
        before = await assistant.cases()
        said, intent = _anything(assistant, chance)
        assistant.hear(said, intent)
        await assistant.run(chance.choice(CALLED) if chance.random() < 0.3 else _by_rule(assistant))
        gone_on = [case for case in await assistant.cases() if case not in before and case[1] in PAID]
        assert not gone_on or said in CONFIRMATIONS, (said, gone_on)

    assert await assistant.cases()


async def test_another_customers_order_is_not_found(assistant: Assistant) -> None:
    await assistant.say("I want a refund", Intent.REFUND_REQUEST, identity=assistant.identity())
    await assistant.say('/choose{"choice": "order:o-c-2"}')

    assert await assistant.cases() == []
    assert not any("line" in button["payload"] and "o-c-2" in button["payload"] for button in assistant.buttons)


async def test_a_withdrawal_that_only_rasa_reads_withdraws_nothing(assistant: Assistant) -> None:
    await until_confirmation(assistant)
    await assistant.say("yes", Intent.AFFIRM)
    assistant.hear("the weather is fine today", Intent.WITHDRAW_REQUEST)

    await assistant.run(WITHDRAW_REFUND)

    assert await assistant.cases() == [("c-1", "awaiting_return")]


def _anything(assistant: Assistant, chance: random.Random) -> tuple[str, Intent | str]:
    """A button before them, most often one that leads on, or words that Rasa reads as anything."""
    onward = [it["payload"] for it in assistant.buttons if '"human"' not in it["payload"]]
    leading = [it for it in onward if any(f'"{start}' in it for start in LEADS_ON)]
    if onward and chance.random() < 0.6:
        return chance.choice(leading or onward), ""
    return chance.choice(WORDS), chance.choice([it for it in Intent if it is not Intent.WANT_HUMAN])


def _by_rule(assistant: Assistant) -> str:
    action = ACTION_OF[Intent(assistant.tracker.latest["intent"]["name"])]
    return VALIDATE_FORM if action == FORM else action
