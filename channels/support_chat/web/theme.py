"""How a merchant's chat looks: colours with enough contrast to be read, a side, a logo, a greeting; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from dialogs.messages import Locale
from refund_core.errors import SettingsInvalid

CONTRAST_MIN = 4.5
LOGO_LENGTH_MAX = 4
GREETING_LENGTH_MAX = 120
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BLACK, _WHITE = "#000000", "#ffffff"
# The page's own surfaces (client/chat.css), on which the merchant's colour is written and painted.
_LIGHT_SURFACE, _DARK_SURFACE = _WHITE, "#1c212b"
_STEPS = 40
_DEFAULT_COLOUR = "#2456d6"

Position = Literal["right", "left"]


@dataclass(frozen=True, slots=True)
class Theme:
    """The look of one merchant's chat; text_colour is what is written on colour, greeting by locale."""

    colour: str = _DEFAULT_COLOUR
    text_colour: str = _WHITE
    position: Position = "right"
    logo: str | None = None
    greeting: Mapping[Locale, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Palette:
    """What follows from a colour on one surface: a tint of it, and the shade of it that can be read there."""

    tint: str
    ink: str


def read_theme(document: Mapping[str, object]) -> Theme:
    """The theme of a document in which anything may be left out. Raises SettingsInvalid with every bad value's name."""
    problems: list[tuple[str, str]] = []
    known = {"colour", "text_colour", "position", "logo", "greeting"}
    problems += [(name, "is not known here") for name in document if name not in known]
    colour = _colour(document, "colour", _DEFAULT_COLOUR, problems)
    text_colour = _colour(document, "text_colour", _WHITE, problems)
    if not problems and (found := contrast(colour, text_colour)) < CONTRAST_MIN:
        better = max((_WHITE, _BLACK), key=lambda one: contrast(colour, one))
        needed = f"{text_colour} on {colour} has a contrast of {found:.2f}, at least {CONTRAST_MIN} is needed"
        problems.append(("text_colour", f"{needed}; {better} has {contrast(colour, better):.2f}"))
    position = _given(document, "position", "right")
    if position not in ("right", "left"):
        problems.append(("position", "must be right or left"))
    logo = _text(document.get("logo"), "logo", LOGO_LENGTH_MAX, problems)
    greeting = _greeting(_given(document, "greeting", {}), problems)
    if problems:
        raise SettingsInvalid(tuple(problems))
    return Theme(colour, text_colour, cast("Position", position), logo, greeting)


def theme_document(theme: Theme) -> dict[str, object]:
    """The theme as it is stored."""
    return {
        "colour": theme.colour,
        "text_colour": theme.text_colour,
        "position": theme.position,
        "logo": theme.logo,
        "greeting": dict(theme.greeting),
    }


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def palettes(theme: Theme) -> tuple[Palette, Palette]:
    """The colours for a light and a dark page."""
    return (
        _palette(theme.colour, _LIGHT_SURFACE, share=0.09, towards=_BLACK),
        _palette(theme.colour, _DARK_SURFACE, share=0.22, towards=_WHITE),
    )


def style_of(theme: Theme) -> str:
    """The theme as a style sheet of the chat's page; it holds nothing that a merchant has typed but the two colours."""
    light, dark = palettes(theme)
    return (
        f":root{{--accent:{theme.colour};--on-accent:{theme.text_colour};--tint:{light.tint};--accent-ink:{light.ink}}}"
        f"@media(prefers-color-scheme:dark){{:root{{--tint:{dark.tint};--accent-ink:{dark.ink}}}}}"
    )


def _palette(colour: str, surface: str, *, share: float, towards: str) -> Palette:
    tint = _mixed(colour, surface, share)
    for step in range(_STEPS + 1):
        ink = _mixed(towards, colour, step / _STEPS)
        if min(contrast(ink, tint), contrast(ink, surface)) >= CONTRAST_MIN:
            return Palette(tint, ink)
    return Palette(surface, towards)


def _mixed(one: str, other: str, share: float) -> str:
    """So much of the one, the rest of the other."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(first * share + second * (1 - share)):02x}" for first, second in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _colour(document: Mapping[str, object], name: str, otherwise: str, problems: list[tuple[str, str]]) -> str:
    value = document.get(name)
    if value is None:
        return otherwise
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        problems.append((name, "must be a colour like #2456d6"))
        return otherwise
    return value.lower()


def _given(document: Mapping[str, object], name: str, otherwise: object) -> object:
    value = document.get(name)
    return otherwise if value is None else value


def _text(value: object, name: str, length_max: int, problems: list[tuple[str, str]]) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        problems.append((name, "must be a text"))
        return None
    text = " ".join(value.split())
    if len(text) > length_max:
        problems.append((name, f"may have at most {length_max} characters"))
    if not text.isprintable():
        problems.append((name, "has characters that cannot be shown"))
    return text or None


def _greeting(value: object, problems: list[tuple[str, str]]) -> Mapping[Locale, str]:
    if not isinstance(value, Mapping):
        problems.append(("greeting", "must be texts by language: zh-CN, en"))
        return {}
    greeting: dict[Locale, str] = {}
    for locale, text in value.items():
        if locale not in {"zh-CN", "en"}:
            problems.append((f"greeting.{locale}", "must be for zh-CN or en"))
        elif cleaned := _text(text, f"greeting.{locale}", GREETING_LENGTH_MAX, problems):
            greeting[cast("Locale", locale)] = cleaned
    return greeting
