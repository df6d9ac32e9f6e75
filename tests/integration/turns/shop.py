"""A merchant with customers and conversations, a dialog whose answers tests can foresee, and loops over them."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from bot.lanes import Answer
from bot.turn_batch import Dialog
from bot.turns import TurnLimits, TurnLoop, TurnParts
from dialogs.conversation import Conversation
from dialogs.facts import Facts, Merchant, Needs
from dialogs.messages import InboundMessage, Locale, Reply
from dialogs.step import HandOver, Step
from dialogs.understanding import Intent, Understanding
from refund_core.ids import Ids
from refund_core.offers import OfferRules
from refund_core.policy import Policy
from storage.database import Database
from storage.ids import new_id
from storage.live import Live

LIMITS = TurnLimits()
NOTHING = Needs()
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
APOLOGY = "That could not be handled; somebody looks at it."
_CONVERSATION = """
INSERT INTO conversation (id, merchant_id, channel, customer_id, state, updated_at, created_at)
VALUES ($1, $2, 'web', $3, $4, now(), now())
"""


class MovableClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class EchoDialog:
    """Echoes; counts what was said in the conversation's slots; fails, hands over and says odd things when told to."""

    before_step: Callable[[str], None] = lambda _: None
    needs: Needs = NOTHING
    stepped: list[str] = field(default_factory=list)

    def as_dialog(self) -> Dialog:
        return Dialog(self.read, lambda *_: self.needs, self.step, lambda _: Reply(APOLOGY))

    def read(self, _: Conversation, __: InboundMessage) -> Understanding:
        return Understanding(Intent.OTHER)

    def step(
        self,
        conversation: Conversation,
        message: InboundMessage,
        understanding: Understanding,  # noqa: ARG002 # the engine's face
        facts: Facts,  # noqa: ARG002 # the same
        *,
        now: datetime,  # noqa: ARG002 # the same
        ids: Ids,  # noqa: ARG002 # the same
    ) -> Step:
        text = message.text or ""
        self.stepped.append(text)
        self.before_step(text)
        match text:
            case "poison":
                raise ValueError("poison")
            case "unstorable":
                return Step(conversation, (Reply("a\x00b"),))
            case "human":
                return Step(conversation, (Reply("a person comes"),), hand_over=HandOver("asked"))
            case _:
                count = conversation.misses + 1
                return Step(replace(conversation, misses=count), (Reply(f"{count}: {text}"),))


async def any_merchant(_: UUID) -> Merchant:
    return _MERCHANT


_MERCHANT = Merchant("shop", "Shop", "CNY", "Asia/Shanghai", Policy(1, ()), OfferRules())


def said(text: str, client_id: str | None = None) -> tuple[InboundMessage, bytes]:
    message = InboundMessage(client_id or str(uuid4()), NOON, text)
    return message, hashlib.blake2b(text.encode(), digest_size=16).digest()


@asynccontextmanager
async def loop_over(
    db: Database,
    dialog: EchoDialog | None = None,
    *,
    limits: TurnLimits = LIMITS,
    clock: MovableClock | None = None,
    live: Live | None = None,
) -> AsyncIterator[TurnLoop]:
    """A loop that works until the block ends."""
    thinking = (dialog or EchoDialog()).as_dialog()
    parts = TurnParts(db, thinking, any_merchant, clock or MovableClock(), live)
    async with TurnLoop(parts, limits).running() as loop:
        yield loop


async def new_conversation(db: Database, *, locale: Locale = "en") -> UUID:
    conversation_id = new_id()
    state = msgspec.json.encode(Conversation(locale))
    await db.execute(_CONVERSATION, conversation_id, MERCHANT_ID, None, state)
    return conversation_id


MERCHANT_ID = UUID("00000000-0000-7000-8000-000000000001")


async def messages_of(db: Database, conversation_id: UUID) -> list[tuple[int, str, str]]:
    """What is stored, in order: seq, who, text."""
    rows = await db.fetch(
        "SELECT seq, sender, body FROM message WHERE conversation_id = $1 ORDER BY seq", conversation_id
    )
    return [(row["seq"], row["sender"], msgspec.json.decode(row["body"])["text"]) for row in rows]


def texts(answer: Answer) -> list[str]:
    return [msgspec.json.decode(reply)["text"] for reply in answer.replies]


async def all_of(*futures: "asyncio.Future[Answer]") -> list[Answer]:
    return list(await asyncio.gather(*futures))
