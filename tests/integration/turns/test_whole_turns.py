"""The real dialog over the real loop: words, cases and money of one message are committed together or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from bot.lanes import Answer
from bot.thinking import embedded_dialog
from bot.turn_errors import TooBusy
from bot.turns import TurnLimits, TurnLoop, TurnParts
from dialogs.conversation import Conversation
from dialogs.engine import Step
from dialogs.facts import Facts, Merchant
from dialogs.messages import InboundMessage
from dialogs.understanding import Understanding
from refund_core.ids import Ids
from storage.conversation_store import NewConversation, open_conversation
from storage.database import Database, open_database
from storage.merchant_store import by_id, facts_of
from storage.turn_store import TURN_SESSION
from tests.integration.money.shop import NOW, MovableClock, Shop, new_shop
from tests.integration.turns.shop import messages_of, texts
from tests.unit.core import shop as core

LIMITS = TurnLimits(batches_in_flight=1)
CUSTOMERS = ("c-1", "c-2", "c-3")


@dataclass
class StaleDialog:
    """The real dialog, but its first changes for some customers are made for a case that is not there any more."""

    stale_for: set[str] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)
    is_always: bool = False

    def step(
        self,
        conversation: Conversation,
        message: InboundMessage,
        understanding: Understanding,
        facts: Facts,
        *,
        now: datetime,
        ids: Ids,
    ) -> Step:
        taken = embedded_dialog().step(conversation, message, understanding, facts, now=now, ids=ids)
        customer = conversation.customer or ""
        if not taken.changes or customer not in self.stale_for:
            return taken
        self.steps.append(customer)
        if not self.is_always:
            self.stale_for.discard(customer)
        change = taken.changes[0]
        return replace(taken, changes=(replace(change, order_version=(change.order_version or 0) + 1),))


@pytest.fixture
async def shop(database: Database) -> Shop:
    made = await new_shop(database)
    orders = [core.delivered(NOW - 2 * core.DAY, customer=name, order_no=f"o-{name}") for name in CUSTOMERS]
    await made.stock(*orders)
    return made


@asynccontextmanager
async def talking(
    shop: Shop, dialog: StaleDialog | None = None, *, limits: TurnLimits = LIMITS
) -> AsyncIterator["Talk"]:
    async def merchant(merchant_id: UUID) -> Merchant:
        row = await by_id(shop.db, merchant_id)
        assert row is not None
        return await facts_of(shop.db, row)

    thinking = embedded_dialog()
    if dialog is not None:
        thinking = replace(thinking, step=dialog.step)
    parts = TurnParts(shop.db, thinking, merchant, MovableClock())
    async with TurnLoop(parts, limits).running() as loop:
        yield Talk(shop, loop)


@dataclass
class Talk:
    """Consumers who press buttons."""

    shop: Shop
    loop: TurnLoop
    conversations: dict[str, UUID] = field(default_factory=dict)

    async def press(self, customer: str, action: str) -> Answer:
        if customer not in self.conversations:
            wanted = NewConversation("web", customer, "en")
            self.conversations[customer] = await open_conversation(self.shop.db, self.shop.merchant_id, wanted, now=NOW)
        message = InboundMessage(str(uuid4()), NOW, action=action)
        return await self.loop.say(self.conversations[customer], message, action.encode())

    async def until_confirmation(self, customer: str) -> Answer:
        """As far as a consumer comes by pressing the first button that leads on."""
        answer = await self.press(customer, "start:refund")
        for _ in range(10):
            onward = next((action for action in actions_of(answer) if action.startswith(LEADS_ON)), None)
            if onward is None:
                return answer
            answer = await self.press(customer, onward)
        raise AssertionError(texts(answer))


LEADS_ON = ("order:", "line:", "lines:", "reason:no_longer_wanted", "evidence:skip", "remedy:", "offer:")


def actions_of(answer: Answer) -> list[str]:
    return [choice["action"] for reply in answer.replies for choice in msgspec.json.decode(reply)["choices"]]


def decoded(answer: Answer) -> object:
    return msgspec.json.decode(answer.as_json())


async def cases_of(shop: Shop) -> dict[str, tuple[str, str]]:
    """Per customer: the case's state and its conversation."""
    rows = await shop.db.fetch("SELECT customer, state, conversation_id FROM refund_case")
    return {row["customer"]: (row["state"], str(row["conversation_id"])) for row in rows}


