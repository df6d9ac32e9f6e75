"""A Rasa model's reading as the turn loop uses it: its connections, and what came of each question."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from prometheus_client import Counter

from bot.rasa_settings import RasaSettings
from dialogs.nlu.remote import RasaNlu, RasaOptions
from dialogs.understanding import Nlu

CALLS_AT_ONCE_MAX = 16
_READINGS = Counter(
    "refundbot_rasa_readings", "Messages that a Rasa server was to read, by what came of it.", ["outcome"]
)


@asynccontextmanager
async def open_rasa_reading(settings: RasaSettings) -> AsyncIterator[Nlu | None]:
    """The Rasa server that the settings name; None where they name none."""
    if settings.url is None:
        yield None
        return
    connector = aiohttp.TCPConnector(limit=CALLS_AT_ONCE_MAX)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        options = RasaOptions(settings.url, settings.token, settings.seconds, settings.rest_seconds)
        yield RasaNlu(options, http, note=lambda outcome: _READINGS.labels(outcome).inc())
