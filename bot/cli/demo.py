"""`refundbot demo`."""

import sys
from collections.abc import Sequence
from shutil import which
from typing import TYPE_CHECKING

import click

from bot.cli.running import run_with, settings_or_exit

if TYPE_CHECKING:
    from bot.demo.shop import MadeLogin
    from bot.wiring import Base


@click.command()
def demo() -> None:
    """Serve a made-up shop with about forty orders, three customers and a desk, and print where to open them.

    Everything is kept under REFUNDBOT_DATA_DIR (./var); the next start goes on where this one ended. Ctrl-C ends
    everything that was started.
    """
    from bot.demo.pages import add_demo_pages
    from bot.demo.shop import make_demo_shop
    from bot.serving import serve

    settings = settings_or_exit()
    if not settings.is_embedded:
        raise click.ClickException("The demo runs on the embedded database only; unset REFUNDBOT_DATABASE_URL.")
    logins: list[MadeLogin] = []

    async def prepare(base: "Base") -> None:
        logins.extend(await make_demo_shop(base))

    run_with(
        settings,
        serve(settings, ready=lambda url: _tell(url, logins), prepare=prepare, add_pages=add_demo_pages),
    )


def _tell(url: str, logins: Sequence["MadeLogin"]) -> None:
    from bot.demo.orders import SHOPPERS
    from bot.demo.shop import PEOPLE, SLUG

    click.echo(f"\nThe demo shop is open at {url}/demo\n")
    for shopper in SHOPPERS:
        click.echo(f"  chat as {shopper.name:<12} {url}/demo/{shopper.external_id}   {shopper.about}")
    click.echo(f"  chat, not signed in  {url}/chat/{SLUG}   what comes to phones: {url}/demo/sms")
    click.echo(f"  desk                 {url}/desk/login?shop={SLUG}   shop: {SLUG}")
    made = {login.login: login.password for login in logins}
    for login, _, role in PEOPLE:
        shown = made.get(login, f"as first printed (`{_called()} staff password {SLUG} {login}` makes a new one)")
        click.echo(f"    log-in {login:<6} ({role})  password: {shown}")
    click.echo("\nCtrl-C ends it; what happened is kept.\n")


def _called() -> str:
    """This command as the reader can type it: after `make run` it is on no path."""
    return "refundbot" if which("refundbot") or not sys.argv[0].endswith("refundbot") else sys.argv[0]
