"""The merchants' accounts on chat platforms, opened when first used and kept while their settings stay."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import quote
from uuid import UUID

import structlog

from bot.picture_links import picture_links
from bot.wiring import Base
from channels.abilities import TellsUnion
from channels.channel import Account, Channel, Tokens
from channels.registry import load_channel
from storage.channel_store import StoredAccount, account_of_id, all_accounts, channels_in_use, find_account

_FRESH_SECONDS = 3.0
_log = structlog.get_logger()
_Key = tuple[str, str, str]


class UnknownAccount(KeyError):
    """No merchant has such an account in use."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenAccount:
    """An account with the channel object that speaks for it, and whether that can tell who people are elsewhere."""

    stored: StoredAccount
    channel: Channel
    tells_union: bool = False


@dataclass(slots=True)
class _Kept:
    account: OpenAccount
    looked_at: float


class ChannelAccounts:
    """Accounts by address and by id; a change made elsewhere is seen within seconds."""

    def __init__(self, base: Base, tokens: Tokens) -> None:
        self._db = base.db
        self._vault = base.vault
        self._tokens = tokens
        self._links = picture_links(base.vault, base.settings, base.clock)
        self._may_call = base.settings.channels.may_call()
        self._public_url = base.settings.url
        self._kept: dict[UUID, _Kept] = {}
        self._ids: dict[_Key, UUID] = {}
        self._looking: dict[object, asyncio.Task[OpenAccount]] = {}

    async def named(self, slug: str, channel: str, name: str) -> OpenAccount:
        """The account of a webhook address. Raises UnknownAccount, and BadSetting where it cannot be opened."""
        account_id = self._ids.get((slug, channel, name))
        fresh = self._fresh(account_id)
        if fresh is not None:
            return fresh
        return await self._once((slug, channel, name), lambda: self._find(slug, channel, name))

    async def of_id(self, merchant_id: UUID, account_id: UUID) -> OpenAccount:
        """A merchant's account. Raises UnknownAccount and BadSetting."""
        fresh = self._fresh(account_id)
        if fresh is not None and fresh.stored.merchant_id == merchant_id:
            return fresh
        return await self._once((merchant_id, account_id), lambda: self._find_id(merchant_id, account_id))

    async def load(self) -> None:
        """Load the code of every channel in use, so that no message waits for that: a platform's may take seconds."""
        for channel in await channels_in_use(self._db):
            try:
                await asyncio.to_thread(load_channel, channel)
            except (KeyError, ImportError) as error:  # told again to whoever uses it; all others are served
                _log.warning("channel.not_loaded", channel=channel, error=type(error).__name__)

    async def stored(self) -> list[StoredAccount]:
        """Every account in use."""
        return await all_accounts(self._db, self._vault)

    async def close(self) -> None:
        """Close every connection."""
        looking = list(self._looking.values())
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)
        for kept in self._kept.values():
            await kept.account.channel.close()
        self._kept.clear()

    def _fresh(self, account_id: UUID | None) -> OpenAccount | None:
        kept = self._kept.get(account_id) if account_id is not None else None
        return kept.account if kept is not None and monotonic() - kept.looked_at < _FRESH_SECONDS else None

    async def _once(self, key: object, find: Callable[[], Coroutine[Any, Any, OpenAccount]]) -> OpenAccount:
        """What many ask for at once is looked for once."""
        looking = self._looking.get(key)
        if looking is None:
            looking = self._looking[key] = asyncio.create_task(find(), name="account")
            looking.add_done_callback(lambda _: self._looking.pop(key))
        return await asyncio.shield(looking)

    async def _find(self, slug: str, channel: str, name: str) -> OpenAccount:
        return await self._taken(await find_account(self._db, self._vault, slug, channel, name), name)

    async def _find_id(self, merchant_id: UUID, account_id: UUID) -> OpenAccount:
        return await self._taken(await account_of_id(self._db, self._vault, merchant_id, account_id), str(account_id))

    async def _taken(self, stored: StoredAccount | None, asked: str) -> OpenAccount:
        if stored is None:
            raise UnknownAccount(asked)
        kept = self._kept.get(stored.account_id)
        if kept is not None and kept.account.stored.version >= stored.version:
            kept.looked_at = monotonic()
            return kept.account
        channel = self._open(stored)
        account = OpenAccount(stored, channel, isinstance(channel, TellsUnion))
        self._kept[stored.account_id] = _Kept(account, monotonic())  # before anything is awaited: others find it
        self._ids[stored.slug, stored.channel, stored.name] = stored.account_id
        if kept is not None:
            await kept.account.channel.close()
        return account

    def _open(self, stored: StoredAccount) -> Channel:
        address = webhook_address(self._public_url, stored.slug, stored.channel, stored.name)
        picture_url = partial(self._links.address, stored.slug)
        account = Account(stored.slug, stored.name, stored.settings, address, picture_url, self._may_call)
        return load_channel(stored.channel).open_channel(account, self._tokens)


def webhook_address(public_url: str, slug: str, channel: str, name: str) -> str:
    """Where the platform calls us for an account."""
    path = "/".join(quote(part, safe="") for part in (slug, channel, name))
    return f"{public_url.rstrip('/')}/webhooks/{path}"
