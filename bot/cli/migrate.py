"""`refundbot migrate`."""

import click

from bot.cli.running import run
from bot.settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database to this version.

    Safe to run twice, from several machines at once, and while older processes run.
    """
    applied = run(_migrate)
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("The database is at this version.")


async def _migrate(settings: Settings) -> tuple[str, ...]:
    from bot.wiring import open_servers
    from storage.database import open_database
    from storage.migrate import migrate as migrate_database

    async with (
        open_servers(settings) as addresses,
        open_database(addresses.database_url, pool_size=2, application="refundbot migrate") as db,
    ):
        return await migrate_database(db)
