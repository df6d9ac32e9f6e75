"""Importing a file of orders with a progress bar; the bad lines are noted beside the file."""

import sys
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import BinaryIO
from uuid import UUID

import click
import msgspec

from bot.merchants import MerchantCache
from bot.order_intake import Intake, take_orders
from bot.wiring import Base
from connectors.orders.pushed.lines import STANDARD_INPUT, read_orders
from refund_core.incoming import Rejected
from storage.order_import import Progress, import_lines


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, and where the bad lines are."""

    progress: Progress
    seconds: float
    rejected_file: Path

    @property
    def per_second(self) -> float:
        """Lines that went through in a second."""
        return self.progress.lines / max(self.seconds, 1e-9)


# What is wrong with a line as a whole (no JSON, no object) has no field of the order.
_WHOLE = "line"


class _BadLine(msgspec.Struct):
    """One line of FILE.rejected.jsonl; the order's own data stays out of it."""

    line: int
    order_no: str | None
    field: str
    reason: str


async def import_file(
    base: Base, merchant_id: UUID, name: str, rejected: Path, *, rebase_to: datetime | None
) -> Imported:
    """Import every line of a file (- is standard input); bad ones are noted in another. Raises FileUnreadable."""
    is_piped = name == STANDARD_INPUT
    notes = _Notes(rejected)
    started = monotonic()
    size = 1 if is_piped else max(1, Path(name).stat().st_size)  # noqa: ASYNC240 - nobody else waits for this loop
    with click.progressbar(length=size, label="Importing", file=sys.stderr, hidden=is_piped) as bar:
        progress = await import_lines(
            partial(take_orders, await _intake(base, merchant_id), now=base.clock.now()),
            read_orders(name, rebase_to=rebase_to, on_bytes=None if is_piped else bar.update),
            on_rejected=notes.add,
        )
    notes.close()
    return Imported(progress, monotonic() - started, notes.path)


async def _intake(base: Base, merchant_id: UUID) -> Intake:
    merchant = await MerchantCache(base.db, base.vault).by_id(merchant_id)
    return Intake(base.db, base.vault, merchant_id, merchant.policy.limits)


class _Notes:
    """FILE.rejected.jsonl, made with the first bad line; one of an earlier import is removed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        path.unlink(missing_ok=True)

    def add(self, number: int, fault: Rejected) -> None:
        if self._file is None:
            self._file = self.path.open("wb")
        bad = _BadLine(number, fault.order_no, fault.field or _WHOLE, fault.reason)
        self._file.write(msgspec.json.encode(bad) + b"\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
