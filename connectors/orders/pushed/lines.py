"""An import file, line by line: plain, .gz, .zst or standard input; memory stays bounded whatever the file's size."""

import gzip
import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

import msgspec
import zstandard

from connectors.orders.pushed.parse import ORDER_BYTES_MAX, parse_order
from refund_core.incoming import IncomingOrder, Rejected
from refund_core.shape_words import UNREADABLE

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STANDARD_INPUT = "-"
_BUFFER_BYTES = 1 << 18
_SPOOL_BYTES_MAX = 16_000_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class FileUnreadable(Exception):
    """The file is not there, or is not what its name says."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class _Counted(io.RawIOBase):
    """A file that tells how many bytes were read of it."""

    def __init__(self, file: io.FileIO, on_bytes: Callable[[int], object]) -> None:
        self._file = file
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        count = self._file.readinto(buffer)
        self._on_bytes(count)
        return count


class _PlacedAt(msgspec.Struct):
    placed_at: datetime


_PLACED_AT = msgspec.json.Decoder(_PlacedAt)


def read_orders(
    name: str,
    *,
    rebase_to: datetime | None = None,
    standard_input: BinaryIO | None = None,
    on_bytes: Callable[[int], object] | None = None,
) -> Iterator[tuple[int, IncomingOrder | Rejected]]:
    """The orders of a file with their line numbers, from 1; empty lines are passed over.

    With rebase_to every time is moved so that the newest placed_at becomes that instant: the file is then read twice
    (standard input through a temporary file). on_bytes is told how many more bytes of a named file, as it lies on the
    disk, were read. Raises FileUnreadable, also midway in a damaged file.
    """
    with ExitStack() as stack:
        source = _source(name, stack, standard_input, twice=rebase_to is not None)
        shift = timedelta() if rebase_to is None else _shift(name, source, rebase_to)
        with _opened(name, source, on_bytes=on_bytes) as file:
            yield from _parsed(name, file, shift)


def _source(name: str, stack: ExitStack, standard_input: BinaryIO | None, *, twice: bool) -> Path | BinaryIO:
    if name != STANDARD_INPUT:
        return Path(name)
    stream = standard_input or sys.stdin.buffer
    if not twice:
        return stream
    spool = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES_MAX))  # noqa: SIM115  # the stack closes it
    shutil.copyfileobj(stream, spool)
    return spool  # type: ignore[return-value]  # a spooled file reads like any other


def _shift(name: str, source: Path | BinaryIO, rebase_to: datetime) -> timedelta:
    with _opened(name, source, again=True) as file:
        newest = max(_placed_at(_lines(name, file)), default=None)
    return timedelta() if newest is None else rebase_to - newest


def _placed_at(lines: Iterable[tuple[int, bytes | None]]) -> Iterator[datetime]:
    """The time of every line that has one; what is wrong with the others is told when they are read in earnest."""
    for _, raw in lines:
        try:
            moment = _PLACED_AT.decode(raw or b"").placed_at
        except UNREADABLE:
            continue
        if moment.tzinfo is not None:
            yield moment.astimezone(UTC)


@contextmanager
def _opened(
    name: str, source: Path | BinaryIO, *, again: bool = False, on_bytes: Callable[[int], object] | None = None
) -> Iterator[IO[bytes]]:
    if not isinstance(source, Path):
        if again or source.seekable():
            source.seek(0)
        yield source
        return
    try:
        with source.open("rb", buffering=0) as unbuffered:
            raw = io.BufferedReader(_Counted(unbuffered, on_bytes) if on_bytes else unbuffered, _BUFFER_BYTES)
            with _decompressed(source, raw) as file:
                yield file
    except OSError as error:
        raise FileUnreadable(name, error.strerror or "cannot be read") from error


@contextmanager
def _decompressed(path: Path, raw: BinaryIO) -> Iterator[IO[bytes]]:
    if path.suffix == ".gz":
        with gzip.open(raw, "rb") as file:
            yield file  # type: ignore[misc]  # a GzipFile reads like any other
    elif path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as stream:
            yield io.BufferedReader(stream)
    else:
        yield raw


def _parsed(name: str, file: IO[bytes], shift: timedelta) -> Iterator[tuple[int, IncomingOrder | Rejected]]:
    for line_no, raw in _lines(name, file):
        if raw is None:
            yield line_no, Rejected("", f"is larger than {ORDER_BYTES_MAX} bytes")
        else:
            yield line_no, parse_order(raw, shift=shift)


def _lines(name: str, file: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not empty; None for one too long to be an order."""
    line_no = 0
    while raw := _next_line(name, file):
        line_no += 1
        if len(raw) > ORDER_BYTES_MAX and not raw.endswith(b"\n"):
            _skip_rest(name, file)
            yield line_no, None
            continue
        text = (raw.removeprefix(_BYTE_ORDER_MARK) if line_no == 1 else raw).strip()
        if text:
            yield line_no, text


def _next_line(name: str, file: IO[bytes]) -> bytes:
    try:
        return file.readline(ORDER_BYTES_MAX + 1)
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise FileUnreadable(name, "is damaged or not what its name says") from error


def _skip_rest(name: str, file: IO[bytes]) -> None:
    while (part := _next_line(name, file)) and not part.endswith(b"\n"):
        pass
