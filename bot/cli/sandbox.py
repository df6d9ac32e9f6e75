"""`refundbot sandbox`."""

import asyncio
import os
import signal
import sys

import click

from bot.cli.running import run_with, settings_or_exit
from bot.settings import Settings


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=None, help="Where to listen; 0 takes a free port.")
@click.option("--settle-seconds", type=float, default=1.0, show_default=True, help="How long a refund takes there.")
@click.option("--until-stdin-ends", is_flag=True, hidden=True, help="End when standard input ends (used by serve).")
def sandbox(port: int | None, settle_seconds: float, until_stdin_ends: bool) -> None:
    """Run the sandbox payment gateway and SMS sender, a server with its own ledger and outbox under the data directory.

    Prints its address. Give that to the servers as REFUNDBOT_SANDBOX__URL; they share REFUNDBOT_SECRET_KEY (or the
    data directory), from which the gateway's own secret derives.
    """
    settings = settings_or_exit()
    run_with(
        settings, _run(settings, settings.sandbox.port if port is None else port, settle_seconds, until_stdin_ends)
    )


async def _run(settings: Settings, port: int, settle_seconds: float, until_stdin_ends: bool) -> None:
    from bot.listening import AddressSettings, told_port
    from bot.settings import master_key
    from bot.wiring import SANDBOX_SECRET
    from bot.working import sandbox_folder
    from connectors.payments.sandbox.server import SandboxServer, run_sandbox
    from connectors.sms.sandbox.server import PREFIX, sms_sandbox_app
    from storage.crypto import Vault

    secret = Vault(master_key(settings)).derive(SANDBOX_SECRET)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if until_stdin_ends:
        loop.add_reader(sys.stdin.fileno(), _stop_at_end, stop)
    server = SandboxServer(secret, sandbox_folder(settings), settings.host, port, settle_seconds)
    beside = {PREFIX: sms_sandbox_app(secret, server.folder)}
    with told_port(settings.host, port, AddressSettings(port="REFUNDBOT_SANDBOX__PORT")):
        await run_sandbox(server, beside, ready=click.echo, stop=stop)


def _stop_at_end(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1_024):
        stop.set()
