"""The lines of an order file: plain, .gz, .zst or standard input, read one after the other with bounded memory."""

import gzip
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

import msgspec

LINE_BYTES_MAX = 4_000_000
_BUFFER_BYTES = 1 << 18


class UnreadableFile(Exception):
    """The file is not what its name says (its compression is broken), or has no time to rebase from."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its number from 1 and how many bytes of the file are read ; a too long one has no text."""

    number: int
    raw: bytes | None
    bytes_read: int


class _Placed(msgspec.Struct):
    placed_at: Annotated[datetime, msgspec.Meta(tz=True)]


@contextmanager
def order_file(name: str) -> Iterator[Path]:
    """The file itself; standard input (`-`) is copied to a temporary file, because it may be read twice."""
    if name != "-":
        yield Path(name)
        return
    with tempfile.NamedTemporaryFile(prefix="refundbot-orders-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)


def read_lines(path: Path, *, kind: str) -> Iterator[Line]:
    """Every line that is not blank; kind is the name whose ending tells the compression. Raises UnreadableFile."""
    with path.open("rb") as file:
        stream = _opened(file, kind)
        try:
            yield from _lines(stream, file)
        except (OSError, EOFError, _zstd_error()) as error:
            raise UnreadableFile(f"{kind}: {error}") from None


def shift_to(path: Path, *, kind: str, newest: datetime) -> timedelta:
    """How far to move every time so that the newest placed_at becomes `newest`. Raises UnreadableFile."""
    decoder = msgspec.json.Decoder(_Placed)
    last: datetime | None = None
    for line in read_lines(path, kind=kind):
        try:
            placed_at = decoder.decode(line.raw or b"").placed_at
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        last = placed_at if last is None else max(last, placed_at)
    if last is None:
        raise UnreadableFile(f"{kind}: no line has a placed_at to rebase from")
    return newest - last


def _opened(file: BinaryIO, kind: str) -> BinaryIO:
    if kind.endswith(".gz"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=file))
    if kind.endswith(".zst"):
        import zstandard

        return cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True))
    return file


def _zstd_error() -> type[Exception]:
    import zstandard

    return zstandard.ZstdError


def _lines(stream: BinaryIO, file: BinaryIO) -> Iterator[Line]:
    buffered: BinaryIO = stream if isinstance(stream, io.BufferedReader) else _buffered(stream)
    number = 0
    while raw := buffered.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(raw) > LINE_BYTES_MAX and not raw.endswith(b"\n"):
            _skip_rest(buffered)
            yield Line(number, None, file.tell())
        elif raw.strip():
            yield Line(number, raw, file.tell())


def _buffered(stream: Any) -> BinaryIO:
    """Both decompressors are raw streams to io, though neither says so in its types."""
    return io.BufferedReader(stream, _BUFFER_BYTES)


def _skip_rest(buffered: BinaryIO) -> None:
    while (raw := buffered.readline(LINE_BYTES_MAX)) and not raw.endswith(b"\n"):
        pass
