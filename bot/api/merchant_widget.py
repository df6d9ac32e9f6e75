"""How the merchant's chat looks and when its staff are there, in the merchants' API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

from bot.api.errors import Fault, Problem
from bot.api.http import answer, decoded, read_body
from bot.api.services import SERVICES
from bot.merchants import KnownMerchant
from channels.support_chat.web.theme import Theme, contrast, read_theme, theme_document
from dialogs.hours import StaffHours, hours_document, hours_words, read_hours
from refund_core.errors import SettingsInvalid
from storage import merchant_store


class WidgetRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The look of the chat; what is left out is as it was delivered.

    colour and text_colour are #rrggbb with a contrast of at least 4.5; position is right or left; logo has up to 4
    characters; greeting by language (zh-CN, en) up to 120 each.
    """

    colour: Any = None
    text_colour: Any = None
    position: Any = None
    logo: Any = None
    greeting: Any = None


class WidgetView(msgspec.Struct, frozen=True):
    """The look of the chat, and the contrast of its two colours."""

    colour: str
    text_colour: str
    position: str
    logo: str | None
    greeting: dict[str, str]
    contrast: float


class HoursRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When staff are there: week by day (mon to sun), each a list of spans such as "09:00-18:00"; closed are days off.

    Without a timezone it is the merchant's. A week without any span takes the hours off the record.
    """

    timezone: Any = None
    week: Any = None
    closed: Any = None


class HoursView(msgspec.Struct, frozen=True):
    """The hours on record; is_open and opens_at are of now, words is how customers read them."""

    timezone: str | None
    week: dict[str, list[str]]
    closed: list[str]
    is_open: bool
    opens_at: datetime | None
    words: dict[str, str]


async def get_widget(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /widget."""
    return answer(_widget_view(read_theme(await stored_setting(request, merchant, "widget"))))


async def put_widget(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """PUT /widget: the whole look; every bad value is named, and then nothing changes."""
    wanted = msgspec.to_builtins(await _body(request, WidgetRequest))
    try:
        theme = read_theme(wanted)
    except SettingsInvalid as error:
        raise settings_problem(error) from None
    await save_own(request, merchant, "widget", theme_document(theme))
    return answer(_widget_view(theme))


async def get_hours(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /hours."""
    stored = await stored_setting(request, merchant, "hours")
    return answer(_hours_view(request, read_hours(stored, merchant.row.timezone)))


async def put_hours(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """PUT /hours: the whole week; every bad value is named, and then nothing changes."""
    wanted = msgspec.to_builtins(await _body(request, HoursRequest))
    try:
        hours = read_hours(wanted, merchant.row.timezone)
    except SettingsInvalid as error:
        raise settings_problem(error) from None
    await save_own(request, merchant, "hours", hours_document(hours))
    return answer(_hours_view(request, hours))


def settings_problem(error: SettingsInvalid) -> Problem:
    """422 with every bad value's name."""
    faults = [Fault(name, "not_understood", reason) for name, reason in error.problems]
    return Problem(422, "not-understood", str(error), errors=faults)


async def _body(request: web.Request, kind: type[WidgetRequest | HoursRequest]) -> WidgetRequest | HoursRequest:
    return decoded(await read_body(request, request.app[SERVICES].settings.api.body_bytes_max), kind)


async def stored_setting(request: web.Request, merchant: KnownMerchant, name: str) -> Mapping[str, object]:
    """As it is in the database now; what is known of merchants may be seconds old."""
    row = await merchant_store.by_id(request.app[SERVICES].db, merchant.merchant_id)
    value = row.settings.get(name) if row is not None else None
    return value if isinstance(value, dict) else {}


async def save_own(request: web.Request, merchant: KnownMerchant, name: str, value: object) -> None:
    """Put one of the merchant's settings in the place of the one on record."""
    services = request.app[SERVICES]
    await merchant_store.save_setting(services.db, merchant.merchant_id, name, value)
    services.merchants.forget(merchant.merchant_id)


def _widget_view(theme: Theme) -> WidgetView:
    found = round(contrast(theme.colour, theme.text_colour), 2)
    greeting = {str(locale): text for locale, text in theme.greeting.items()}
    return WidgetView(theme.colour, theme.text_colour, theme.position, theme.logo, greeting, found)


def _hours_view(request: web.Request, hours: StaffHours | None) -> HoursView:
    now = request.app[SERVICES].clock.now()
    stored = msgspec.convert(hours_document(hours), _StoredHours)
    if hours is None:
        return HoursView(None, {}, [], is_open=True, opens_at=None, words={})
    words = {"zh-CN": hours_words(hours, "zh-CN"), "en": hours_words(hours, "en")}
    return HoursView(stored.timezone, stored.week, stored.closed, hours.is_open(now), hours.opens_at(now), words)


class _StoredHours(msgspec.Struct, frozen=True):
    """The document of the hours."""

    timezone: str | None
    week: dict[str, list[str]]
    closed: list[str]
