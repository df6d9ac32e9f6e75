"""`refundbot books`."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
import msgspec

from bot.cli.running import run_with, settings_or_exit
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.book_store import Finding


@click.group()
def books() -> None:
    """The money books of a merchant."""


@books.command()
@click.argument("slug")
@click.option("--json", "is_json", is_flag=True, help='Print {"findings": [{"invariant", "about", "detail"}]}.')
def verify(slug: str, is_json: bool) -> None:
    """Replay every invariant of the money books; print the first broken one and exit 1.

    Also checks that no row of the audit trail was changed, lost or moved. Changes nothing.
    """
    settings = settings_or_exit()
    findings = run_with(settings, _verify(settings, slug))
    if is_json:
        click.echo(msgspec.json.encode({"findings": findings}).decode())
    elif findings:
        first = findings[0]
        click.echo(f"Broken: invariant {first.invariant}, {first.about}: {first.detail} ({len(findings)} in all)")
    else:
        click.echo(f"The books of {slug} are right.")
    if findings:
        sys.exit(1)


async def _verify(settings: Settings, slug: str) -> "Sequence[Finding]":
    from bot.wiring import open_base
    from storage import merchant_store
    from storage.audit_store import first_bad_row
    from storage.book_store import Finding, verify_books

    async with open_base(settings, application="books verify") as base:
        row = await merchant_store.by_slug(base.db, slug)
        if row is None:
            raise click.ClickException(f"There is no merchant {slug!r}.")
        findings = list(await verify_books(base.db, row.merchant_id))
        bad = await first_bad_row(base.db, row.merchant_id)
        if bad is not None:
            findings.append(Finding(0, f"audit row {bad}", "it was changed, lost or moved"))
        return findings
