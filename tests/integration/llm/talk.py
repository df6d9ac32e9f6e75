"""Consumers of one shop who write what they like, with a language model as a second reading over the real turn loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import msgspec

from bot.lanes import Answer
from bot.llm_reading import StoredAllowance
from bot.thinking import embedded_dialog
from bot.turns import TurnLimits, TurnLoop, TurnParts
from dialogs.facts import Merchant
from dialogs.messages import InboundMessage, Locale
from dialogs.nlu.llm import LlmNlu, LlmOptions
from dialogs.understanding import Context, Intent, Nlu, Understanding
from storage.conversation_store import NewConversation, open_conversation
from storage.database import Database
from storage.merchant_store import by_id, facts_of
from storage.model_allowance import DayLimit
from storage.turn_store import load_conversations
from tests.integration.money.shop import NOW, MovableClock, Shop, new_shop
from tests.servers.fake_model import KEY, MODEL, FakeModel
from tests.unit.core import shop as core

PLENTY = DayLimit(10_000, 100_000_000)
LIMITS = TurnLimits(understanding_seconds_max=10)


class Unsure:
    """A first reading that is sure of nothing, so that everything is up to the model."""

    async def understand(self, text: str, locale: Locale, context: Context) -> Understanding:  # noqa: ARG002 # the protocol's
        return Understanding(Intent.OTHER, 0.0)


@dataclass
class Talk:
    """One shop, its loop and its consumers' conversations; readings are what came of asking the model."""

    shop: Shop
    loop: TurnLoop
    nlu: LlmNlu
    clock: MovableClock
    seconds: list[float]
    readings: list[str] = field(default_factory=list)
    conversations: dict[str, UUID] = field(default_factory=dict)

    async def write(self, customer: str, text: str) -> list[dict[str, Any]]:
        return await self._say(customer, InboundMessage(str(uuid4()), NOW, text=text))

    async def press(self, customer: str, action: str) -> list[dict[str, Any]]:
        return await self._say(customer, InboundMessage(str(uuid4()), NOW, action=action))

    async def begin(self, customer: str, locale: Locale) -> None:
        """A conversation of its own from here on."""
        wanted = NewConversation("web", customer, locale)
        self.conversations[customer] = await open_conversation(self.shop.db, self.shop.merchant_id, wanted, now=NOW)

    async def question(self, customer: str) -> str | None:
        """What the customer is asked; None where nothing is open."""
        conversation_id = self.conversations[customer]
        found = (await load_conversations(self.shop.db, [conversation_id]))[conversation_id]
        stack = found.state.stack
        return stack[-1].asking if stack else None

    async def _say(self, customer: str, message: InboundMessage) -> list[dict[str, Any]]:
        if customer not in self.conversations:
            await self.begin(customer, "en")
        hashed = (message.text or message.action or "").encode()
        answer: Answer = await self.loop.say(self.conversations[customer], message, hashed)
        return [msgspec.json.decode(reply) for reply in answer.replies]


@asynccontextmanager
async def talking(
    shop: Shop,
    model: FakeModel,
    *,
    limit: DayLimit = PLENTY,
    first: Nlu | None = None,
    **options: Any,
) -> AsyncIterator[Talk]:
    """The shop's loop with the model, until the block ends."""

    async def merchant(merchant_id: UUID) -> Merchant:
        row = await by_id(shop.db, merchant_id)
        assert row is not None
        return await facts_of(shop.db, row)

    clock, seconds, readings = MovableClock(), [0.0], list[str]()
    asked = LlmOptions(**{"url": model.url, "model": MODEL, "api_key": KEY, "deadline_seconds": 5.0, **options})
    async with aiohttp.ClientSession() as http:
        allowance = StoredAllowance(shop.db, limit, clock)
        nlu = LlmNlu(asked, http, allowance, first=first, note=readings.append, clock=lambda: seconds[0])
        parts = TurnParts(shop.db, embedded_dialog(), merchant, clock, nlu=nlu)
        async with TurnLoop(parts, LIMITS).running() as loop:
            yield Talk(shop, loop, nlu, clock, seconds, readings)


async def stocked(db: Database) -> Shop:
    """A shop in which c-1 has two orders and c-2 has one."""
    shop = await new_shop(db)
    await shop.stock(
        core.delivered(NOW - 2 * core.DAY, core.line("1", title="Blue mug"), customer="c-1", order_no="o-c-1-mugs"),
        core.delivered(NOW - 3 * core.DAY, core.line("1", title="Desk lamp"), customer="c-1", order_no="o-c-1-lamp"),
        core.delivered(NOW - 2 * core.DAY, core.line("1", title="Secret gift"), customer="c-2", order_no="o-c-2-gift"),
    )
    return shop