async def test_a_refund_is_asked_for_and_confirmed_in_one_conversation(shop: Shop) -> None:
    async with talking(shop) as talk:
        asked = await talk.until_confirmation("c-1")
        done = await talk.press("c-1", "confirm:yes")

    assert actions_of(asked) == ["confirm:yes", "confirm:no"]
    assert await cases_of(shop) == {"c-1": ("awaiting_return", str(talk.conversations["c-1"]))}
    stored = await messages_of(shop.db, talk.conversations["c-1"])
    assert [seq for seq, _, _ in stored] == list(range(1, done.seq + 1))


async def test_a_turn_whose_world_changed_steps_again_and_holds_no_other_up(shop: Shop) -> None:
    dialog = StaleDialog({"c-2"})

    async with talking(shop, dialog) as talk:
        for customer in CUSTOMERS:
            await talk.until_confirmation(customer)

    assert dialog.steps == ["c-2"]
    assert set(await cases_of(shop)) == set(CUSTOMERS)
    assert await shop.db.fetch("SELECT 1 FROM buried") == []


async def test_a_world_that_changes_again_and_again_ends_with_an_operator(shop: Shop) -> None:
    dialog = StaleDialog({"c-2"}, is_always=True)

    async with talking(shop, dialog) as talk:
        told = await talk.until_confirmation("c-2")

    assert texts(told) == [embedded_dialog().apology("en").text]
    assert await cases_of(shop) == {}
    assert len(await shop.db.fetch("SELECT 1 FROM buried")) == 1


async def test_a_payment_that_somebody_holds_keeps_no_other_consumer_waiting(fresh_database: str, shop: Shop) -> None:
    impatient = {**TURN_SESSION, "lock_timeout": "100"}
    async with open_database(fresh_database, session=impatient) as db, talking(replace(shop, db=db)) as talk:
        for customer in CUSTOMERS:
            await talk.until_confirmation(customer)
        stranger = await asyncpg.connect(fresh_database)
        await stranger.execute(f"BEGIN; {HOLD_PAYMENT}")

        held, *others = [asyncio.ensure_future(talk.press(customer, "confirm:yes")) for customer in CUSTOMERS]
        await asyncio.gather(*others)
        assert not held.done()
        await stranger.close()
        await held

    assert {state for state, _ in (await cases_of(shop)).values()} == {"awaiting_return"}


HOLD_PAYMENT = """
SELECT 1 FROM payment JOIN shop_order ON shop_order.id = payment.order_id WHERE order_no = 'o-c-1' FOR UPDATE OF payment
"""


async def test_a_confirmation_that_two_processes_take_at_once_is_saved_once(shop: Shop) -> None:
    async with talking(shop) as one, talking(shop) as other:
        for customer in CUSTOMERS:
            await one.until_confirmation(customer)
        messages = {customer: InboundMessage(str(uuid4()), NOW, action="confirm:yes") for customer in CUSTOMERS}

        answers = await asyncio.gather(
            *(
                talk.loop.say(one.conversations[customer], message, b"confirm:yes")
                for customer, message in messages.items()
                for talk in (one, other)
            )
        )

    assert [decoded(answer) for answer in answers[::2]] == [decoded(answer) for answer in answers[1::2]]
    assert {state for state, _ in (await cases_of(shop)).values()} == {"awaiting_return"}
    for conversation in one.conversations.values():
        stored = await messages_of(shop.db, conversation)
        assert [seq for seq, _, _ in stored] == list(range(1, len(stored) + 1))
    versions = await shop.db.fetch("SELECT version FROM refund_case")
    assert {row["version"] for row in versions} == {2}
    assert len(await shop.db.fetch("SELECT 1 FROM consent")) == len(CUSTOMERS)


async def test_of_a_conversation_that_somebody_holds_no_case_is_written(shop: Shop, fresh_database: str) -> None:
    async with talking(shop) as talk:
        for customer in CUSTOMERS:
            await talk.until_confirmation(customer)
        before = await cases_of(shop)
        stranger = await asyncpg.connect(fresh_database)
        await stranger.execute("BEGIN; SELECT 1 FROM conversation FOR UPDATE")

        async with talking(shop, limits=replace(LIMITS, retry_seconds_max=0.1)) as hasty:
            hasty.conversations = talk.conversations
            refused = await asyncio.gather(
                *(hasty.press(customer, "confirm:yes") for customer in CUSTOMERS), return_exceptions=True
            )
        meanwhile = await cases_of(shop)
        await stranger.close()
        await talk.press(CUSTOMERS[0], "confirm:yes")

    assert {type(error) for error in refused} == {TooBusy}
    assert meanwhile == before
    assert (await cases_of(shop))[CUSTOMERS[0]][0] == "awaiting_return"
