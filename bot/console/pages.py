"""Rendering: one template environment, and the small words and numbers that every page uses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.sessions import VISIT, locale_of
from bot.console.texts import console_text
from dialogs.messages import Locale
from dialogs.texts.money import format_money
from refund_core.authority import MAY_SEE_REPORTS, Role
from refund_core.money import Money

_HERE = Path(__file__).parent
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def static_folder() -> Path:
    """Where the desk's style sheet and script are."""
    return _HERE / "static"


async def staff_page(request: web.Request, template: str, status: int = 200, /, **values: object) -> web.Response:
    """A page or part of one for the member of staff who asked."""
    visit = request[VISIT]
    merchant = await request.app[CONSOLE].merchants.by_id(visit.session.merchant_id)
    common: dict[str, object] = {
        "staff": visit.session,
        "merchant": merchant,
        "csrf": visit.session.csrf,
        "sees_reports": Role(visit.session.role) in MAY_SEE_REPORTS,
        "notice": None,
        "here": "",
        **_clock_words(request.app[CONSOLE].clock.now(), merchant.timezone, visit.locale),
    }
    return _answer(template, visit.locale, status, common | values)


def open_page(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """A page for somebody who has not logged in."""
    common: dict[str, object] = {"staff": None, "notice": None, "here": ""}
    return _answer(template, locale_of(request), status, common | values)


def refusal(request: web.Request, status: int, key: str, **values: object) -> web.Response:
    """One sentence that says what to do, for the line above the form that was sent."""
    return web.Response(status=status, text=console_text(locale_of(request), key, **values), headers=SECURITY)


def _answer(template: str, locale: Locale, status: int, values: dict[str, object]) -> web.Response:
    words = {
        "t": partial(console_text, locale),
        "locale": locale,
        "other_locale": "en" if locale == "zh-CN" else "zh-CN",
        "short": short_number,
        "money": lambda minor, currency: format_money(Money(minor, currency), locale),
    }
    html = _environment.get_template(template).render(words | values)
    return web.Response(text=html, status=status, content_type="text/html", headers=SECURITY)


def short_number(public_number: str) -> str:
    """The first letters of a long public number: enough to tell cases apart in a list."""
    return public_number if len(public_number) <= 12 else public_number[:11] + "…"


def _clock_words(now: datetime, timezone: str, locale: Locale) -> dict[str, Callable[[datetime], str]]:
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()

    def when(moment: datetime) -> str:
        local = moment.astimezone(zone)
        if local.date() == today:
            return f"{local:%H:%M}"
        day = f"{local.month}月{local.day}日" if locale == "zh-CN" else f"{local:%b} {local.day}"
        return f"{day} {local:%H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"

    return {"when": when, "ago": lambda moment: ago(now - moment, locale)}


def ago(passed: timedelta, locale: Locale) -> str:
    """How long somebody has waited, in one unit; desk.js goes on counting from there."""
    seconds = max(0, int(passed.total_seconds()))
    words = ("秒", "分", "小时", "天") if locale == "zh-CN" else ("s", "min", "h", "d")
    for limit, size, word in ((60, 1, 0), (3_600, 60, 1), (172_800, 3_600, 2)):
        if seconds < limit:
            return f"{seconds // size} {words[word]}"
    return f"{seconds // 86_400} {words[3]}"
