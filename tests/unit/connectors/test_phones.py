"""Which of the phones that merchants write can be dialled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sms.phones import dialable


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+8613800000000", "+8613800000000"),
        ("+86 138-0000-0000", "+8613800000000"),
        ("008613800000000", "+8613800000000"),
        ("138 0000 0000", "13800000000"),
        (" 13800000000 ", "13800000000"),
        ("(415) 555-2671", "4155552671"),
        ("0571-88886666", "057188886666"),
    ],
)
def test_a_whole_number_is_dialled(written: str, dialled: str) -> None:
    assert dialable(written) == dialled


@pytest.mark.parametrize(
    "written",
    [
        "138****0000",
        "1380000",
        "13800000000-1234",
        "+8613800000000-12",
        "13800000000转12",
        "138000000001 ext 2",
        "",
        "+",
        "abc",
        "12345",
        "1" * 16,
    ],
)
def test_a_masked_or_cut_number_or_one_with_an_extension_is_not(written: str) -> None:
    assert dialable(written) is None


@given(st.text(max_size=40))
def test_whatever_is_dialled_is_digits_of_bearable_length(written: str) -> None:
    dialled = dialable(written)

    assert dialled is None or (dialled.removeprefix("+").isascii() and dialled.removeprefix("+").isdigit())
    assert dialled is None or 6 <= len(dialled.removeprefix("+")) <= 15
