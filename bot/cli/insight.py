"""`refundbot insight` and `refundbot nlu-review`: what can be learnt from the talks of a merchant."""

from typing import TYPE_CHECKING

import click
import msgspec

from bot.cli.running import run_with, settings_or_exit
from bot.settings import Settings

if TYPE_CHECKING:
    from uuid import UUID

    from bot.insight import TalkReport
    from bot.nlu_rows import ReviewRow
    from bot.wiring import Base

_DAYS = click.option("--days", type=click.IntRange(1, 3_650), default=30, show_default=True, help="How far back.")


@click.command()
@click.argument("slug")
@_DAYS
@click.option("--limit", type=click.IntRange(0, 10_000), default=100, show_default=True, help="Talks listed in JSON.")
@click.option("--json", "is_json", is_flag=True, help="Print the sums and the newest talks as one JSON object.")
def insight(slug: str, days: int, limit: int, is_json: bool) -> None:
    """How the talks of SLUG ended: outcome, turns, misses, corrections, reason stated and reason found.

    A talk ends when the request is off the customer's hands, a person takes over, or after a day of silence.
    """
    settings = settings_or_exit()
    report = run_with(settings, _report(settings, slug, days=days, limit=limit))
    if is_json:
        click.echo(msgspec.json.encode(report).decode())
        return
    click.echo(f"{report.talks} talks in {days} days" + ("" if report.is_whole else " (the newest; there were more)"))
    if report.outcomes:
        click.echo(f"\n{'outcome':14} {'talks':>6} {'turns (median)':>15} {'misses':>7} {'corrections':>12}")
    for row in report.outcomes:
        click.echo(f"{row.outcome:14} {row.talks:6} {row.turns_median:15g} {row.misses:7} {row.repairs:12}")
    if report.reasons:
        click.echo(f"\n{'reason stated':18} {'reason found':18} {'talks':>6}")
    for pair in report.reasons:
        click.echo(f"{pair.stated or '-':18} {pair.found or '-':18} {pair.talks:6}")


@click.command("nlu-review")
@click.argument("slug")
@_DAYS
@click.option("--limit", type=click.IntRange(1, 100_000), default=1_000, show_default=True, help="Messages looked at.")
@click.option("--json", "is_json", is_flag=True, help="Print rows for `refundbot nlu-eval`, one JSON object a line.")
def nlu_review(slug: str, days: int, limit: int, is_json: bool) -> None:
    """Messages to SLUG that were read unsurely or taken back, masked, ready to be labelled and added to training.

    Prints Rasa NLU YAML under the intents that were read: move what is wrong, then add it to dialogs/nlu/training.
    """
    from bot.nlu_rows import as_training

    settings = settings_or_exit()
    rows = run_with(settings, _rows(settings, slug, days=days, limit=limit))
    lines = (msgspec.json.encode(row).decode() for row in rows) if is_json else as_training(rows)
    for line in lines:
        click.echo(line)


async def _report(settings: Settings, slug: str, *, days: int, limit: int) -> "TalkReport":
    from bot.insight import talk_report
    from bot.wiring import open_base

    async with open_base(settings, application="insight") as base:
        merchant_id = await _merchant(base, slug)
        return await talk_report(base.db, merchant_id, days=days, now=base.clock.now(), shown_max=limit)


async def _rows(settings: Settings, slug: str, *, days: int, limit: int) -> "list[ReviewRow]":
    from datetime import timedelta

    from bot.nlu_rows import review_rows
    from bot.wiring import open_base
    from storage.insight_store import load_doubtful

    async with open_base(settings, application="nlu-review") as base:
        merchant_id = await _merchant(base, slug)
        since = base.clock.now() - timedelta(days=days)
        return review_rows(await load_doubtful(base.db, merchant_id, since=since, limit=limit))


async def _merchant(base: "Base", slug: str) -> "UUID":
    from storage import merchant_store

    row = await merchant_store.by_slug(base.db, slug)
    if row is None:
        raise click.ClickException(f"There is no merchant {slug!r}.")
    return row.merchant_id
