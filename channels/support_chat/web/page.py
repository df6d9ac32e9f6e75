"""The chat's page and loader with a merchant's words and colours put in, so that no value can end its place; pure."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from channels.support_chat.web.theme import Theme, style_of
from dialogs.hours import StaffHours, hours_words

_CONFIG_MARK, _STYLE_MARK, _WIDGET_MARK = "{{config}}", "{{style}}", '"{{widget}}"'
_CHANGES = 20


@dataclass(frozen=True, slots=True)
class FilledPage:
    """The page, and the style in it that its content policy has to allow."""

    text: str
    style: str


def filled_page(page: str, config: Mapping[str, object], theme: Theme) -> FilledPage:
    """The page of one merchant's chat."""
    style = style_of(theme)
    looks = {"logo": theme.logo, "greeting": dict(theme.greeting)}
    return FilledPage(page.replace(_STYLE_MARK, style).replace(_CONFIG_MARK, _json_in_html({**config, **looks})), style)


def filled_loader(script: str, slug: str, theme: Theme) -> str:
    """The loader of one merchant's chat."""
    widget = {"slug": slug, "colour": theme.colour, "text": theme.text_colour, "position": theme.position}
    return script.replace(_WIDGET_MARK, _json_in_html(widget), 1)


def style_source(style: str) -> str:
    """What a content policy says to allow just this style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def hours_config(hours: StaffHours | None, now: datetime) -> dict[str, object] | None:
    """What the page has to know of the hours to tell of them for some days to come."""
    if hours is None:
        return None
    return {
        "open": hours.is_open(now),
        "changes": [moment.isoformat() for moment in hours.changes(now, count=_CHANGES)],
        "timezone": hours.timezone,
        "words": {"zh-CN": hours_words(hours, "zh-CN"), "en": hours_words(hours, "en")},
    }


def _json_in_html(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
