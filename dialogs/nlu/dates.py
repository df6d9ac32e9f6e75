"""Days named in text, and which days they are seen from another.

A day is written 2026-11-03 (with its year), --11-03 (without), or from today: -1d (yesterday), -1w (all of last week),
-1w5 (Friday of last week), w5 (the last Friday that was), -1m (all of last month).
"""
# ruff: noqa: E501  # a pattern stays whole

import re
from contextlib import suppress
from datetime import date, timedelta

from dialogs.nlu.numbers import to_number

_WORDS: tuple[tuple[str, str], ...] = (
    ("大前天", "-3d"), ("前天", "-2d"), ("昨天|昨日|昨晚|昨儿", "-1d"), ("今天|今日|今早|今晚|今儿", "0d"),
    ("大后天", "+3d"), ("后天", "+2d"), ("明天|明日|明早|明晚|明儿", "+1d"),
    (r"day before yesterday", "-2d"), (r"yesterday|last night", "-1d"), (r"today|tonight|this morning", "0d"),
    (r"day after tomorrow", "+2d"), (r"tomorrow", "+1d"),
    (r"上上个?(?:周|星期|礼拜)(?![一二三四五六日天])", "-2w"), (r"上个?(?:周|星期|礼拜)(?![一二三四五六日天])", "-1w"),
    (r"(?:本|这)个?(?:周|星期|礼拜)(?![一二三四五六日天])", "0w"), (r"下个?(?:周|星期|礼拜)(?![一二三四五六日天])", "+1w"),
    (r"last week", "-1w"), (r"this week", "0w"), (r"next week", "+1w"),
    (r"上个月|上月", "-1m"), (r"这个月|本月", "0m"), (r"下个月|下月", "+1m"),
    (r"last month", "-1m"), (r"this month", "0m"), (r"next month", "+1m"),
)  # fmt: skip
_NUMERAL = r"([0-9]{1,3}|[一二两三四五六七八九十]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|an?)"
_AGO = re.compile(rf"{_NUMERAL} ?(天|日|周|个?星期|个?礼拜|个?月|days?|weeks?|months?) ?(?:以?前|之前|ago)")
_WEEKDAY = re.compile(
    r"(上个?|本|这个?|下个?)?(?:周|星期|礼拜)([一二三四五六日天])"
    r"|(last |on |from )?\b(mon|tues|wednes|thurs|fri|satur|sun)day\b"
)
_FULL = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(?![0-9])")
_MONTH_DAY = re.compile(
    r"(?<![0-9年])([0-9]{1,2}|[一二三四五六七八九十]{1,2})月([0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号]?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(" + "|".join(_MONTHS) + r")[a-z]{0,6}\.?"
_ENGLISH = re.compile(
    rf"\b{_MONTH} ([0-9]{{1,2}})(?:st|nd|rd|th)?\b|\b([0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?![a-z])"
)
_ANY_WORD = re.compile("|".join(f"({words})" for words, _ in _WORDS))
_HINT = re.compile(r"[天日月周昨今明星礼]|day|week|month|ago|night|morning|[0-9]")
_UNITS = {"天": "d", "日": "d", "周": "w", "月": "m", "d": "d", "w": "w", "m": "m"}
_WEEKDAYS = "一二三四五六日"
_ENGLISH_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_ENGLISH_MONTHS_HINT = re.compile("|".join(_MONTHS))


def find_date(text: str) -> str | None:
    """The first day that the text (in lower case) names, in the form above."""
    if _HINT.search(text) is None:
        return None
    return _written_out(text) or _ago(text) or _weekday(text) or _by_word(text)


def days_meant(named: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that are meant, or None where there is no such day."""
    with suppress(ValueError, OverflowError):
        if named.startswith("--"):
            day = date.fromisoformat(f"{today.year}{named[1:]}")
            day = day if day <= today + timedelta(days=31) else day.replace(year=today.year - 1)
            return day, day
        if named[:1].isdigit() and "-" in named:
            day = date.fromisoformat(named)
            return day, day
        return _from_today(named, today)
    return None


def _from_today(named: str, today: date) -> tuple[date, date]:
    if named.startswith("w"):
        day = today - timedelta(days=(today.isoweekday() - int(named[1:])) % 7)
        return day, day
    if named.endswith("d"):
        day = today + timedelta(days=int(named[:-1]))
        return day, day
    if named.endswith("m"):
        months = today.year * 12 + today.month - 1 + int(named[:-1])
        return date(months // 12, months % 12 + 1, 1), _month_end(months)
    weeks, _, weekday = named.partition("w")
    monday = today - timedelta(days=today.weekday() - 7 * int(weeks))
    if weekday:
        day = monday + timedelta(days=int(weekday) - 1)
        return day, day
    return monday, monday + timedelta(days=6)


def _month_end(months: int) -> date:
    return date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)


def _written_out(text: str) -> str | None:
    full = _FULL.search(text)
    if full is not None:
        return _valid(f"{full[1]}-{int(full[2]):02d}-{int(full[3]):02d}")
    found = _MONTH_DAY.search(text)
    if found is not None:
        return _valid_month_day(to_number(found[1]), to_number(found[2]))
    if _ENGLISH_MONTHS_HINT.search(text) is None:
        return None
    english = _ENGLISH.search(text)
    if english is None:
        return None
    month = _MONTHS.index(english[1] or english[4]) + 1
    return _valid_month_day(month, int(english[2] or english[3]))


def _valid(iso: str) -> str | None:
    with suppress(ValueError):
        return date.fromisoformat(iso).isoformat()
    return None


def _valid_month_day(month: int | None, day: int | None) -> str | None:
    if month is None or day is None:
        return None
    named = _valid(f"2024-{month:02d}-{day:02d}")
    return named and f"-{named[4:]}"


def _ago(text: str) -> str | None:
    found = _AGO.search(text)
    if found is None:
        return None
    count = 1 if found[1] in {"a", "an"} else to_number(found[1])
    unit = found[2]
    return None if count is None else f"-{count}{_UNITS.get(unit[-1], _UNITS.get(unit[0], 'w'))}"


def _weekday(text: str) -> str | None:
    found = _WEEKDAY.search(text)
    if found is None:
        return None
    if found[4] is not None:
        return f"w{_ENGLISH_WEEKDAYS.index(found[4]) + 1}" if found[3] else None
    weekday = _WEEKDAYS.index("日" if found[2] == "天" else found[2]) + 1
    week = {"上": "-1w", "下": "+1w", "本": "0w", "这": "0w"}.get((found[1] or "?")[0], "w")
    return f"{week}{weekday}"


def _by_word(text: str) -> str | None:
    found = _ANY_WORD.search(text)
    return None if found is None else _WORDS[(found.lastindex or 1) - 1][1]
