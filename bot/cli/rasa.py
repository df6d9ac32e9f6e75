"""`refundbot rasa`."""

from pathlib import Path

import click

from bot.cli.running import needs_rasa


@click.group()
def rasa() -> None:
    """The dialog as a Rasa project."""


@rasa.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--actions-url", help="Where Rasa reaches `refundbot actions`, if not on the same machine.")
def export(directory: Path, force: bool, actions_url: str | None) -> None:
    """Write a complete Rasa Open Source 3.6 project into DIR: config, domain, NLU, rules, endpoints, credentials.

    It is made from the dialog itself and is the same each time. Train it with `rasa train`, serve its actions with
    `refundbot actions`.
    """
    needs_rasa()
    from dialogs.rasa.project import ACTIONS_URL, project_files

    if directory.is_dir() and any(directory.iterdir()) and not force:
        raise click.ClickException(f"{directory} is not empty; name another folder, or give --force.")
    for name, text in project_files(actions_url or ACTIONS_URL).items():
        path = directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
        click.echo(path)
