"""What every command shares: settings with a clear refusal, one event loop, and errors in words instead of traces."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from typing import Any, TypeVar

import click

from bot.settings import Settings, SettingsInvalid, load_settings

Result = TypeVar("Result")


def settings_or_exit() -> Settings:
    """The settings, or the end of the command with the name of the wrong one."""
    try:
        return load_settings()
    except SettingsInvalid as error:
        raise click.ClickException(f"Wrong setting: {error}") from None


def needs_rasa() -> None:
    """The end of the command where the extra is not installed."""
    if find_spec("rasa_sdk") is None:
        raise click.ClickException("rasa-sdk is missing: pip install 'refundbot[rasa]'")


def run(work: Callable[[Settings], Coroutine[Any, Any, Result]]) -> Result:
    """Run a command's work in an event loop of its own."""
    settings = settings_or_exit()
    return run_with(settings, work(settings))


def run_with(settings: Settings, work: Coroutine[Any, Any, Result]) -> Result:
    """Run it with settings that are already there; what the user can do something about is told in one line."""
    from bot.listening import CannotListen
    from bot.logs import start_logs
    from bot.sandbox_child import SandboxDidNotStart
    from bot.wiring import DatabaseBehind
    from storage.embedded_programs import EmbeddedServerFailedError
    from storage.errors import DatabaseRefused

    start_logs(settings.log_level)
    try:
        return _loop_runner()(work)
    except SettingsInvalid as error:
        raise click.ClickException(f"Wrong setting: {error}") from None
    except DatabaseBehind:
        raise click.ClickException("The database is behind this version; run `refundbot migrate` first.") from None
    except DatabaseRefused as error:
        raise click.ClickException(f"PostgreSQL refuses the connection: {error}") from None
    except EmbeddedServerFailedError as error:
        raise click.ClickException(f"An embedded server did not start: {error}") from None
    except CannotListen as error:
        raise click.ClickException(str(error)) from None
    except SandboxDidNotStart:
        raise click.ClickException("The sandbox payment gateway did not start; its reason stands above.") from None
    except OSError as error:
        raise click.ClickException(f"{type(error).__name__}: {error}") from None
    except KeyboardInterrupt:
        sys.exit(130)


def _loop_runner() -> Callable[[Coroutine[Any, Any, Result]], Result]:
    if sys.platform == "win32":
        return asyncio.run
    import uvloop

    return uvloop.run
