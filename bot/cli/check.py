"""`refundbot check`."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from urllib.parse import quote

import click

from bot.cli.running import run_with
from bot.settings import Settings, SettingsInvalid, load_settings, master_key


@dataclass(frozen=True, slots=True)
class Line:
    """One part, what is wrong with it, and what else there is to say."""

    name: str
    fault: str | None = None
    note: str = ""


@click.command()
def check() -> None:
    """Check settings, database, Redis, gateways, channels, SMS sender, place for evidence, model and Rasa.

    A gateway is asked, signed, for a refund that does not exist: that proves its address and our credentials, and
    moves nothing. Exit code 1 where a line says FAULT.
    """
    try:
        settings = load_settings()
        master_key(settings)
    except (SettingsInvalid, OSError) as error:
        _show(Line("settings", str(error)))
        sys.exit(1)
    _show(Line("settings"))
    faults = run_with(settings, _check(settings))
    sys.exit(1 if faults else 0)


def _show(line: Line) -> None:
    state = f"FAULT: {line.fault}" if line.fault is not None else "ok"
    click.echo(f"{line.name:<16} {state}{f' ({line.note})' if line.note else ''}")


async def _check(settings: Settings) -> int:
    faults = 0
    async for line in _lines(settings):
        _show(line)
        faults += line.fault is not None
    return faults


async def _lines(settings: Settings) -> AsyncIterator[Line]:
    from bot.cli.channel_check import account_lines
    from bot.cli.gateway_check import gateway_lines
    from bot.cli.sms_check import sms_line
    from bot.wiring import open_servers

    async with AsyncExitStack() as stack:
        try:
            addresses = await stack.enter_async_context(open_servers(settings))
        except Exception as error:  # noqa: BLE001 - whatever it is, this command is there to tell it
            yield Line("servers", f"{type(error).__name__}: {error}")
            return
        database = await _database(addresses.database_url, is_embedded=settings.is_embedded)
        yield Line("database", database)
        yield Line("redis", await _redis(addresses.redis_url))
    async for gateway in gateway_lines(settings):
        yield Line(f"gateway {gateway.method}".strip(), gateway.fault, gateway.note)
    if database is None:
        async for account in account_lines(settings):
            yield Line(account.name, account.fault, account.note)
    yield Line("sms", *await sms_line(settings))
    yield Line("evidence", await _evidence(settings))
    if settings.llm.url is not None:
        yield Line("model", await _answers(settings.llm.url.rstrip("/") + "/models", settings.llm.api_key))
    if settings.rasa.url is not None:
        query = "" if settings.rasa.token is None else f"?token={quote(settings.rasa.token)}"
        yield Line("rasa", await _answers(settings.rasa.url.rstrip("/") + "/status" + query))


async def _database(url: str, *, is_embedded: bool) -> str | None:
    from storage.database import open_database
    from storage.migrate import is_behind

    try:
        async with open_database(url, pool_size=2, application="refundbot check") as db:
            if await is_behind(db) and not is_embedded:
                return "behind this version; run `refundbot migrate`"
            return None
    except Exception as error:  # noqa: BLE001 - the same
        return f"{type(error).__name__}: {error}"


async def _redis(url: str) -> str | None:
    from storage.live import open_live

    try:
        async with open_live(url) as live:
            return None if await live.is_alive() else "no answer"
    except Exception as error:  # noqa: BLE001 - the same
        return f"{type(error).__name__}: {error}"


async def _evidence(settings: Settings) -> str | None:
    from bot.evidence_place import open_files
    from storage.attachment_files import FilesUnavailable

    try:
        async with open_files(settings) as files:
            await files.check()
    except FilesUnavailable as error:
        return str(error)
    return None


async def _answers(url: str, key: str | None = None) -> str | None:
    import aiohttp

    try:
        timeout = aiohttp.ClientTimeout(total=5)
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as http, http.get(url) as response:
            return None if response.status == 200 else f"answers {response.status}"
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
