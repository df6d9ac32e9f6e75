"""`refundbot channel`."""

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
import msgspec

from bot.cli.running import run_with, settings_or_exit
from bot.settings import Settings

if TYPE_CHECKING:
    from uuid import UUID

    from channels.channel import Channel, ChannelModule
    from storage.channel_store import StoredAccount
    from storage.database import Database

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@click.group()
def channel() -> None:
    """Accounts of merchants on chat platforms."""


@channel.command()
@click.argument("slug")
@click.argument("channel_name", metavar="CHANNEL")
@click.argument("name")
@click.option("--set", "given", multiple=True, metavar="KEY=VALUE", help="A setting; - reads it from stdin.")
@click.option("--json", "is_json", is_flag=True, help='Print {"channel", "name", "webhook"}.')
def add(slug: str, channel_name: str, name: str, given: tuple[str, ...], is_json: bool) -> None:
    """Add the account NAME of the merchant SLUG on CHANNEL, or give it other settings; prints its webhook address.

    Credentials are stored encrypted and never shown again. Where the platform could not be told of the address, the
    account is kept all the same and the exit code is 1: run the command again.
    """
    settings = settings_or_exit()
    if not _NAME.fullmatch(name):
        raise click.BadParameter("must be 1 to 63 of a-z, 0-9 and - (not at the ends)", param_hint="NAME")
    values = _pairs(given)
    address, is_new, fault = run_with(settings, _add(settings, slug, channel_name, name, values))
    if is_json:
        shown = {"channel": channel_name, "name": name, "webhook": address}
        click.echo(msgspec.json.encode(shown).decode())
    else:
        click.echo(f"{channel_name}/{name} {'was added' if is_new else 'has new settings'}.\nWebhook  {address}")
    if fault is not None:
        click.echo(f"The settings are kept, but {channel_name} was not told of the webhook: {fault}", err=True)
        sys.exit(1)


@channel.command(name="list")
@click.argument("slug")
@click.option("--json", "is_json", is_flag=True, help="Print a JSON list; secrets are left out.")
def list_accounts(slug: str, is_json: bool) -> None:
    """List the accounts of the merchant SLUG with their webhook addresses and settings, without secrets."""
    settings = settings_or_exit()
    accounts = run_with(settings, _list(settings, slug))
    if is_json:
        click.echo(msgspec.json.encode(accounts).decode())
        return
    if not accounts:
        click.echo(f"{slug} has no accounts. Add one with `refundbot channel add {slug} CHANNEL NAME --set KEY=VALUE`.")
    for account in accounts:
        click.echo(f"{account['channel']}/{account['name']}\n  webhook  {account['webhook']}")
        for key, value in account["settings"].items():
            click.echo(f"  {key}  {value}")


@channel.command()
@click.argument("slug")
@click.argument("channel_name", metavar="CHANNEL")
@click.argument("name")
def remove(slug: str, channel_name: str, name: str) -> None:
    """Take an account out of use; its conversations and cases stay."""
    settings = settings_or_exit()
    run_with(settings, _remove(settings, slug, channel_name, name))
    click.echo(f"{channel_name}/{name} is out of use.")


def _pairs(given: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{pair.split('=')[0]!r} is not KEY=VALUE", param_hint="--set")
        if key in values:
            raise click.BadParameter(f"{key} is given twice", param_hint="--set")
        values[key] = sys.stdin.readline().rstrip("\r\n") if value == "-" else value
    return values


async def _add(
    settings: Settings, slug: str, channel_name: str, name: str, given: dict[str, str]
) -> tuple[str, bool, str | None]:
    from bot.channel_accounts import webhook_address
    from bot.wiring import open_base
    from channels.channel import Account, BadSetting
    from channels.no_tokens import NoTokens
    from channels.settings import checked
    from storage.channel_store import add_account

    module, address = _module(channel_name), webhook_address(settings.url, slug, channel_name, name)
    async with open_base(settings, application="channel") as base:
        merchant_id = await _merchant_id(base.db, slug)
        try:
            values = checked(given, module.SETTINGS)
            opened = module.open_channel(
                Account(slug, name, values, address, may_call=settings.channels.may_call()), NoTokens()
            )
        except BadSetting as error:
            raise click.ClickException(f"{channel_name}: {error}") from None
        try:
            fault = await _connected(opened)
        finally:
            await opened.close()
        now = base.clock.now()
        is_new = await add_account(base.db, base.vault, merchant_id, channel_name, name, values, now=now)
        return address, is_new, fault


async def _connected(opened: "Channel") -> str | None:
    """Tell the platform where we are, where it wants to know; what went wrong otherwise."""
    from channels.channel import Connected, Unreachable
    from refund_core.sending import AnswerUnknown, SendLater, SendRefused

    if not isinstance(opened, Connected):
        return None
    try:
        await opened.connect()
    except SendLater as error:
        return f"it could not be reached ({error.code}). Run the command again when it can be."
    except AnswerUnknown as error:
        return f"it gave no clear answer ({error.code}). Run the command again."
    except (SendRefused, Unreachable) as error:
        return f"it refused ({error}). Look at the token and at the address, then run the command again."
    return None


async def _list(settings: Settings, slug: str) -> list[dict[str, Any]]:
    from bot.channel_accounts import webhook_address
    from bot.wiring import open_base
    from channels.settings import shown
    from storage.channel_store import accounts_of

    def view(account: "StoredAccount") -> dict[str, Any]:
        return {
            "channel": account.channel,
            "name": account.name,
            "webhook": webhook_address(settings.url, account.slug, account.channel, account.name),
            "settings": shown(account.settings, _module(account.channel).SETTINGS),
        }

    async with open_base(settings, application="channel") as base:
        merchant_id = await _merchant_id(base.db, slug)
        return [view(account) for account in await accounts_of(base.db, base.vault, merchant_id)]


async def _remove(settings: Settings, slug: str, channel_name: str, name: str) -> None:
    from bot.wiring import open_base
    from storage.channel_store import remove_account

    async with open_base(settings, application="channel") as base:
        merchant_id = await _merchant_id(base.db, slug)
        if not await remove_account(base.db, merchant_id, channel_name, name, now=base.clock.now()):
            raise click.ClickException(f"{slug} has no account {channel_name}/{name}.")


async def _merchant_id(db: "Database", slug: str) -> "UUID":
    from storage import merchant_store

    row = await merchant_store.by_slug(db, slug)
    if row is None:
        raise click.ClickException(f"There is no merchant {slug!r}.")
    return row.merchant_id


def _module(channel_name: str) -> "ChannelModule":
    from channels.registry import CHANNELS, load_channel

    if channel_name not in CHANNELS:
        raise click.ClickException(f"There is no channel {channel_name!r}; there are {', '.join(CHANNELS)}.")
    return load_channel(channel_name)
