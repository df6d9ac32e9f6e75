"""`refundbot actions`."""

import asyncio
from collections.abc import Callable

import click
import msgspec

from bot.cli.running import needs_rasa, run_with, settings_or_exit
from bot.settings import Settings


@click.command()
@click.option("--host", envvar="SANIC_HOST", show_envvar=True, help="Where to listen instead of the set host.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Instead of the set port; 0 takes a free one.")
@click.option("--merchant", metavar="SLUG", help="Whose assistant calls; needed where there are several merchants.")
def actions(host: str | None, port: int | None, merchant: str | None) -> None:
    """Serve the actions that a Rasa assistant calls: POST /webhook, GET /actions, GET /health.

    They talk to the same dialog as every other channel. What they start (payouts, notices) is done by `refundbot serve`
    or `refundbot work`. Settings: REFUNDBOT_ACTIONS__….
    """
    needs_rasa()
    settings = settings_or_exit()
    given = {name: it for name, it in (("host", host), ("port", port), ("merchant", merchant)) if it is not None}
    settings = msgspec.structs.replace(settings, actions=msgspec.structs.replace(settings.actions, **given))
    run_with(settings, _serve(settings, ready=lambda url: click.echo(f"Actions at {url}")))


async def _serve(settings: Settings, *, ready: Callable[[str], None]) -> None:
    from bot.acting import check_reach, open_rasa_talk
    from bot.listening import AddressSettings, listen
    from bot.serving import stop_at_signals
    from bot.wiring import open_base
    from dialogs.rasa.server import action_server

    wanted = settings.actions
    check_reach(wanted)
    stop: asyncio.Event = stop_at_signals()
    listening = listen(wanted.host, wanted.port, AddressSettings("REFUNDBOT_ACTIONS__HOST", "REFUNDBOT_ACTIONS__PORT"))
    host, port = listening.getsockname()[:2]
    async with (
        open_base(settings, application="actions") as base,
        open_rasa_talk(base) as talk,
        action_server(talk, listening, token=wanted.token),
    ):
        ready(f"http://{host}:{port}")
        await stop.wait()
