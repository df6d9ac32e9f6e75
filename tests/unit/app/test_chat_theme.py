"""A merchant's look: what is taken, what is refused by name, and that everything painted from it can be read."""

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.support_chat.web.page import filled_loader, filled_page, style_source
from channels.support_chat.web.theme import (
    CONTRAST_MIN,
    Theme,
    contrast,
    palettes,
    read_theme,
    style_of,
    theme_document,
)
from refund_core.errors import SettingsInvalid

_colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
SURFACES = ("#ffffff", "#1c212b")


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#fff000", "#fff000", 1),
    ],
)
def test_the_contrast_is_that_of_the_accessibility_guidelines(one: str, other: str, wanted: float) -> None:
    assert round(contrast(one, other), 2) == wanted
    assert contrast(one, other) == contrast(other, one)


@given(_colours, _colours)
def test_a_theme_is_taken_just_when_its_writing_can_be_read(colour: str, text_colour: str) -> None:
    document = {"colour": colour, "text_colour": text_colour}

    if contrast(colour, text_colour) >= CONTRAST_MIN:
        assert read_theme(document).colour == colour
        return
    with pytest.raises(SettingsInvalid, match=r"text_colour: .* at least 4\.5 is needed"):
        read_theme(document)


@given(_colours)
def test_the_shades_of_any_colour_can_be_read_on_light_and_dark_pages(colour: str) -> None:
    for palette, surface in zip(palettes(Theme(colour)), SURFACES, strict=True):
        assert contrast(palette.ink, surface) >= CONTRAST_MIN
        assert contrast(palette.ink, palette.tint) >= CONTRAST_MIN


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"colour": "red"}, ["colour"]),
        ({"colour": "#12345"}, ["colour"]),
        ({"colour": "#1234567"}, ["colour"]),
        ({"colour": 7}, ["colour"]),
        ({"colour": "#123456;}body{display:none"}, ["colour"]),
        ({"colour": "#ffe600"}, ["text_colour"]),
        ({"position": "top"}, ["position"]),
        ({"position": []}, ["position"]),
        ({"logo": "拾光家居店"}, ["logo"]),
        ({"logo": "a\u202eb"}, ["logo"]),
        ({"greeting": {"fr": "Bonjour"}}, ["greeting.fr"]),
        ({"greeting": {"en": "x" * 121}}, ["greeting.en"]),
        ({"greeting": "Hello"}, ["greeting"]),
        ({"accent": "#123456"}, ["accent"]),
        ({"colour": "blue", "position": "up", "logo": 5}, ["colour", "position", "logo"]),
    ],
)
def test_every_bad_value_is_named(document: dict[str, object], names: list[str]) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_theme(document)

    assert [name for name, _ in refused.value.problems] == names


def test_a_refused_colour_is_told_with_one_that_would_do() -> None:
    with pytest.raises(SettingsInvalid, match=re.escape("#ffffff on #ffe600 has a contrast of 1.27")) as refused:
        read_theme({"colour": "#ffe600"})

    assert "#000000 has 16.57" in str(refused.value)
    assert read_theme({"colour": "#FFE600", "text_colour": "#000000"}).colour == "#ffe600"


def test_what_is_stored_is_read_again() -> None:
    theme = Theme("#0a7d5a", "#ffffff", "left", "拾光", {"zh-CN": "欢迎", "en": "Welcome"})

    assert read_theme(theme_document(theme)) == theme
    assert read_theme({}) == Theme()


def test_no_word_of_a_merchant_can_end_its_place_in_the_page_or_the_script() -> None:
    theme = Theme(logo="</s>", greeting={"en": "</script><script>alert(1)//\u2028"})

    page = filled_page('<style>{{style}}</style><script type="application/json">{{config}}</script>', {"a": "<"}, theme)
    script = filled_loader('const widget = "{{widget}}";', "</script>", theme)

    assert page.text.count("</script>") == 1
    assert json.loads(page.text.split('json">')[1].removesuffix("</script>"))["greeting"] == theme.greeting
    assert "</script>" not in script
    digest = base64.b64encode(hashlib.sha256(style_of(theme).encode()).digest()).decode()
    assert style_source(page.style) == f"'sha256-{digest}'"
    assert f"<style>{style_of(theme)}</style>" in page.text
