"""Long texts are cut where a reader would pause, within the limit, and nothing of them is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.split import Unit, cut_text, split_text, text_size

FAMILY = "👨‍👩‍👧‍👦"
THUMB = "👍🏽"
FLAG = "🇨🇳"
UNITS: tuple[Unit, ...] = ("characters", "utf16", "bytes")
PLAIN = ["e\u0301", "退", "款", "。", ".", "! ", "？", "a", "3.5", " ", "\n", "\n\n", "，", "”"]
VISIBLE = st.sampled_from([FAMILY, THUMB, FLAG, "❤️", *PLAIN])
TEXTS = st.lists(VISIBLE, max_size=120).map("".join) | st.text(max_size=200)


@given(TEXTS, st.integers(min_value=4, max_value=60), st.sampled_from(UNITS))
def test_nothing_is_lost_and_no_piece_is_too_long_or_blank(text: str, limit: int, unit: Unit) -> None:
    pieces = split_text(text, limit, unit=unit)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < text_size(piece, unit=unit) <= limit for piece in pieces)
    assert all(piece == piece.strip() for piece in pieces)


@given(st.lists(VISIBLE, max_size=120).map("".join), st.integers(min_value=30, max_value=60), st.sampled_from(UNITS))
def test_no_visible_character_is_cut_in_half(text: str, limit: int, unit: Unit) -> None:
    for piece in split_text(text, limit, unit=unit):
        assert piece.count(FLAG) * 2 == sum("\U0001f1e6" <= it <= "\U0001f1ff" for it in piece)
        assert piece[0] not in {"\u200d", "\ufe0f", "\U0001f3fd"}
        assert piece[-1] != "\u200d"
        assert unicodedata.combining(piece[0]) == 0


@given(TEXTS, st.sampled_from(UNITS))
def test_what_fits_stays_in_one_piece(text: str, unit: Unit) -> None:
    pieces = split_text(text, max(4, text_size(text, unit=unit)), unit=unit)

    assert pieces == ((text.strip(),) if text.strip() else ())


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("您的退款已提交。预计三天到账。请留意。", 16, ("您的退款已提交。预计三天到账。", "请留意。")),
        ("It was sent. It costs $3.50 in all. Fine", 30, ("It was sent.", "It costs $3.50 in all. Fine")),
        ("他说：“不行。”然后走了。", 10, ("他说：“不行。”", "然后走了。")),
        ("one two three", 9, ("one two", "three")),
        ("共1,200元，今天到", 8, ("共1,200元，", "今天到")),
        ("first line\nsecond line", 14, ("first line", "second line")),
        ("a\n\nbcdef gh i", 10, ("a\n\nbcdef", "gh i")),
        ("abcdefghij", 4, ("abcd", "efgh", "ij")),
        ("Really?! Yes", 10, ("Really?!", "Yes")),
        ("wait… what", 7, ("wait…", "what")),
    ],
)
def test_it_is_cut_where_a_reader_would_pause(text: str, limit: int, pieces: tuple[str, ...]) -> None:
    assert split_text(text, limit) == pieces


@pytest.mark.parametrize("whole", [FAMILY, THUMB, FLAG, "e\u0301\u0302"])
def test_an_emoji_goes_to_the_next_piece_as_a_whole(whole: str) -> None:
    before = "x" * 9

    assert split_text(before + whole, 10) == (before, whole)


@pytest.mark.parametrize(("unit", "size"), [("characters", 2), ("utf16", 3), ("bytes", 7)])
def test_a_text_is_as_long_as_the_platform_counts(unit: Unit, size: int) -> None:
    assert text_size("退😀", unit=unit) == size


def test_a_label_is_cut_with_an_ellipsis_and_never_inside_an_emoji() -> None:
    assert cut_text("short", 5) == "short"
    assert cut_text("longer text", 8) == "longer…"
    assert cut_text(f"ab{FAMILY}cd", 6) == "ab…"


@given(TEXTS, st.integers(min_value=8, max_value=40), st.sampled_from(UNITS))
def test_a_label_is_never_over_its_limit(text: str, limit: int, unit: Unit) -> None:
    assert text_size(cut_text(text, limit, unit=unit), unit=unit) <= limit
