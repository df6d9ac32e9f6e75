"""Phones as merchants write them, and which of them can be dialled."""

import re

_WRITTEN = re.compile(r"\s*(\+|00)?([0-9(][0-9 ().-]*)")
_NOT_DIGITS = re.compile(r"[^0-9]")
_CHINESE_MOBILE = re.compile(r"1[3-9]")
_CHINESE_MOBILE_DIGITS = 11
_CHINA = "86"
_DIGITS_MIN, _DIGITS_MAX = 6, 15


def dialable(phone: str) -> str | None:
    """The number in digits, after a + where its country is named; None for one that is masked, cut or extended."""
    written = _WRITTEN.fullmatch(phone)
    if written is None:
        return None
    digits = _NOT_DIGITS.sub("", written[2])
    if not _DIGITS_MIN <= len(digits) <= _DIGITS_MAX:
        return None
    national = digits.removeprefix(_CHINA) if written[1] and digits.startswith(_CHINA) else digits
    may_be_chinese = national is not digits or not written[1]
    if may_be_chinese and _CHINESE_MOBILE.match(national) and len(national) != _CHINESE_MOBILE_DIGITS:
        return None
    return f"+{digits}" if written[1] else digits
