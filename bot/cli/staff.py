"""`refundbot staff`."""

import secrets
import sys

import click
import msgspec

from bot.cli.running import run_with, settings_or_exit
from bot.settings import Settings

_PASSWORD_BYTES = 12


@click.group()
def staff() -> None:
    """People at the desk: give them a log-in, list them, renew a password."""


@staff.command(name="list")
@click.argument("slug")
@click.option("--json", "is_json", is_flag=True, help='Print a line {"login", "name", "role", "is_active"} for each.')
def list_staff(slug: str, *, is_json: bool) -> None:
    """The people of the merchant SLUG."""
    settings = settings_or_exit()
    people = run_with(settings, _people(settings, slug))
    for login, name, role, is_active in people:
        if is_json:
            about = {"login": login, "name": name, "role": role, "is_active": is_active}
            click.echo(msgspec.json.encode(about).decode())
        else:
            click.echo("  ".join((login, name, role, *(() if is_active else ("(may not log in)",)))))
    if not people and not is_json:
        click.echo(f"Nobody has a log-in yet: `refundbot staff create {slug} LOGIN --name …`.")


@staff.command()
@click.argument("slug")
@click.argument("login")
@click.option("--name", required=True, help="How consumers and colleagues see them.")
@click.option("--role", type=click.Choice(["agent", "lead", "finance", "owner"]), default="agent", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
@click.option("--json", "is_json", is_flag=True, help='Print {"login", "password"}.')
def create(slug: str, login: str, name: str, role: str, password_stdin: bool, is_json: bool) -> None:
    """Give a person of the merchant SLUG a log-in at the desk; the password is made at random and printed once."""
    settings = settings_or_exit()
    password = sys.stdin.readline().strip() if password_stdin else new_password()
    run_with(settings, _create(settings, slug, login, name, role, password))
    if is_json:
        click.echo(msgspec.json.encode({"login": login, "password": password}).decode())
        return
    shown = "(as given)" if password_stdin else password
    click.echo(f"Log-in    {login}\nPassword  {shown}\nDesk      {settings.url}/desk?shop={slug}")


@staff.command()
@click.argument("slug")
@click.argument("login")
@click.option("--json", "is_json", is_flag=True, help='Print {"login", "password"}.')
def password(slug: str, login: str, is_json: bool) -> None:
    """Give LOGIN a new random password, print it once, and end every session of theirs."""
    settings = settings_or_exit()
    fresh = new_password()
    run_with(settings, _change(settings, slug, login, fresh))
    if is_json:
        click.echo(msgspec.json.encode({"login": login, "password": fresh}).decode())
        return
    click.echo(f"Log-in    {login}\nPassword  {fresh}")


def new_password() -> str:
    """A password that nobody guesses."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


async def _people(settings: Settings, slug: str) -> list[tuple[str, str, str, bool]]:
    from bot.wiring import open_base
    from storage import merchant_store
    from storage.staff_store import staff_of

    async with open_base(settings, application="staff") as base:
        row = await merchant_store.by_slug(base.db, slug)
        if row is None:
            raise click.ClickException(f"There is no merchant {slug!r}.")
        return await staff_of(base.db, row.merchant_id)


async def _create(settings: Settings, slug: str, login: str, name: str, role: str, password: str) -> None:
    from bot.passwords import PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, hash_password
    from bot.wiring import open_base
    from storage import merchant_store
    from storage.staff_store import NewStaff, add_staff

    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise click.ClickException(f"A password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters.")
    async with open_base(settings, application="staff") as base:
        row = await merchant_store.by_slug(base.db, slug)
        if row is None:
            raise click.ClickException(f"There is no merchant {slug!r}.")
        wanted = NewStaff(login, name, role, await hash_password(password))
        if not await add_staff(base.db, row.merchant_id, wanted):
            raise click.ClickException(f"There is a log-in {login!r} already.")


async def _change(settings: Settings, slug: str, login: str, fresh: str) -> None:
    from bot.passwords import hash_password
    from bot.wiring import open_base
    from storage import merchant_store
    from storage.staff_store import set_password

    async with open_base(settings, application="staff") as base:
        row = await merchant_store.by_slug(base.db, slug)
        if row is None:
            raise click.ClickException(f"There is no merchant {slug!r}.")
        if not await set_password(base.db, row.merchant_id, login, await hash_password(fresh)):
            raise click.ClickException(f"There is no log-in {login!r}.")
