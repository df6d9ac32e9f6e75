"""Counting what is sent to a person on a platform that counts it, before it is sent and across processes."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from channels.budget import OpenWindow, free_window
from channels.channel import Window
from storage.database import Database
from storage.identity_store import Identity, decode_windows, read_windows, write_windows
from storage.transaction import Transaction, transact


def counted(raw: bytes, limits: Mapping[str, Window], *, keep: int, now: datetime) -> tuple[str, bytes] | None:
    """The window that one message more counts in, and the windows with it; None where none may be sent, leaving keep.

    raw is the JSON of the windows as they are stored.
    """
    stored = decode_windows(raw)
    known = {name: OpenWindow(each.at, each.by, len(each.sent)) for name, each in stored.items()}
    name = free_window(known, limits, keep=keep, now=now)
    if name is None:
        return None
    return name, msgspec.json.encode({**stored, name: replace(stored[name], sent=(*stored[name].sent, now))})


async def give_slot_back(db: Database, identity: Identity, name: str) -> None:
    """What was counted was surely not sent."""

    async def work(tx: Transaction) -> None:
        stored = decode_windows(await read_windows(tx, identity))
        if name in stored and stored[name].sent:
            await write_windows(tx, identity, {**stored, name: replace(stored[name], sent=stored[name].sent[:-1])})

    await transact(db, work, name="slot")


async def close_windows(db: Database, identity: Identity) -> None:
    """The platform counts otherwise than we do; its word holds until the person writes again."""

    async def work(tx: Transaction) -> None:
        await read_windows(tx, identity)
        await write_windows(tx, identity, {})

    await transact(db, work, name="slot")
