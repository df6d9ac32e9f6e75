"""A shop with an open application, for tests of what its HTTP calls do."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp
import jwt
import msgspec

from bot.api.services import Services
from bot.cli.merchant import new_merchant
from bot.listening import listen
from bot.serving import running_app
from bot.settings import Settings, load_settings
from bot.wiring import Addresses, Base
from bot.working import open_work_parts
from storage.crypto import Vault
from storage.database import Database
from storage.live import open_live
from storage.merchant_store import CreatedMerchant, create_merchant

SECRET_KEY = bytes(range(32))
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Answer = tuple[int, Any]


@dataclass(slots=True)
class MovableClock:
    """A clock that stands still until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Chat:
    """One consumer's session."""

    shop: "Shop"
    token: str
    conversation: str
    slug: str

    async def say(self, text: str | None = None, *, action: str | None = None, **more: Any) -> Answer:
        body = {"client_id": str(uuid4()), "text": text, "action": action, **more}
        return await self.post({name: value for name, value in body.items() if value is not None})

    async def post(self, body: Any, path: str = "/messages") -> Answer:
        return await self.shop.call("POST", f"/api/chat/{self.slug}{path}", body, token=self.token)

    async def get(self, path: str) -> Answer:
        return await self.shop.call("GET", f"/api/chat/{self.slug}{path}", token=self.token)

    async def upload(self, content: bytes, *, name: str = "photo.jpg", kind: str = "image/jpeg") -> Answer:
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name, content_type=kind)
        return await self.shop.call("POST", f"/api/chat/{self.slug}/attachments", form, token=self.token)


@dataclass(slots=True)
class Shop:
    """The running application with one merchant in it."""

    url: str
    http: aiohttp.ClientSession
    services: Services
    base: Base
    clock: MovableClock
    merchant: CreatedMerchant
    settings: Settings
    others: list[CreatedMerchant] = field(default_factory=list)

    def identity(self, customer: str = "c-1", *, secret: str | None = None, **claims: Any) -> str:
        now = int(self.clock.now().timestamp())
        return jwt.encode({"sub": customer, "exp": now + 600} | claims, secret or self.merchant.chat_secret)

    async def session(self, customer: str | None = "c-1", *, slug: str = "shop", **claims: Any) -> Chat:
        identity = self.identity(customer, **claims) if customer else None
        status, answer = await self.call("POST", f"/api/chat/{slug}/sessions", {"identity": identity})
        assert status == 201, answer
        return Chat(self, answer["session"], answer["conversation"], slug)

    async def another_merchant(self, slug: str) -> CreatedMerchant:
        return await create_merchant(
            self.base.db, self.base.vault, new_merchant(slug, slug, "CNY", "Asia/Shanghai"), now=self.clock.now()
        )

    async def api(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, call_key: str | None = None
    ) -> Answer:
        headers = {"Idempotency-Key": call_key or str(uuid4())} if method == "POST" else {}
        token = self.merchant.api_key if key is None else key
        return await self.call(method, f"/api/v1{path}", body, token=token, headers=headers)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        data = body if isinstance(body, bytes | aiohttp.FormData) or body is None else msgspec.json.encode(body)
        async with self.http.request(method, self.url + path, data=data, headers=sent) as response:
            raw = await response.read()
            is_json = "json" in response.headers.get("Content-Type", "")
            return response.status, msgspec.json.decode(raw) if is_json else raw


async def address_of(database: Database) -> str:
    """The address of the test's database, for connections of one's own."""
    (row,) = await database.fetch(
        "SELECT current_user AS user, current_database() AS name, current_setting('unix_socket_directories') AS folder"
    )
    return f"postgresql://{row['user']}@/{row['name']}?host={quote(row['folder'], safe='')}"


@asynccontextmanager
async def open_shop(
    database: Database, redis_url: str, folder: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Shop]:
    """A merchant `shop` on a server of its own; environment is what would be set for it."""
    given = {"REFUNDBOT_DATA_DIR": str(folder), "REFUNDBOT_PORT": "0", "REFUNDBOT_CHAT__POLL_SECONDS": "0.2"}
    settings = load_settings({**given, **(environment or {})}, config_dir=folder)
    clock = MovableClock()
    vault = Vault(SECRET_KEY)
    base = Base(settings, clock, database, vault, Addresses(await address_of(database), redis_url))
    created = await create_merchant(
        database, vault, new_merchant("shop", "Shop", "CNY", "Asia/Shanghai", ("https://shop.example",)), now=START
    )
    listening = listen(settings.host, settings.port)
    try:
        async with (
            open_live(redis_url) as live,
            open_work_parts(base, live, sandbox_url=settings.sandbox.url) as parts,
            running_app(base, parts, listening) as services,
            aiohttp.ClientSession() as http,
        ):
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            yield Shop(url, http, services, base, clock, created, settings)
    finally:
        listening.close()
