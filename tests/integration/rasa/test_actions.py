"""A refund through Rasa's actions: one dialog, one effect a message, and nothing for who is not proven."""

import asyncio

import msgspec
import pytest
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.cli.merchant import new_merchant
from dialogs.messages import Reply
from dialogs.rasa.names import (
    FORM_SLOTS,
    HAND_OVER,
    POLICY_ANSWER,
    REFUND_STATUS,
    SAID,
    SUBMIT_REFUND,
    VALIDATE_FORM,
)
from dialogs.understanding import Intent
from storage.merchant_store import create_merchant
from storage.message_store import append_messages
from storage.transaction import Transaction, transact
from tests.integration.money.shop import NOW, VAULT
from tests.integration.rasa.assistant import Assistant, Tracker, until_confirmation


async def test_a_refund_is_asked_for_in_the_form_and_submitted_by_a_plain_yes(assistant: Assistant) -> None:
    asked = await until_confirmation(assistant)
    assert await assistant.cases() == [("c-1", "offered")]
    done = await assistant.say("yes", Intent.AFFIRM)

    assert "118.00" in asked[-1]
    assert await assistant.cases() == [("c-1", "awaiting_return")]
    assert done


async def test_the_form_requests_what_the_dialog_asks_and_ends_with_the_offers(assistant: Assistant) -> None:
    await assistant.say("I want a refund", Intent.REFUND_REQUEST)
    first = assistant.tracker.slots["requested_slot"]
    await until_confirmation(assistant)

    assert first in FORM_SLOTS.values()
    assert assistant.tracker.slots["requested_slot"] is None
    assert all(assistant.tracker.slots[slot] is None for slot in FORM_SLOTS.values())


async def test_the_same_message_called_twice_has_one_effect_and_one_answer(assistant: Assistant) -> None:
    await until_confirmation(assistant)
    assistant.hear("yes", Intent.AFFIRM)
    call = assistant.tracker.call(SUBMIT_REFUND)

    first, second = await assistant.executor.run(call), await assistant.executor.run(call)

    assert first.responses == second.responses
    assert len(first.responses) > 0
    rows = await assistant.shop.db.fetch("SELECT count(*) AS said FROM message WHERE body->>'text' = 'yes'")
    assert rows[0]["said"] == 1
    assert await assistant.cases() == [("c-1", "awaiting_return")]


async def test_a_client_id_of_the_front_end_is_the_same_message_again(assistant: Assistant) -> None:
    await until_confirmation(assistant)

    await assistant.say("yes", Intent.AFFIRM, client_id="7")
    await assistant.say("yes", Intent.AFFIRM, client_id="7")

    rows = await assistant.shop.db.fetch("SELECT count(*) AS said FROM message WHERE body->>'text' = 'yes'")
    assert rows[0]["said"] == 1


async def test_a_second_action_in_the_same_turn_says_nothing_twice(assistant: Assistant) -> None:
    await assistant.say("what are the rules for returns?", Intent.POLICY_QUESTION)

    assert await assistant.run(POLICY_ANSWER) == []


async def test_the_same_call_at_the_same_time_has_one_effect(assistant: Assistant) -> None:
    await until_confirmation(assistant)
    assistant.hear("yes", Intent.AFFIRM)
    call = assistant.tracker.call(SUBMIT_REFUND)

    answers = await asyncio.gather(*(assistant.executor.run(call) for _ in range(5)))

    assert len({msgspec.json.encode(answer.responses) for answer in answers}) == 1
    assert await assistant.cases() == [("c-1", "awaiting_return")]


async def test_a_question_aside_is_answered_and_the_form_waits_where_it_was(assistant: Assistant) -> None:
    await assistant.say("I want a refund", Intent.REFUND_REQUEST)
    requested = assistant.tracker.slots["requested_slot"]
    assistant.hear("how long do I have to return things?", Intent.POLICY_QUESTION)

    rejected = await assistant.run(VALIDATE_FORM)
    answered = await assistant.run(POLICY_ANSWER)

    assert rejected == []
    assert answered
    assert assistant.tracker.slots["requested_slot"] == requested
    assert assistant.tracker.loop == "refund_form"


async def test_status_withdrawal_and_a_person_do_what_they_are_named_for(assistant: Assistant) -> None:
    await until_confirmation(assistant)
    await assistant.say("yes", Intent.AFFIRM)

    status = await assistant.say("where is my money?", Intent.REFUND_STATUS)
    asked = await assistant.say("/withdraw_request")
    withdrawn = await assistant.press("withdraw:")
    assistant.hear("hm", Intent.OTHER)
    handed = await assistant.run(HAND_OVER)

    assert status
    assert asked
    assert withdrawn
    assert handed
    assert await assistant.cases() == [("c-1", "withdrawn")]
    rows = await assistant.shop.db.fetch("SELECT holder FROM conversation")
    assert [row["holder"] for row in rows] == ["queue"]


async def test_what_an_agent_said_meanwhile_is_uttered_with_the_next_message(assistant: Assistant) -> None:
    await assistant.say("/want_human")
    (row,) = await assistant.shop.db.fetch("SELECT id FROM conversation")

    async def reply(tx: Transaction) -> None:
        words = (Reply("I have looked at it.", sender="agent", agent="Anna"),)
        await append_messages(tx, assistant.shop.merchant_id, row["id"], words, now=NOW)

    await transact(assistant.shop.db, reply, name="test")

    assert await assistant.say("the cup is broken", Intent.GIVE_REASON) == ["I have looked at it."]


async def test_a_merchant_that_is_not_named_among_several_is_a_refusal(assistant: Assistant) -> None:
    await create_merchant(assistant.shop.db, VAULT, new_merchant("two", "Two", "CNY", "Asia/Shanghai", ()), now=NOW)
    tracker = Tracker()
    tracker.hear("hello", Intent.GREETING)

    with pytest.raises(ActionExecutionRejection, match="merchant_not_named"):
        await assistant.executor.run(tracker.call(REFUND_STATUS))


async def test_nothing_is_kept_of_a_message_that_was_not_taken(assistant: Assistant) -> None:
    assistant.hear("hello", Intent.GREETING)
    await assistant.run(REFUND_STATUS)

    assert assistant.tracker.slots[SAID] == assistant.tracker.latest["message_id"]
