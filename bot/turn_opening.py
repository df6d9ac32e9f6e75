"""A turn loop with connections of its own: nothing else keeps a turn waiting, and its statements are planned once."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.turns import TurnLimits, TurnLoop, TurnParts
from storage.database import Database, open_database
from storage.turn_store import TURN_SESSION

APPLICATION = "refundbot turns"
_NEW_OBJECTS_MAX = 1_000
_COLLECTIONS_BETWEEN_OLDER = 500
_COLLECTIONS_BETWEEN_OLDEST = 20


@asynccontextmanager
async def open_turns(
    database_url: str, make_parts: Callable[[Database], TurnParts], limits: TurnLimits
) -> AsyncIterator[TurnLoop]:
    """A loop that works until the block ends; make_parts is given the loop's own connections."""
    size = 2 * limits.batches_in_flight + 1  # each worker keeps one, and a transaction takes another
    async with (
        open_database(database_url, pool_size=size, application=APPLICATION, session=TURN_SESSION) as db,
        TurnLoop(make_parts(db), limits).running() as loop,
    ):
        yield loop


def spare_the_collector() -> None:
    """What is there now stays, and turns make next to no cycles: old objects are looked at after very many new ones.

    New ones are looked at often, a few at a time: all turns wait meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS_MAX, _COLLECTIONS_BETWEEN_OLDER, _COLLECTIONS_BETWEEN_OLDEST)
