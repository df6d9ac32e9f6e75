"""The language model as the turn loop uses it: its connections, its allowance in the database, and what came of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import aiohttp
from prometheus_client import Counter

from bot.clock import Clock
from bot.llm_settings import LlmSettings
from bot.wiring import Base
from dialogs.nlu.llm import LlmNlu, LlmOptions
from dialogs.understanding import Nlu
from storage import model_allowance
from storage.database import Database
from storage.model_allowance import DayLimit

CALLS_AT_ONCE_MAX = 8
_READINGS = Counter(
    "refundbot_model_readings", "Messages a language model was to read, by what came of it.", ["outcome"]
)


@dataclass(frozen=True, slots=True)
class StoredAllowance:
    """What a merchant may spend in a day, counted in the database: no restart and no other process forgets it."""

    db: Database
    limit: DayLimit
    clock: Clock

    async def take(self, merchant: str, tokens: int) -> bool:
        """One call with so many tokens at most; False where that is more than is left."""
        return await model_allowance.take(self.db, UUID(merchant), tokens, self.limit, now=self.clock.now())

    async def give_back(self, merchant: str, tokens: int) -> None:
        """So many tokens of a call were not used."""
        if tokens > 0:
            await model_allowance.give_back(self.db, UUID(merchant), tokens, now=self.clock.now())


@asynccontextmanager
async def open_llm(base: Base, *, first: Nlu | None = None) -> AsyncIterator[Nlu | None]:
    """The model that the settings name, over another reading if there is one; that one alone without a model."""
    settings = base.settings.llm
    if settings.url is None or settings.model is None:
        yield first
        return
    connector = aiohttp.TCPConnector(limit=CALLS_AT_ONCE_MAX)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        limit = DayLimit(settings.calls_per_day_max, settings.tokens_per_day_max)
        allowance = StoredAllowance(base.db, limit, base.clock)
        yield LlmNlu(_options(settings), http, allowance, first=first, note=_note)


def _options(settings: LlmSettings) -> LlmOptions:
    return LlmOptions(
        url=settings.url or "",
        model=settings.model or "",
        api_key=settings.api_key,
        deadline_seconds=settings.deadline_seconds,
        answer_tokens_max=settings.answer_tokens_max,
        cache_size=settings.cache_size,
        cache_seconds=settings.cache_seconds,
        failures_max=settings.failures_max,
        pause_seconds=settings.pause_seconds,
    )


def _note(outcome: str) -> None:
    _READINGS.labels(outcome).inc()
