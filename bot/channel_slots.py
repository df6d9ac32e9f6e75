"""Counting what is sent to a person on a platform that counts it, before it is sent and across processes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from channels.budget import Call, is_too_fast, may_send, still_needed, with_call, without_call
from channels.channel import Capabilities
from refund_core.values import value
from storage.database import Database
from storage.identity_store import (
    Identity,
    StoredCall,
    StoredWindows,
    decode_windows,
    read_windows,
    write_windows,
)
from storage.transaction import Transaction, transact


class TooFast(Exception):
    """It may be sent, but only in the next second."""


@value(frozen=True, slots=True)
class NextCall:
    """A call to be counted: for which row, how many are to be left over, and whether the row's last one was lost."""

    row_id: UUID
    keep: int
    is_again: bool
    now: datetime


def counted(raw: bytes, platform: Capabilities, call: NextCall) -> bytes | None:
    """The windows with this call; None where none may be made. Raises TooFast.

    raw is the JSON of the windows as they are stored.
    """
    stored, limits, now = decode_windows(raw), platform.windows, call.now
    opened = {name: window.at for name, window in stored.opened.items()}
    calls = with_call(_calls(stored), str(call.row_id), is_again=call.is_again, now=now)
    before = calls[:-1]
    if not may_send(opened, before, limits, keep=call.keep, now=now):
        return None
    if is_too_fast(before, platform.per_second, now=now):
        raise TooFast
    return _written(stored, still_needed(calls, opened, limits, now=now))


async def give_slot_back(db: Database, identity: Identity, row_id: UUID) -> None:
    """The row's call that was counted was surely not sent."""

    async def work(tx: Transaction) -> None:
        stored = decode_windows(await read_windows(tx, identity))
        await write_windows(tx, identity, _written(stored, without_call(_calls(stored), str(row_id))))

    await transact(db, work, name="slot")


async def close_windows(db: Database, identity: Identity) -> bytes:
    """The platform counts otherwise than we do; its word holds until the person writes again. The windows since."""

    async def work(tx: Transaction) -> bytes:
        closed = msgspec.json.encode(replace(decode_windows(await read_windows(tx, identity)), opened={}))
        await write_windows(tx, identity, closed)
        return closed

    return await transact(db, work, name="slot")


def _calls(stored: StoredWindows) -> Sequence[Call]:
    return [Call(call.at, call.by, call.to) for call in stored.calls]


def _written(stored: StoredWindows, calls: Sequence[Call]) -> bytes:
    return msgspec.json.encode(replace(stored, calls=tuple(StoredCall(it.at, it.by, it.ended) for it in calls)))
