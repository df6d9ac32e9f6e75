"""Asking platforms who people are across accounts, so that one person is one customer wherever they write.

Nobody waits for it: whoever is new, or follows again, is asked about beside their turns, once, by one process. An
account that may not ask is left alone for a day, a platform that is away for a while.
"""

import asyncio
from datetime import timedelta

import structlog

from bot.channel_accounts import ChannelAccounts, UnknownAccount
from bot.work import WorkParts, forever
from channels.abilities import TellsUnion
from channels.channel import BadSetting, Unreachable
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from storage.identity_store import Identity, NewIdentity, link_customer
from storage.union_store import (
    AskedAccount,
    ask_later,
    ask_nobody,
    claim_accounts,
    give_account_free,
    note_no_union,
    note_union,
    people_to_ask,
)

_LEASE_SECONDS = 90.0
_ASKING_SECONDS = 60.0
"""Nobody new is asked about later than that, so that the last call ends within the lease."""
_PEOPLE_MAX = 100
_REFUSED_SECONDS = 86_400.0
_TROUBLE_SECONDS = 60.0
_BEHIND_OTHERS = timedelta(minutes=10)
"""Of whom a question fails is asked after the others: it may be they for whom it fails."""
_log = structlog.get_logger()


class UnionAsks:
    """The questions of all accounts; any number of processes may ask."""

    def __init__(self, parts: WorkParts, channels: ChannelAccounts) -> None:
        self._parts = parts
        self._channels = channels

    async def run(self) -> None:
        """Work until cancelled; who was being asked about then is asked about again."""
        limits = self._parts.limits
        await forever("unions", self.turn, pause=limits.looks_pause_seconds, trouble_pause=limits.trouble_pause_seconds)

    async def turn(self) -> bool:
        """Ask for every account that has somebody to ask about; False where there is none."""
        parts, now = self._parts, self._parts.clock.now()
        until = now + timedelta(seconds=_LEASE_SECONDS)
        accounts = await claim_accounts(parts.db, limit=parts.limits.asks_at_once, until=until, now=now)
        await asyncio.gather(*(self._ask_for(account) for account in accounts))
        return bool(accounts)

    async def _ask_for(self, account: AskedAccount) -> None:
        """Ask about the account's people one after another, and let it rest where that fails."""
        try:
            await self._ask_all(account)
            again_at = None
        except Exception as error:  # noqa: BLE001 - one account's trouble is none of the others'
            seconds = _rest_seconds(error)
            _log.warning("union.not_asked", account_id=str(account.account_id), error=repr(error), seconds=seconds)
            again_at = self._parts.clock.now() + timedelta(seconds=seconds)
        await give_account_free(self._parts.db, account, again_at=again_at)

    async def _ask_all(self, account: AskedAccount) -> None:
        """Raises what the platform raises, and UnknownAccount and BadSetting."""
        parts, began = self._parts, self._parts.clock.now()
        opened = await self._channels.of_id(account.merchant_id, account.account_id)
        if not isinstance(opened.channel, TellsUnion):
            await ask_nobody(parts.db, account)
            return
        for person in await people_to_ask(parts.db, account, limit=_PEOPLE_MAX, now=began):
            if parts.clock.now() - began > timedelta(seconds=_ASKING_SECONDS):
                return
            await self._ask(opened.channel, person, opened.stored.channel)

    async def _ask(self, channel: TellsUnion, person: Identity, channel_name: str) -> None:
        """Ask about one, and make them the customer whom the answer tells. Raises what the platform raises."""
        parts, asked_at = self._parts, self._parts.clock.now()
        try:
            union_id = person.union_id or await channel.union_of(person.user)
        except Unreachable:
            union_id = None
        except (SendLater, SendRefused, AnswerUnknown) as error:
            at = asked_at + timedelta(seconds=_rest_seconds(error))
            await ask_later(parts.db, person, at=at if isinstance(error, SendLater) else at + _BEHIND_OTHERS)
            raise
        if union_id is None:
            await note_no_union(parts.db, person, asked_at=asked_at)
            return
        customer = await note_union(parts.db, person, union_id)
        if customer is None:
            return
        wanted = NewIdentity(person.merchant_id, person.account_id, channel_name, person.user, union_id)
        await link_customer(parts.db, person, customer, wanted, now=parts.clock.now(), is_theirs=False)
        _log.info("union.linked", merchant_id=str(person.merchant_id), channel=channel_name)


def _rest_seconds(error: Exception) -> float:
    """How long an account's platform is not asked after this."""
    match error:
        case SendLater():
            return error.after_seconds
        case SendRefused() | UnknownAccount() | BadSetting():
            return _REFUSED_SECONDS
        case _:
            return _TROUBLE_SECONDS
