"""The channel accounts' lines of `refundbot check`: settings that open, and credentials that the platform takes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channel_accounts import ChannelAccounts
    from storage.channel_store import StoredAccount


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account; fault is None where nothing is wrong, note says what was not asked."""

    name: str
    fault: str | None
    note: str = ""


async def account_lines(settings: Settings) -> AsyncIterator[AccountLine]:
    """Ask each account's platform whether it knows us."""
    from bot.channel_accounts import ChannelAccounts
    from bot.wiring import open_base
    from storage.shared_tokens import open_tokens

    async with (
        open_base(settings, application="check") as base,
        open_tokens(base.addresses.redis_url, base.vault) as tokens,
    ):
        accounts = ChannelAccounts(base, tokens)
        try:
            for stored in await accounts.stored():
                fault, note = await _asked(accounts, stored)
                yield AccountLine(f"{stored.slug}/{stored.channel}/{stored.name}", fault, note)
        finally:
            await accounts.close()


async def _asked(accounts: "ChannelAccounts", stored: "StoredAccount") -> tuple[str | None, str]:
    from channels.channel import Checked

    try:
        account = await accounts.of_id(stored.merchant_id, stored.account_id)
        if not isinstance(account.channel, Checked):
            return None, "settings only"
        await account.channel.check()
    except Exception as error:  # noqa: BLE001 - whatever it is, this command is there to tell it
        return f"{type(error).__name__}: {error}", ""
    return None, ""
