"""One bucket with its objects, over HTTP as S3 speaks it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from aiohttp import web

from tests.servers.s3.signature import fault_of

ACCESS_KEY_ID = "AKIDEXAMPLE"
SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
Fault = Literal["slow", "reset", "500", "503", "403", "cut"]


@dataclass(frozen=True, slots=True)
class StoredObject:
    content: bytes
    content_type: str


@dataclass(slots=True)
class FakeS3:
    """What the bucket holds, what was asked, and the faults that the next calls meet, one each."""

    url: str = ""
    bucket: str = "evidence"
    region: str = "eu-test-1"
    is_path_style: bool = True
    objects: dict[str, StoredObject] = field(default_factory=dict)
    calls: list[tuple[str, str, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    secrets: dict[str, str] = field(default_factory=lambda: {ACCESS_KEY_ID: SECRET_ACCESS_KEY})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call and note it."""
        answer = await self._answer(request)
        self.calls.append((request.method, request.path, answer.status))
        return answer

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.pop(0) if self.faults else None
        body = await request.read()
        if (early := await self._failed(request, fault)) is not None:
            return early
        headers = {name.lower(): value for name, value in request.headers.items()}
        wrong = fault_of(
            request.method, request.raw_path, headers, secrets=self.secrets, region=self.region, now=datetime.now(UTC)
        )
        if wrong is not None:
            return _error(403, wrong)
        if headers["x-amz-content-sha256"] != sha256(body).hexdigest():
            return _error(400, "XAmzContentSHA256Mismatch")
        name = self._name(request)
        if name is None:
            return _error(404, "NoSuchBucket")
        return await self._carry_out(request, name, body, is_cut=fault == "cut")

    async def _failed(self, request: web.Request, fault: Fault | None) -> web.Response | None:
        if fault == "slow":
            await self.released.wait()
        if fault == "reset" and request.transport is not None:
            request.transport.abort()
        if fault in {"500", "503", "403"}:
            return _error(
                int(str(fault)), {"500": "InternalError", "503": "SlowDown", "403": "AccessDenied"}[str(fault)]
            )
        return None

    def _name(self, request: web.Request) -> str | None:
        if self.is_path_style:
            bucket, _, name = request.path.lstrip("/").partition("/")
        else:
            bucket, name = request.host.partition(".")[0], request.path.lstrip("/")
        return name if bucket == self.bucket else None

    async def _carry_out(self, request: web.Request, name: str, body: bytes, *, is_cut: bool) -> web.StreamResponse:
        if request.method == "PUT":
            if "Content-Length" not in request.headers:
                return _error(411, "MissingContentLength")
            self.objects[name] = StoredObject(body, request.content_type)
            return web.Response(status=200)
        if request.method == "DELETE":
            self.objects.pop(name, None)
            return web.Response(status=204)
        if name not in self.objects:
            return _error(404, "NoSuchKey")
        return await self._give(request, self.objects[name].content, is_cut=is_cut)

    async def _give(self, request: web.Request, content: bytes, *, is_cut: bool) -> web.StreamResponse:
        match = _RANGE.fullmatch(request.headers.get("Range", ""))
        if match is None:
            return web.Response(body=content)
        first, last = int(match[1]), min(int(match[2]), len(content) - 1)
        if first > last:
            return _error(416, "InvalidRange")
        headers = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
        part = content[first : last + 1]
        if not is_cut:
            return web.Response(status=206, body=part, headers=headers)
        answer = web.StreamResponse(status=206, headers=headers)
        answer.content_length = len(part)
        await answer.prepare(request)
        await answer.write(part[: len(part) // 2])
        if request.transport is not None:
            request.transport.close()
        return answer


def _error(status: int, code: str) -> web.Response:
    text = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>no</Message></Error>"
    return web.Response(status=status, text=text, content_type="application/xml")


@asynccontextmanager
async def running_s3(*, is_path_style: bool = True) -> AsyncIterator[FakeS3]:
    """The server on a free port; in host style it is reached as BUCKET.localhost."""
    fake = FakeS3(is_path_style=is_path_style)
    app = web.Application(client_max_size=64 << 20)
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]] = fake.handle
    app.router.add_route("*", "/{name:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host = "127.0.0.1" if is_path_style else "localhost"
    fake.url = f"http://{host}:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        fake.released.set()
        await runner.cleanup()
