"""`refundbot merchant`."""

import re
from typing import TYPE_CHECKING

import click
import msgspec

from bot.cli.running import run_with, settings_or_exit
from bot.settings import Settings
from refund_core.currencies import CURRENCIES

if TYPE_CHECKING:
    from storage.merchant_store import CreatedMerchant, MerchantRow, NewMerchant

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?")


@click.group()
def merchant() -> None:
    """Merchants of this installation: create them, list them, say which pages may hold their chat."""


@merchant.command()
@click.argument("slug")
@click.option("--name", required=True, help="The shop's name, as consumers know it.")
@click.option("--currency", required=True, help="ISO 4217 code, such as CNY.")
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="IANA time zone for day counts and caps.")
@click.option("--origin", "origins", multiple=True, metavar="URL", help="A shop page's origin that may embed the chat.")
@click.option("--json", "is_json", is_flag=True, help='Print {"slug", "api_key", "chat_secret"}.')
def create(slug: str, name: str, currency: str, timezone: str, origins: tuple[str, ...], is_json: bool) -> None:
    """Create the merchant SLUG and print its API key and chat secret, once.

    The API key is for the merchant's own programs; the chat secret signs the identities of its customers. They cannot
    be shown again.
    """
    _check(slug, name, currency, timezone, origins)
    settings = settings_or_exit()
    created = run_with(settings, _create(settings, slug, name, currency, timezone, origins))
    if is_json:
        secrets = {"slug": created.slug, "api_key": created.api_key, "chat_secret": created.chat_secret}
        click.echo(msgspec.json.encode(secrets).decode())
        return
    click.echo(f"Merchant {created.slug} was created. Keep these two; they are shown only now.")
    click.echo(f"API key      {created.api_key}")
    click.echo(f"Chat secret  {created.chat_secret}")


@merchant.command(name="list")
@click.option("--json", "is_json", is_flag=True, help='Print a line {"slug", "name", …} for each.')
def list_merchants(*, is_json: bool) -> None:
    """The merchants of this installation."""
    settings = settings_or_exit()
    rows = run_with(settings, _rows(settings))
    for row in rows:
        if is_json:
            about = {"slug": row.slug, "name": row.name, "currency": row.currency, "timezone": row.timezone}
            click.echo(msgspec.json.encode(about | {"origins": _origins(row)}).decode())
        else:
            click.echo("  ".join((row.slug, row.name, row.currency, row.timezone, *_origins(row))))
    if not rows and not is_json:
        click.echo("There is no merchant yet: `refundbot merchant create SLUG --name … --currency …`.")


@merchant.command()
@click.argument("slug")
@click.option("--origin", "origins", multiple=True, metavar="URL", help="A shop page's origin that may embed the chat.")
@click.option("--any", "is_any", is_flag=True, help="Let every page embed the chat.")
def origins(slug: str, origins: tuple[str, ...], *, is_any: bool) -> None:
    """Which pages may embed the chat of the merchant SLUG: shown, or put in the place of those before."""
    if origins and is_any:
        raise click.BadParameter("cannot stand beside --origin", param_hint="--any")
    _check_origins(origins)
    settings = settings_or_exit()
    wanted = origins if origins or is_any else None
    for origin in run_with(settings, _set_origins(settings, slug, wanted)) or ("(every page)",):
        click.echo(origin)


def _check(slug: str, name: str, currency: str, timezone: str, origins: tuple[str, ...]) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if not _SLUG.fullmatch(slug):
        raise click.BadParameter("must be 1 to 63 of a-z, 0-9 and - (not at the ends)", param_hint="SLUG")
    if not name.strip() or len(name) > 200:
        raise click.BadParameter("must be 1 to 200 characters", param_hint="--name")
    if currency not in CURRENCIES:
        raise click.BadParameter("must be a code of ISO 4217, such as CNY", param_hint="--currency")
    _check_origins(origins)
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter("must be an IANA time zone, such as Asia/Shanghai", param_hint="--timezone") from None


def _check_origins(origins: tuple[str, ...]) -> None:
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise click.BadParameter("must be like https://shop.example.com", param_hint="--origin")


def _origins(row: "MerchantRow") -> tuple[str, ...]:
    found = row.settings.get("origins")
    return tuple(str(origin) for origin in found) if isinstance(found, list | tuple) else ()


async def _rows(settings: Settings) -> "list[MerchantRow]":
    from bot.wiring import open_base
    from storage.merchant_store import every_merchant

    async with open_base(settings, application="merchant") as base:
        return await every_merchant(base.db)


async def _set_origins(settings: Settings, slug: str, origins: tuple[str, ...] | None) -> tuple[str, ...]:
    """The merchant's origins, after those given (if any) were put in the place of the ones before."""
    from bot.wiring import open_base
    from storage.merchant_store import by_slug, save_setting

    async with open_base(settings, application="merchant") as base:
        row = await by_slug(base.db, slug)
        if row is None:
            raise click.ClickException(f"There is no merchant {slug!r}.")
        if origins is None:
            return _origins(row)
        await save_setting(base.db, row.merchant_id, "origins", origins)
        return origins


async def _create(
    settings: Settings, slug: str, name: str, currency: str, timezone: str, origins: tuple[str, ...]
) -> "CreatedMerchant":
    from bot.wiring import open_base
    from storage.merchant_store import SlugTaken, create_merchant

    async with open_base(settings, application="merchant") as base:
        wanted = new_merchant(slug, name, currency, timezone, origins)
        try:
            return await create_merchant(base.db, base.vault, wanted, now=base.clock.now())
        except SlugTaken:
            raise click.ClickException(f"There is a merchant {slug!r} already.") from None


def new_merchant(slug: str, name: str, currency: str, timezone: str, origins: tuple[str, ...] = ()) -> "NewMerchant":
    """A merchant with the policy and offers of config/policy.toml and config/offers.toml."""
    from bot.first_rules import first_rules
    from storage.merchant_store import NewMerchant

    rules = first_rules()
    settings = {"origins": list(origins)}
    return NewMerchant(slug, name.strip(), currency, rules["policy"], rules["offers"], timezone, settings)
