"""People who write on every channel while a new version takes over; what is not taken is sent again, as each would."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import aiohttp

from tests.acceptance.running import Server
from tests.acceptance.shop import Chat, Shop
from tests.servers.front_end import FrontEnd, running_front_end
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram, fake_telegram
from tests.servers.telegram.state import TOKEN
from tests.servers.wechat.server import FakeWeChat, fake_wechat
from tests.servers.wechat.state import Account, Kind
from tests.servers.wechat.users import User

SLUG = "deploys"
AES_KEY = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1A"
SECRET = "s3cret-of-the-webhook_01"
REST_TOKEN = "a-token-that-nobody-guesses"
WECHAT_KINDS: tuple[Kind, ...] = ("wechat", "mini_program")
TRIES = 4
TEXT = "你好"
_numbers = itertools.count(5238471906)


class Writer(Protocol):
    """Somebody who writes; `channel` is where."""

    channel: str

    @property
    def heard(self) -> int:
        """How many answers they were shown."""
        ...

    async def write(self) -> bool:
        """Say something, again where it was not taken; whether it was at last."""
        ...

    async def hears(self, count: int) -> None:
        """Wait until they were shown so many answers."""
        ...


@dataclass
class OnWeChat:
    """WeChat pushes again what is not answered 200."""

    channel: str
    user: User

    @property
    def heard(self) -> int:
        return len(self.user.person.heard)

    async def write(self) -> bool:
        return (await self.user.write(TEXT)).status == 200

    async def hears(self, count: int) -> None:
        await self.user.world.until(lambda: self.heard >= count)


@dataclass
class OnTelegram:
    """Telegram tells a webhook again what it did not take, and keeps for a bot that asks until it has taken it."""

    channel: str
    person: Person

    @property
    def heard(self) -> int:
        return len(self.person.bot_messages)

    async def write(self) -> bool:
        return await self.person.write(TEXT) in {0, 200}

    async def hears(self, count: int) -> None:
        await self.person.sees(lambda messages: len(messages) >= count)


@dataclass
class OnRest:
    """A front end that sends its message again under the same id, and may be called back with the answer."""

    channel: str
    name: str
    url: str
    http: aiohttp.ClientSession
    front_end: FrontEnd
    answers: int = 0

    @property
    def heard(self) -> int:
        return self.answers + len([shown for shown in self.front_end.shown if shown["recipient_id"] == self.name])

    async def write(self) -> bool:
        body = {"sender": self.name, "message": TEXT, "message_id": str(uuid4())}
        answer = await until_taken(lambda: self._post(body))
        self.answers += len(answer or ())
        return answer is not None

    async def hears(self, count: int) -> None:
        async with asyncio.timeout(20), self.front_end.came:
            await self.front_end.came.wait_for(lambda: self.heard >= count)

    async def _post(self, body: dict[str, str]) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {REST_TOKEN}"}
        async with self.http.post(self.url, json=body, headers=headers) as response:
            return response.status, await response.json()


@dataclass
class OnTheWeb:
    """Our own chat: what got no answer is sent again under the same client id."""

    channel: str
    chat: Chat
    heard: int = 0

    async def write(self) -> bool:
        said = {"client_id": str(uuid4()), "text": TEXT}
        answer = await until_taken(lambda: self.chat.post("/messages?wait=10", said))
        self.heard += len(answer["replies"]) if answer else 0
        return answer is not None

    async def hears(self, count: int) -> None:
        assert self.heard >= count


async def until_taken(call: Callable[[], Awaitable[tuple[int, Any]]]) -> Any:
    """The answer of the first try that is answered 200; None after the last one."""
    for _ in range(TRIES):
        with suppress(aiohttp.ClientError):
            status, answer = await call()
            if status == 200:
                return answer
    return None


@dataclass
class Town:
    """A shop with an account on each platform, and people who write there."""

    wechat: FakeWeChat
    bots: dict[str, FakeTelegram]
    front_end: FrontEnd
    http: aiohttp.ClientSession

    async def people(self, server: Server, *, each: int) -> list[Writer]:
        """So many writers on each channel, the accounts being made on the server."""
        made = await asyncio.to_thread(server.create_merchant, SLUG)
        shop = Shop(server, self.http, SLUG, made["api_key"], made["chat_secret"])
        writers: list[Writer] = []
        for kind in WECHAT_KINDS:
            account = await self._wechat_account(server, kind)
            writers += [OnWeChat(kind, self.wechat.user(account, f"o-{kind}-{nr}")) for nr in range(each)]
        for mode, bot in self.bots.items():
            await self._telegram_account(server, mode, bot)
            writers += [OnTelegram(f"telegram {mode}", Person(bot, next(_numbers))) for _ in range(each)]
        await add(server, "rest", "main", {"token": REST_TOKEN, "callback_url": self.front_end.url})
        url = f"{server.url}/webhooks/{SLUG}/rest/main"
        writers += [OnRest("rest", f"v-{nr}", url, self.http, self.front_end) for nr in range(each)]
        writers += [OnTheWeb("web", await shop.chat(f"c-{nr}")) for nr in range(each)]
        return writers

    @property
    def wrongs(self) -> list[Any]:
        """What no platform may ever be sent, or refused."""
        return [*self.wechat.world.wrongs, *self.wechat.world.refusals, *self.front_end.refused]

    async def _wechat_account(self, server: Server, kind: Kind) -> Account:
        account = self.wechat.add(Account(kind, f"wx-{kind}", "s3cret", "t0ken", AES_KEY))
        settings = {
            "app_id": account.app_id, "app_secret": account.secret, "token": account.push_token,
            "encoding_aes_key": AES_KEY, "api_base": self.wechat.url,
        }  # fmt: skip
        await add(server, kind, "main", settings)
        account.webhook_url = f"{server.url}/webhooks/{SLUG}/{kind}/main"
        return account

    async def _telegram_account(self, server: Server, mode: str, bot: FakeTelegram) -> None:
        settings = {"bot_token": TOKEN, "webhook_secret": SECRET, "api_base": bot.address, "mode": mode}
        await add(server, "telegram", mode, settings)
        bot.state.tries = TRIES
        if mode == "webhook":  # it was told the address of the settings; this server has taken a free port
            bot.state.webhook["url"] = f"{server.url}/webhooks/{SLUG}/telegram/webhook"


async def add(server: Server, channel: str, name: str, settings: Mapping[str, str]) -> None:
    """An account of the shop's on a platform."""
    pairs = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    await asyncio.to_thread(server.command, "channel", "add", SLUG, channel, name, *pairs)


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """All platforms, running."""
    async with AsyncExitStack() as opened:
        wechat = await opened.enter_async_context(fake_wechat())
        bots = {mode: await opened.enter_async_context(fake_telegram()) for mode in ("webhook", "polling")}
        front_end = await opened.enter_async_context(running_front_end(REST_TOKEN))
        yield Town(wechat, bots, front_end, await opened.enter_async_context(aiohttp.ClientSession()))
