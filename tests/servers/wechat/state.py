"""What the fake WeChat remembers: accounts, tokens, what each user was sent, and how it is to misbehave."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.servers.wechat.quota import Allowance

Kind = Literal["wechat", "mini_program"]
Moment = Literal["opened", "arrived", "counted"]
"""A deed opened its window and is not pushed yet; a message came and is not counted yet, or is not answered yet."""
TOKEN_SECONDS = 7200
FORCED_A_DAY = 20


@dataclass
class Account:
    """An official account or mini-program as its merchant set it up in WeChat's console.

    open_platform names the account of the open platform that it is bound to, may_ask_people its right to user/info.
    """

    kind: Kind
    app_id: str
    secret: str
    push_token: str
    encoding_aes_key: str = ""
    message_format: str = "xml"
    name: str = "gh_3f1c9a7be042"
    webhook_url: str = ""
    access_token: str = ""
    token_ends: float = 0.0
    token_calls: int = 0
    forced: int = 0
    open_platform: str = ""
    may_ask_people: bool = True
    templates: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """One thing that a user was shown: how it came, its kind, its text, and the menu's ids by their labels."""

    how: Literal["answer", "message", "template", "subscribe"]
    kind: str
    text: str
    menu: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict, repr=False)


async def _at_once(_moment: "Moment", _person: "Person") -> None:
    """Nothing happens in between."""


@dataclass(eq=False)
class Person:
    """A WeChat user of one account; granted counts subscribe messages that may be sent, by template.

    human is the same for one who uses several accounts.
    """

    openid: str
    app_id: str = ""
    human: str = ""
    follows: bool = True
    receives: bool = True
    is_risky: bool = False
    allowance: Allowance = field(default_factory=Allowance)
    granted: dict[str, int] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)


@dataclass
class Login:
    """What a code of wx.login stands for, until it ends or is used."""

    app_id: str
    openid: str
    union_id: str
    ends: float
    is_used: bool = False


@dataclass
class Faults:
    """What goes wrong from now on; the numbers count calls down. Strays lose their connection and arrive later.

    What begins with asks is of user/info alone, of which nothing else goes wrong.
    """

    refuses_every_token: bool = False
    busy: int = 0
    broken: int = 0
    unreadable: int = 0
    dropped_before: int = 0
    dropped_after: int = 0
    strays: int = 0
    tokens_broken: int = 0
    code: int = 0
    asks_dropped: int = 0
    asks_code: int = 0
    asks_about: str = ""
    asks_held: asyncio.Event | None = None
    is_slow: bool = False
    released: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class World:
    """Everything; now is the clock, which a test may hold and move. wrongs are what no caller may ever send,
    over are those to whom more was sent than the quotas allow, asked the users about whom user/info was called.

    held keeps whoever fetches media waiting until it is set, media_code is what they are answered instead. meanwhile is
    awaited at the moments at which other things may happen first.
    """

    now: Callable[[], float] = time.time
    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    videos: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    held: asyncio.Event | None = None
    media_code: int = 0
    logins: dict[str, Login] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    calls: list[str] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    over: list[Person] = field(default_factory=list)
    strays: list[tuple[Person, Heard]] = field(default_factory=list)
    meanwhile: Callable[[Moment, Person], Awaitable[None]] = _at_once
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def account_of(self, access_token: str) -> Account | None:
        """The account that this token is good for now."""
        for account in self.accounts.values():
            if account.access_token and account.access_token == access_token and self.now() < account.token_ends:
                return account
        return None

    def issue_token(self, account: Account, *, is_forced: bool) -> tuple[str, int]:
        """The account's token and the seconds that it holds: the same one until it ends or is forced."""
        account.token_calls += 1
        if is_forced or self.now() >= account.token_ends:
            account.forced += is_forced
            account.access_token = f"t-{secrets.token_hex(16)}"
            account.token_ends = self.now() + TOKEN_SECONDS
        return account.access_token, int(account.token_ends - self.now())

    def expire_token(self, account: Account) -> None:
        """The token ends before its time, as when somebody else fetched one."""
        account.token_ends = 0.0

    def person(self, openid: str) -> Person:
        return self.people.setdefault(openid, Person(openid))

    def union_id(self, account: Account, person: Person) -> str:
        """The person's id in all accounts of one open platform; empty where the account is bound to none."""
        if not account.open_platform or not person.human:
            return ""
        return f"o6_{hashlib.sha1(f'{account.open_platform}/{person.human}'.encode()).hexdigest()[:25]}"

    def take(self, person: Person) -> int:
        """A message has come for somebody: 0, or the error where their quota is used up."""
        refused = person.allowance.take(self.now())
        if refused:
            self.over.append(person)
        return refused

    async def bring_strays(self, *, only: Person | None = None) -> None:
        """Messages that were lost on the way arrive after all."""
        here = [stray for stray in self.strays if only in {None, stray[0]}]
        self.strays = [stray for stray in self.strays if stray not in here]
        for person, heard in here:
            if not self.take(person):
                await self.show(person, heard)

    async def show(self, person: Person, heard: Heard) -> None:
        """The user sees it."""
        async with self.changed:
            person.heard.append(heard)
            self.changed.notify_all()

    async def until(self, holds: Callable[[], bool], *, seconds: float = 20.0) -> None:
        """Wait until something that was shown makes this true."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(holds)
