"""Files in a bucket of S3 or of anything compatible with it: MinIO, Ceph, R2, OSS, COS."""

import asyncio
import hashlib
import re
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from yarl import URL

from refund_core.addresses import AddressRefused
from storage.attachment_files import CHUNK_BYTES, FileAbsent, FilesUnavailable, new_name
from storage.s3_signature import S3Key, S3Request, encoded_path, sign

Result = TypeVar("Result")
_EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
_CODE = re.compile(rb"<Code>([A-Za-z0-9]{1,60})</Code>")
_FAULT_BYTES_MAX = 4_096
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class S3Place:
    """Which bucket, where and with which key; prefix stands before every name.

    is_path_style puts the bucket into the path instead of the host name. A call takes at most `seconds`, or, while a
    file is read, each piece of it; what went wrong by itself is tried `tries_max` times.
    """

    url: str
    bucket: str
    key: S3Key
    prefix: str = ""
    is_path_style: bool = True
    seconds: float = 60.0
    tries_max: int = 3
    pause_seconds: float = 0.25


class _Passing(Exception):
    """It may work the next time; the text says what happened."""


@asynccontextmanager
async def open_s3_files(place: S3Place, connector: aiohttp.BaseConnector | None = None) -> AsyncIterator["S3Files"]:
    """The bucket, with connections that are kept open, made by connector; nothing is called yet."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=min(10.0, place.seconds), sock_read=place.seconds)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as http:
        yield S3Files(place, http)


class S3Files:
    """The place for files that is a bucket."""

    def __init__(self, place: S3Place, http: aiohttp.ClientSession) -> None:
        self._place = place
        self._http = http
        base = URL(place.url)
        if not place.is_path_style:
            base = base.with_host(f"{place.bucket}.{base.host}")
        self._base, self._host = str(base.origin()), base.authority
        self._folder = f"/{place.bucket}/{place.prefix}" if place.is_path_style else f"/{place.prefix}"

    async def put(self, name: str, source: Path, *, media_type: str, sha256: bytes) -> None:
        """Send the file from disk; the bucket compares what came with its digest."""

        async def send() -> None:
            file = await asyncio.to_thread(source.open, "rb")
            try:
                async with asyncio.timeout(self._place.seconds):
                    headers = {"content-type": media_type}
                    await _done(await self._call("PUT", name, headers, sha256=sha256.hex(), body=file), 200)
            finally:
                file.close()

        await self._again(send)

    async def read(self, name: str, *, start: int, end: int) -> AsyncGenerator[bytes]:
        """Ask for that range; once a piece was given nothing is tried again."""
        answer = await self._again(lambda: self._range(name, start, end))
        try:
            async for piece in answer.content.iter_chunked(CHUNK_BYTES):
                yield piece
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FilesUnavailable(type(error).__name__) from error
        finally:
            answer.release()

    async def delete(self, name: str) -> None:
        """Delete it; a bucket answers the same for what was not there."""

        async def ask() -> None:
            async with asyncio.timeout(self._place.seconds):
                await _done(await self._call("DELETE", name, {}), 200, 204, 404)

        await self._again(ask)

    async def check(self) -> None:
        """Whether the key may write, read and delete in the bucket."""
        name, content = new_name(), b"refundbot check"
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            digest = hashlib.sha256(content).digest()
            await self.put(name, Path(file.name), media_type="text/plain", sha256=digest)
        try:
            kept = b"".join([piece async for piece in self.read(name, start=0, end=len(content))])
        except FileAbsent:
            raise FilesUnavailable("what was written is not there") from None
        await self.delete(name)
        if kept != content:
            raise FilesUnavailable("what was read is not what was written")

    async def _range(self, name: str, start: int, end: int) -> aiohttp.ClientResponse:
        answer = await self._call("GET", name, {"range": f"bytes={start}-{end - 1}"})
        if answer.status != 206:
            await _done(answer)
        return answer

    async def _call(
        self, method: str, name: str, headers: Mapping[str, str], *, sha256: str = _EMPTY_SHA256, body: Any = None
    ) -> aiohttp.ClientResponse:
        path = encoded_path(self._folder + name)
        signed = sign(
            S3Request(method, path, {"host": self._host, **headers}, sha256), self._place.key, at=datetime.now(UTC)
        )
        url = URL(f"{self._base}{path}", encoded=True)
        return await self._http.request(method, url, headers=signed, data=body, allow_redirects=False)

    async def _again(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Try what may pass by itself a few times. Raises FilesUnavailable and FileAbsent."""
        for tried in range(1, self._place.tries_max + 1):
            try:
                return await work()
            except (_Passing, aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                if tried == self._place.tries_max:
                    raise FilesUnavailable(_reason(error)) from error
            await asyncio.sleep(self._place.pause_seconds * tried)
        raise AssertionError("a place is tried at least once")


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, AddressRefused):
        return "the address leads where nothing may be kept"
    return str(error) if isinstance(error, _Passing) else type(error).__name__


async def _done(answer: aiohttp.ClientResponse, *statuses: int) -> None:
    """Let go of the answer; raises what any other status means."""
    try:
        if answer.status in statuses:
            return
        found = _CODE.search(await answer.content.read(_FAULT_BYTES_MAX))
    finally:
        answer.release()
    code = found.group(1).decode() if found else ""
    if answer.status == 404 and code != "NoSuchBucket":
        raise FileAbsent
    words = f"{answer.status} {code}".strip()
    raise _Passing(words) if answer.status in _TRY_AGAIN else FilesUnavailable(words)
