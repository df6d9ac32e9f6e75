"""Where the bytes of pictures and videos lie: what every such place can do, and the place that is a folder."""

import asyncio
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

Result = TypeVar("Result")
CHUNK_BYTES = 1 << 18
_NAME_BYTES = 16


class FilesUnavailable(Exception):
    """The place did not do it; the text says why and holds no secret. The same may be tried again."""


class FileAbsent(Exception):
    """There is no file of that name."""


class AttachmentFiles(Protocol):
    """A place for files that are written once, under a name that new_name() made, and never changed.

    Under a name that name_of() made the same bytes may be written again.
    """

    async def put(self, name: str, source: Path, *, media_type: str, sha256: bytes) -> None:
        """Keep the finished file durably; it may be moved away. Raises FilesUnavailable."""
        ...

    def read(self, name: str, *, start: int, end: int) -> AsyncGenerator[bytes]:
        """The bytes from start up to before end, piece by piece. Raises FilesUnavailable and FileAbsent."""
        ...

    async def delete(self, name: str) -> None:
        """Forget the file; one that is not there is no fault. Raises FilesUnavailable."""
        ...

    async def check(self) -> None:
        """Write and delete a small file. Raises FilesUnavailable."""
        ...


def new_name() -> str:
    """A name that no file has, spread over 256 folders."""
    name = secrets.token_hex(_NAME_BYTES)
    return f"{name[:2]}/{name}"


def name_of(key: bytes) -> str:
    """The name of what is the same whenever it is put: key says what it is."""
    name = hashlib.blake2b(key, digest_size=_NAME_BYTES).hexdigest()
    return f"{name[:2]}/{name}"


class DirectoryFiles:
    """Files under one folder of this machine, or of a disk that several machines share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, source: Path, *, media_type: str, sha256: bytes) -> None:  # noqa: ARG002 - S3 asks
        """Move the file to its place and see it written through."""
        await _off_the_loop(_move, source, self._folder / name)

    async def read(self, name: str, *, start: int, end: int) -> AsyncGenerator[bytes]:
        """Piece by piece, so that a slow reader holds no more than one."""
        file = await _off_the_loop(_open_at, self._folder / name, start)
        try:
            left = end - start
            while left > 0 and (chunk := await _off_the_loop(file.read, min(CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk
        finally:
            file.close()

    async def delete(self, name: str) -> None:
        """Unlink it."""
        await _off_the_loop(_unlink, self._folder / name)

    async def check(self) -> None:
        """Whether the folder takes files."""
        await _off_the_loop(_try_out, self._folder / new_name())


async def _off_the_loop(work: Callable[..., Result], *args: Any) -> Result:
    try:
        return await asyncio.to_thread(work, *args)
    except FileNotFoundError:
        raise FileAbsent from None
    except OSError as error:
        raise FilesUnavailable(f"{type(error).__name__}: {error.strerror}") from error


def _move(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        os.fsync(file.fileno())
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(source, target)
    _flush_folder(target.parent)


def _copy(source: Path, target: Path) -> None:
    """To another disk, whole or not at all."""
    beside = target.with_name(target.name + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out, source.open("rb") as file:
        shutil.copyfileobj(file, out, CHUNK_BYTES)
        out.flush()
        os.fsync(out.fileno())
    beside.rename(target)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_at(path: Path, start: int) -> BinaryIO:
    file = path.open("rb")
    file.seek(start)
    return file


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)


def _try_out(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.unlink()
