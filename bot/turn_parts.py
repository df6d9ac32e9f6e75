"""What the turn loop works with, and how much of it at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from bot.clock import Clock
from bot.turn_batch import Dialog
from dialogs.facts import Merchant
from dialogs.understanding import Nlu
from storage.codes import Codes
from storage.database import Database
from storage.live import Live


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """How much the loop does at once, and how long it tries; messages_per_minute 0 means no limit."""

    batches_in_flight: int = 2
    messages_per_batch_max: int = 64
    gather_seconds_max: float = 0.01
    messages_waiting_max: int = 10_000
    messages_per_minute: int = 0
    conversations_cached_max: int = 5_000
    orders_cached_max: int = 2_000
    cases_cached_max: int = 500
    steps_max: int = 10
    busy_pause_seconds: float = 0.01
    retry_pause_seconds: float = 0.02
    retry_pause_seconds_max: float = 1.0
    retry_seconds_max: float = 15.0
    understanding_seconds_max: float = 2.0


@dataclass(frozen=True, slots=True)
class Proving:
    """Codes for phones, and how many texts a shop may send in a day."""

    codes: Codes
    texts_per_shop_max: int


@dataclass(frozen=True, slots=True)
class TurnParts:
    """What the loop works with; seal makes what is buried unreadable to who only sees the database.

    Without proving nobody can prove an order by a code.
    """

    db: Database
    dialog: Dialog
    merchant: Callable[[UUID], Awaitable[Merchant]]
    clock: Clock
    live: Live | None = None
    nlu: Nlu | None = None
    seal: Callable[[bytes], bytes] = bytes
    proving: Proving | None = None
