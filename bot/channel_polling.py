"""Asking platforms that cannot call us: one process an account, and no mark moves on before its turns are committed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from bot.background import to_their_end
from bot.channel_accounts import ChannelAccounts, OpenAccount, UnknownAccount
from bot.channel_arrivals import Arrivals
from bot.turn_errors import Conflict, NoSuchConversation, RateLimited
from channels.channel import Arrival, BadSetting, Polled
from channels.registry import load_channel
from refund_core.sending import SendLater
from storage.leases import Leases

_LOOK_SECONDS = 3.0
_PAUSE_SECONDS = 2.0
# Longer than a platform keeps a poll open.
_LEASE_SECONDS = 60.0
_log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Polling:
    """Polls every account that wants it, as long as it is in use."""

    accounts: ChannelAccounts
    arrivals: Arrivals
    leases: Leases
    _tasks: dict[UUID, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _look(self) -> None:
        wanted = {}
        for stored in await self.accounts.stored():
            with suppress(UnknownAccount, BadSetting, KeyError):
                await asyncio.to_thread(load_channel, stored.channel)  # a platform's library may take seconds
                account = await self.accounts.of_id(stored.merchant_id, stored.account_id)
                if isinstance(account.channel, Polled):
                    wanted[stored.account_id] = stored.merchant_id
        for account_id in [each for each, task in self._tasks.items() if each not in wanted or task.done()]:
            self._tasks.pop(account_id).cancel()
        for account_id, merchant_id in wanted.items():
            if account_id not in self._tasks:
                work = self._poll(merchant_id, account_id)
                self._tasks[account_id] = asyncio.create_task(work, name="poll")

    async def _poll(self, merchant_id: UUID, account_id: UUID) -> None:
        lease, mark = f"poll:{account_id}", None
        try:
            while True:
                if not await self.leases.hold(lease, seconds=_LEASE_SECONDS):
                    mark = None
                    await asyncio.sleep(_PAUSE_SECONDS)
                    continue
                account = await self.accounts.of_id(merchant_id, account_id)
                mark = await self._round(account, mark)
        except UnknownAccount:
            return
        finally:
            await to_their_end([asyncio.create_task(self.leases.leave(lease), name="leave")])

    async def _round(self, account: OpenAccount, mark: str | None) -> str | None:
        """One poll and its turns; the same mark again where one of them is not committed."""
        channel = account.channel
        if not isinstance(channel, Polled):
            raise UnknownAccount(account.stored.name)
        try:
            arrivals, after = await channel.poll(after=mark)
            await self._take(account, arrivals)
        except SendLater as later:
            _log.info("poll.later", account=account.stored.name, code=later.code)
            await asyncio.sleep(later.after_seconds)
        except Exception as error:  # noqa: BLE001 - the platform keeps what was not acknowledged, and gives it again
            _log.warning("poll.again", account=account.stored.name, error=repr(error))
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            return after
        return mark

    async def _take(self, account: OpenAccount, arrivals: Sequence[Arrival]) -> None:
        """Give each its turn, in their order. Raises where one is not committed and may be when it is given again."""
        taken = []
        for arrival in arrivals:
            one = await self.arrivals.take(account, arrival)
            if one is not None:
                taken.append(one)
            self.arrivals.acknowledge(account, arrival)
        for answer in await asyncio.gather(*(self.arrivals.wait(one) for one in taken), return_exceptions=True):
            match answer:
                case Conflict() | RateLimited() | NoSuchConversation():  # no matter how often it is given
                    _log.warning("poll.not_taken", account=account.stored.name, error=repr(answer))
                case BaseException():
                    raise answer
                case _:
                    continue
