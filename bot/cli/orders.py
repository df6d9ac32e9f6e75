"""`refundbot orders`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.running import run_with, settings_or_exit
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.cli.order_import import Imported


@click.group()
def orders() -> None:
    """Orders of a merchant."""


@orders.command(name="import")
@click.argument("slug")
@click.argument("file")
@click.option(
    "--rebase-to",
    metavar="ISO-TIME",
    help="Move every time in the file so that the newest placed_at becomes this instant; `now` is taken too.",
)
@click.option("--rejected", metavar="FILE", help="Where bad lines are reported, in place of FILE.rejected.jsonl.")
def import_orders(slug: str, file: str, rebase_to: str | None, rejected: str | None) -> None:
    """Import the orders in FILE (JSON Lines, plain, .gz, .zst, or - for standard input) for the merchant SLUG.

    An order whose order_no is known is updated. A bad line is reported with its number and reason in
    FILE.rejected.jsonl (those of standard input in the data folder's stdin.rejected.jsonl) and the rest goes in; then
    the exit code is 1.
    """
    newest = _newest(rebase_to)
    if file != "-" and not Path(file).is_file():
        reason = "is no file; pipe it in and name it -" if Path(file).exists() else "does not exist"
        raise click.ClickException(f"{file!r} {reason}.")
    settings = settings_or_exit()
    usual = settings.data_dir / "stdin.rejected.jsonl" if file == "-" else Path(f"{file}.rejected.jsonl")
    notes = Path(rejected) if rejected else usual
    imported = run_with(settings, _import(settings, slug, file, newest, notes))
    counts = imported.progress
    click.echo(
        f"{counts.created} created, {counts.updated} updated, {counts.unchanged} unchanged,"
        f" {counts.rejected} rejected in {imported.seconds:.1f} s ({imported.per_second:,.0f} orders/s)"
    )
    if counts.rejected:
        click.echo(f"See {imported.rejected_file}", err=True)
        sys.exit(1)


def _newest(text: str | None) -> datetime | None:
    if text is None:
        return None
    if text == "now":
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise click.BadParameter("must be like 2026-11-01T10:00:00+08:00, or now", param_hint="--rebase-to")
    return instant


async def _import(settings: Settings, slug: str, name: str, newest: datetime | None, notes: Path) -> "Imported":
    from bot.cli.order_import import import_file
    from bot.wiring import open_base
    from connectors.orders.pushed.lines import FileUnreadable
    from storage import merchant_store

    async with open_base(settings, application="orders import") as base:
        row = await merchant_store.by_slug(base.db, slug)
        if row is None:
            raise click.ClickException(f"There is no merchant {slug!r}.")
        try:
            return await import_file(base, row.merchant_id, name, notes, rebase_to=newest)
        except FileUnreadable as error:
            raise click.ClickException(f"The file cannot be read: {error}") from None
