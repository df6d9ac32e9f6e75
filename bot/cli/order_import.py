"""Importing a file of orders with a progress bar; the bad lines are noted beside the file."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import BinaryIO, Protocol
from uuid import UUID

import click
import msgspec

from bot.cli.order_lines import LINE_BYTES_MAX, read_lines
from bot.wiring import Base
from connectors.orders.pushed.parse import parse_order
from refund_core.incoming import IncomingOrder, Rejected
from storage.order_import import Line, Progress, import_lines


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


class _Bar(Protocol):
    pos: int

    def update(self, n_steps: int) -> None: ...


class _BadLine(msgspec.Struct):
    """One line of FILE.rejected.jsonl; the order's own data stays out of it."""

    line: int
    order_no: str | None
    field: str
    reason: str


async def import_file(base: Base, merchant_id: UUID, path: Path, *, kind: str, shift: timedelta) -> Imported:
    """Import every line. Raises UnreadableFile."""
    notes = _Notes(Path("stdin.rejected.jsonl" if kind == "-" else f"{kind}.rejected.jsonl"))
    started = monotonic()
    size = max(1, path.stat().st_size)  # noqa: ASYNC240 - a command of its own, nobody else waits for the loop
    with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
        lines = _parsed(path, kind, shift, bar)
        progress = await import_lines(
            base.db, base.vault, merchant_id, lines, now=base.clock.now(), on_rejected=notes.add
        )
    notes.close()
    return Imported(progress, monotonic() - started, notes.path)


def _parsed(path: Path, kind: str, shift: timedelta, bar: _Bar) -> Iterator[Line]:
    for line in read_lines(path, kind=kind):
        bar.update(line.bytes_read - bar.pos)
        yield line.number, _order(line.raw, shift)


def _order(raw: bytes | None, shift: timedelta) -> IncomingOrder | Rejected:
    if raw is None:
        return Rejected("", f"is longer than {LINE_BYTES_MAX} bytes")
    return parse_order(raw, shift=shift)


class _Notes:
    """FILE.rejected.jsonl, made with the first bad line; one of an earlier import is removed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        path.unlink(missing_ok=True)

    def add(self, number: int, fault: Rejected) -> None:
        if self._file is None:
            self._file = self.path.open("wb")
        self._file.write(msgspec.json.encode(_BadLine(number, fault.order_no, fault.field, fault.reason)) + b"\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
