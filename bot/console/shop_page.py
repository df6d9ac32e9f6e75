"""The owner's page: how the chat looks, and when staff are there."""

import re
from collections.abc import Mapping

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.foreign import note
from bot.console.pages import staff_page
from bot.console.sessions import VISIT
from bot.console.texts import console_text
from channels.support_chat.web.theme import (
    CONTRAST_MIN,
    GREETING_LENGTH_MAX,
    LOGO_LENGTH_MAX,
    contrast,
    read_theme,
    theme_document,
)
from dialogs.hours import DAYS, hours_document, read_hours
from refund_core.authority import Role
from refund_core.errors import SettingsInvalid
from storage import merchant_store

Typed = Mapping[str, str]
_TYPED_LENGTH_MAX = 4_000
_BETWEEN = re.compile(r"[\s,，、;；]+")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LOOK = ("colour", "text_colour", "position", "logo", "greeting_zh", "greeting_en")
_HOURS = ("timezone", "closed", *DAYS)


async def show_shop(request: web.Request) -> web.Response:
    """The page with what is in force."""
    if (refused := await _refusal(request)) is not None:
        return refused
    row = await merchant_store.by_id(request.app[CONSOLE].db, request[VISIT].session.merchant_id)
    settings = row.settings if row is not None else {}
    notice = None
    if "saved" in request.query:
        notice = {"kind": "good", "text": console_text(request[VISIT].locale, "shop.saved")}
    return await _page(request, _look_typed(settings.get("widget")), _hours_typed(settings.get("hours")), notice=notice)


async def save_look(request: web.Request) -> web.StreamResponse:
    """Put another look in force, or show what of it cannot be."""
    if (refused := await _refusal(request)) is not None:
        return refused
    typed = await _typed(request, _LOOK)
    plain = {name: typed[name] for name in ("colour", "text_colour", "position", "logo")}
    greeting = {"zh-CN": typed["greeting_zh"], "en": typed["greeting_en"]}
    try:
        theme = read_theme({**plain, "greeting": greeting})
    except SettingsInvalid as error:
        return await _refused(request, error, look=typed)
    return await _save(request, "widget", theme_document(theme))


async def save_hours(request: web.Request) -> web.StreamResponse:
    """Put other hours in force, or show what of them cannot be."""
    if (refused := await _refusal(request)) is not None:
        return refused
    typed = await _typed(request, _HOURS)
    week = {day: _parts(typed[day]) for day in DAYS}
    document = {"timezone": typed["timezone"] or None, "week": week, "closed": _parts(typed["closed"])}
    merchant = await request.app[CONSOLE].merchants.by_id(request[VISIT].session.merchant_id)
    try:
        hours = read_hours(document, merchant.timezone)
    except SettingsInvalid as error:
        return await _refused(request, error, hours=typed)
    return await _save(request, "hours", hours_document(hours))


async def _refusal(request: web.Request) -> web.Response | None:
    if request[VISIT].session.role == Role.OWNER:
        return None
    return await staff_page(request, "error.html", 403, key="error.owner")


async def _save(request: web.Request, name: str, value: object) -> web.Response:
    console, merchant_id = request.app[CONSOLE], request[VISIT].session.merchant_id
    await merchant_store.save_setting(console.db, merchant_id, name, value)
    console.merchants.forget(merchant_id)
    await note(request, "setting_changed", name=name)
    return web.Response(status=303, headers={"Location": "/desk/shop?saved=1"})


async def _refused(
    request: web.Request, error: SettingsInvalid, *, look: Typed | None = None, hours: Typed | None = None
) -> web.Response:
    """The page again with what was typed, and every bad value's name."""
    row = await merchant_store.by_id(request.app[CONSOLE].db, request[VISIT].session.merchant_id)
    settings = row.settings if row is not None else {}
    locale = request[VISIT].locale
    said = dict.fromkeys(_problem_words(locale, name, look or {}) for name, _ in error.problems)
    notice = {"kind": "error", "text": " ".join(said)}
    look = look or _look_typed(settings.get("widget"))
    hours = hours or _hours_typed(settings.get("hours"))
    return await _page(request, look, hours, notice=notice, status=422)


async def _page(
    request: web.Request, look: Typed, hours: Typed, *, notice: dict[str, str] | None, status: int = 200
) -> web.Response:
    return await staff_page(
        request, "shop.html", status, here="shop", look=look, hours=hours, days=DAYS, notice=notice,
        logo_length_max=LOGO_LENGTH_MAX, greeting_length_max=GREETING_LENGTH_MAX,
    )  # fmt: skip


def _problem_words(locale: str, name: str, look: Typed) -> str:
    """What is wrong, in the language of whoever reads it."""
    root, _, rest = name.partition(".")
    root = root.partition("[")[0]
    day = rest.partition("[")[0]
    if root == "week":
        return console_text(locale, "bad_setting.week", day=console_text(locale, f"weekday.{day}"))
    colours = look.get("colour", ""), look.get("text_colour", "")
    if root == "text_colour" and all(map(_COLOUR.fullmatch, colours)):
        found = f"{contrast(*colours):.2f}"
        return console_text(locale, "bad_setting.contrast", found=found, needed=CONTRAST_MIN)
    limits = {"logo": LOGO_LENGTH_MAX, "greeting": GREETING_LENGTH_MAX}
    return console_text(locale, f"bad_setting.{root}", limit=limits.get(root, 0))


async def _typed(request: web.Request, names: tuple[str, ...]) -> Typed:
    form = await request.post()
    return {name: str(form.get(name, "")).replace("\x00", "").strip()[:_TYPED_LENGTH_MAX] for name in names}


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text.replace("–", "-").replace("：", ":")) if part]


def _look_typed(stored: object) -> Typed:
    theme = read_theme(stored if isinstance(stored, dict) else {})
    return {
        "colour": theme.colour,
        "text_colour": theme.text_colour,
        "position": theme.position,
        "logo": theme.logo or "",
        "greeting_zh": theme.greeting.get("zh-CN", ""),
        "greeting_en": theme.greeting.get("en", ""),
    }


def _hours_typed(stored: object) -> Typed:
    document = stored if isinstance(stored, dict) else {}
    week = document.get("week") or {}
    return {
        "timezone": document.get("timezone") or "",
        "closed": ", ".join(document.get("closed") or ()),
        **{day: ", ".join(week.get(day, ())) for day in DAYS},
    }
