"""Counting what is sent to a person on a platform that counts it, before it is sent and across processes."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from channels.budget import OpenWindow, free_window
from channels.channel import Window
from storage.database import Database
from storage.identity_store import Identity, read_windows, write_windows
from storage.transaction import Transaction, transact


async def take_slot(
    db: Database, identity: Identity, limits: Mapping[str, Window], *, keep: int, now: datetime
) -> str | None:
    """Count one message; the window it counts in, None where none may be sent now, leaving keep for later."""

    async def work(tx: Transaction) -> str | None:
        stored = await read_windows(tx, identity)
        known = {name: OpenWindow(each.at, each.by, len(each.sent)) for name, each in stored.items()}
        name = free_window(known, limits, keep=keep, now=now)
        if name is not None:
            await write_windows(tx, identity, {**stored, name: replace(stored[name], sent=(*stored[name].sent, now))})
        return name

    return await transact(db, work, name="slot")


async def give_slot_back(db: Database, identity: Identity, name: str) -> None:
    """What was counted was surely not sent."""

    async def work(tx: Transaction) -> None:
        stored = await read_windows(tx, identity)
        if name in stored and stored[name].sent:
            await write_windows(tx, identity, {**stored, name: replace(stored[name], sent=stored[name].sent[:-1])})

    await transact(db, work, name="slot")


async def close_windows(db: Database, identity: Identity) -> None:
    """The platform counts otherwise than we do; its word holds until the person writes again."""

    async def work(tx: Transaction) -> None:
        await read_windows(tx, identity)
        await write_windows(tx, identity, {})

    await transact(db, work, name="slot")
