"""A merchant with orders, and what a Rasa assistant of theirs sends to the action server: a tracker, call by call."""

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from bot.acting import open_rasa_talk
from bot.rasa_talk import RasaTalk
from bot.settings import load_settings
from bot.wiring import Addresses, Base
from channels.support_chat.web.signature import sign_identity
from dialogs.rasa.names import ACTION_OF, ASKING, FORM, VALIDATE_FORM
from dialogs.rasa.server import executor_over
from dialogs.understanding import Intent
from storage.database import Database
from storage.merchant_store import CreatedMerchant, NewMerchant, create_merchant
from tests.integration.api.shop import address_of
from tests.integration.money.shop import NOW, VAULT, MovableClock, Shop
from tests.unit.core import shop as core

Json = dict[str, Any]
LEADS_ON = ("order:", "line:", "lines:", "reason:no_longer_wanted", "evidence:skip", "remedy:", "offer:")
DOMAIN: Json = {"intents": [], "forms": {FORM: {"required_slots": []}}}


@dataclass
class Tracker:
    """One conversation as Rasa keeps it: what was said, which slots are set, whether the form is active."""

    sender: str = "sender-1"
    slots: Json = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    latest: Json = field(default_factory=dict)
    loop: str | None = None

    def hear(self, text: str, intent: Intent | str = "", **metadata: Any) -> None:
        """The consumer said something, and Rasa read it."""
        name = intent or text[1:].partition("{")[0]
        entities = msgspec.json.decode(text[text.index("{") :]) if text.startswith("/") and "{" in text else {}
        self.latest = {
            "text": text,
            "intent": {"name": str(name), "confidence": 1.0},
            "entities": [{"entity": entity, "value": value} for entity, value in entities.items()],
            "message_id": uuid4().hex,
            "metadata": metadata,
        }
        self.events.append({"event": "user", "message_id": self.latest["message_id"], "metadata": metadata})
        if self.loop and self.slots.get("requested_slot") and intent not in {Intent.POLICY_QUESTION, Intent.WANT_HUMAN}:
            self.take({"event": "slot", "name": self.slots["requested_slot"], "value": text})

    def take(self, event: Json) -> None:
        self.events.append(event)
        if event["event"] == "slot":
            self.slots[event["name"]] = event["value"]
        elif event["event"] == "active_loop":
            self.loop = event["name"]

    def call(self, action: str) -> Json:
        """What is posted to /webhook."""
        state = {
            "sender_id": self.sender,
            "slots": dict(self.slots),
            "latest_message": dict(self.latest),
            "events": list(self.events),
            "active_loop": {"name": self.loop} if self.loop else {},
        }
        return {"next_action": action, "tracker": state, "domain": DOMAIN, "version": "3.6.21"}


@dataclass
class Assistant:
    """A merchant's Rasa assistant, by the rules that we export: form or action by intent."""

    shop: Shop
    merchant: CreatedMerchant
    talk: RasaTalk
    tracker: Tracker = field(default_factory=Tracker)
    customer: str = "c-1"
    buttons: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.executor = executor_over(self.talk)

    def identity(self, customer: str | None = None) -> str:
        return sign_identity(customer or self.customer, self.merchant.chat_secret, now=NOW)

    async def say(self, text: str, intent: Intent | str = "", **metadata: Any) -> list[str]:
        """Say something, with proof of the customer unless told otherwise, and return what is uttered."""
        self.hear(text, intent, **metadata)
        action = ACTION_OF[Intent(self.tracker.latest["intent"]["name"])]
        if action == FORM or (self.tracker.loop and self.tracker.slots.get("requested_slot")):
            self.tracker.loop = FORM
            action = VALIDATE_FORM
        return await self.run(action)

    def hear(self, text: str, intent: Intent | str = "", **metadata: Any) -> None:
        self.tracker.hear(text, intent, **({"identity": self.identity()} | metadata))

    async def press(self, beginning: str) -> list[str]:
        """Press the first button whose action begins so."""
        wanted = next(it for it in self.buttons if f'"{beginning}' in it["payload"])
        return await self.say(wanted["payload"])

    async def run(self, action: str) -> list[str]:
        done = (await self.executor.run(self.tracker.call(action))).model_dump()
        for event in done["events"]:
            self.tracker.take(event)
        self.buttons = [button for response in done["responses"] for button in response["buttons"]] or self.buttons
        return [response["text"] for response in done["responses"]]

    async def cases(self) -> list[tuple[str, str]]:
        rows = await self.shop.db.fetch("SELECT customer, state FROM refund_case ORDER BY case_no")
        return [(row["customer"], row["state"]) for row in rows]


async def until_confirmation(assistant: Assistant) -> list[str]:
    """As far as the form and the offers lead."""
    said = await assistant.say("I want a refund", Intent.REFUND_REQUEST)
    for _ in range(10):
        onward = next((it for it in LEADS_ON if any(f'"{it}' in one["payload"] for one in assistant.buttons)), None)
        if assistant.tracker.slots[ASKING] == "confirm" or onward is None:
            return said
        said = await assistant.press(onward)
    raise AssertionError(said)


@asynccontextmanager
async def open_assistant(
    database: Database, redis_url: str, folder: Path, environment: dict[str, str] | None = None
) -> AsyncIterator[Assistant]:
    """A shop with one delivered order for c-1 and one for c-2, and an assistant over its dialog."""
    policy, offers = (
        tomllib.loads((core.ROOT / "config" / name).read_text(encoding="utf-8"))
        for name in ("policy.toml", "offers.toml")
    )
    merchant = await create_merchant(database, VAULT, NewMerchant("lamps", "Lamps", "CNY", policy, offers), now=NOW)
    shop = Shop(database, merchant.merchant_id, "lamps")
    delivered_at = NOW - 2 * core.DAY
    await shop.stock(*(core.delivered(delivered_at, customer=it, order_no=f"o-{it}") for it in ("c-1", "c-2")))
    settings = load_settings(
        {"REFUNDBOT_DATA_DIR": str(folder), "REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0", **(environment or {})},
        config_dir=folder,
    )
    base = Base(settings, MovableClock(), database, VAULT, Addresses(await address_of(database), redis_url))
    async with open_rasa_talk(base) as talk:
        yield Assistant(shop, merchant, talk)
