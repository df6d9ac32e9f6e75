"""A host of media over https, with a certificate of its own; and names that lead wherever a test says."""

import asyncio
import datetime as dt
import gzip
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "media.example"
PUBLIC = "127.0.0.2"  # what the tests take for public; 127.0.0.1 is what must never be reached
INNER = "127.0.0.1"


@dataclass(slots=True)
class Names(AbstractResolver):
    """What each name leads to, answer after answer; the last one stays."""

    answers: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        assert family in {socket.AF_INET, socket.AF_UNSPEC}
        self.asked.append(host)
        answers = self.answers.get(host, [[PUBLIC]])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_result(host, port, each) for each in found]

    async def close(self) -> None:
        """Nothing is open."""


def _result(host: str, port: int, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)


@dataclass(slots=True)
class FakeMedia:
    """What lies at which path, and who asked for what."""

    trust: ssl.SSLContext
    port: int = 0
    content: bytes = b"content"
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/file", *, host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.path in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[request.path]})
        match request.path:
            case "/loop":
                return web.Response(status=302, headers={"Location": "/loop"})
            case "/packed":
                return web.Response(body=gzip.compress(bytes(1 << 20)), headers={"Content-Encoding": "gzip"})
            case "/endless":
                return await self._endless(request)
            case "/slow":
                await self.released.wait()
            case "/busy":
                return web.Response(status=503)
            case "/gone":
                return web.Response(status=404)
            case _:
                pass
        return web.Response(body=self.content, content_type="image/png")

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while not self.released.is_set():
            await answer.write(bytes(65_536))
            await asyncio.sleep(0)  # a write to a connection that is gone would never let go
        return answer


@asynccontextmanager
async def running_media(*addresses: str) -> AsyncIterator[FakeMedia]:
    """The host on one free port of each of the addresses."""
    serving, trust = _contexts()
    fake = FakeMedia(trust)
    app = web.Application()
    app.router.add_get("/{path:.*}", fake.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        for address in addresses:
            await web.TCPSite(runner, address, fake.port, ssl_context=serving).start()
            fake.port = runner.addresses[0][1]
        yield fake
    finally:
        fake.released.set()
        await runner.cleanup()


@cache
def _contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The host's own context, and the one of who trusts its certificate."""
    with tempfile.TemporaryDirectory() as folder:
        place = _certificate(Path(folder, "media.pem"))
        serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        serving.load_cert_chain(place)
        return serving, ssl.create_default_context(cafile=str(place))


def _certificate(path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName("*." + HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path
