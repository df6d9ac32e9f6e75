"""Can this process work: the database, Redis and the oldest thing that waits to be done."""

import asyncio
from datetime import datetime

from bot.clock import Clock
from storage.database import Database
from storage.errors import OutcomeUnknown, TryAgain
from storage.live import Live

OLDEST_SECONDS_MAX = 900
_ANSWER_SECONDS_MAX = 3.0
_OLDEST = """
SELECT min(greatest(created_at, coalesce(not_before, created_at))) AS since FROM outbox
WHERE done_at IS NULL AND buried_at IS NULL
"""


async def readiness(db: Database, live: Live, clock: Clock) -> dict[str, str]:
    """Each part by name: "ok", or what is wrong with it."""
    database, redis = await asyncio.gather(_database(db, clock), _redis(live))
    return {**database, "redis": redis}


async def _database(db: Database, clock: Clock) -> dict[str, str]:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS_MAX):
            rows = await db.fetch(_OLDEST)
    except (TryAgain, OutcomeUnknown, TimeoutError, OSError) as error:
        return {"database": f"no answer ({type(error).__name__})"}
    return {"database": "ok", "outbox": _age(rows[0]["since"], clock.now())}


def _age(since: datetime | None, now: datetime) -> str:
    seconds = (now - since).total_seconds() if since else 0.0
    return "ok" if seconds < OLDEST_SECONDS_MAX else f"oldest row has waited {seconds:.0f} s"


async def _redis(live: Live) -> str:
    return "ok" if await live.is_alive() else "no answer"
