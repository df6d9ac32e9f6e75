"""`refundbot work`."""

import click

from bot.cli.running import run_with, settings_or_exit


@click.command()
def work() -> None:
    """Do the background work alone: outbox, polling of refunds, due dates. Any number of these may run.

    `refundbot serve` does the same work unless REFUNDBOT_WORK__IS_ON is false.
    """
    from bot.serving import work as work_until_stopped

    settings = settings_or_exit()
    run_with(settings, work_until_stopped(settings, ready=lambda names: click.echo(f"Working: {names}")))
