"""When people are there: a merchant's week in its time zone, with days off; pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dialogs.messages import Locale
from dialogs.texts.catalogue import NO_TEXTS, OwnTexts, say
from dialogs.texts.money import format_day
from refund_core.errors import SettingsInvalid
from refund_core.values import value

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPANS_MAX = 4
CLOSED_MAX = 100
_LOOK_DAYS = CLOSED_MAX + 8
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))", re.ASCII)
_ZONE_AT_HOME = "Asia/Shanghai"
_MINUTE = timedelta(minutes=1)

Span = tuple[int, int]


@value(frozen=True, slots=True)
class StaffHours:
    """The spans of each day from Monday on, in minutes after midnight, and the days on which nobody is there."""

    timezone: str
    week: tuple[tuple[Span, ...], ...]
    closed: tuple[date, ...] = ()

    def is_open(self, now: datetime) -> bool:
        """Whether people are there now."""
        return any(start <= now < end for start, end in self._spans(now, days=1))

    def opens_at(self, now: datetime) -> datetime | None:
        """When people are back: now while they are there, None where no day of the next months has hours."""
        for start, end in self._spans(now, days=_LOOK_DAYS):
            if now < end:
                return max(start, now)
        return None

    def changes(self, now: datetime, *, count: int) -> tuple[datetime, ...]:
        """The next moments at which people come or go."""
        moments: list[datetime] = []
        for start, end in self._spans(now, days=_LOOK_DAYS):
            moments += [moment for moment in (start, end) if moment > now]
            if len(moments) >= count:
                break
        return tuple(moments[:count])

    def _spans(self, now: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        zone = ZoneInfo(self.timezone)
        today = now.astimezone(zone).date()
        for ahead in range(days):
            day = today + timedelta(days=ahead)
            for start, end in () if day in self.closed else self.week[day.weekday()]:
                opens, closes = _moment(day, start, zone), _moment(day, end, zone)
                if opens < closes:  # else the clock jumps over all of it
                    yield opens, closes


def read_hours(document: Mapping[str, object], timezone: str) -> StaffHours | None:
    """The hours of a document; None where no day has any, for then they are not stated. Raises SettingsInvalid."""
    problems: list[tuple[str, str]] = []
    known = {"timezone", "week", "closed"}
    problems += [(name, "is not known here") for name in document if name not in known]
    zone = _zone(_given(document, "timezone", timezone), problems)
    week = _week(_given(document, "week", {}), problems)
    closed = _closed(_given(document, "closed", ()), problems)
    if problems:
        raise SettingsInvalid(tuple(problems))
    return StaffHours(zone, week, closed) if any(week) else None


def hours_document(hours: StaffHours | None) -> dict[str, object]:
    """The hours as they are stored and shown."""
    if hours is None:
        return {"timezone": None, "week": {}, "closed": []}
    week = {day: [_span_text(span) for span in spans] for day, spans in zip(DAYS, hours.week, strict=True) if spans}
    return {"timezone": hours.timezone, "week": week, "closed": [day.isoformat() for day in hours.closed]}


@lru_cache(maxsize=512)
def hours_words(hours: StaffHours, locale: Locale, texts: OwnTexts = NO_TEXTS) -> str:
    """The week in words: Mon to Fri 09:00–18:00, Sat 10:00–16:00 (Europe/Berlin)."""
    parts = []
    for first, last, spans in _runs(hours.week):
        key = "hours.day" if first == last else "hours.days"
        days = say(key, locale, texts, first=_day(first, locale), last=_day(last, locale))
        times = say("hours.and", locale, texts).join(_span_text(span).replace("-", "–") for span in spans)
        parts.append(f"{days} {times}")
    words = say("hours.comma", locale, texts).join(parts)
    is_plain = locale == "zh-CN" and hours.timezone == _ZONE_AT_HOME
    return words if is_plain else say("hours.zone", locale, texts, hours=words, zone=hours.timezone)


def moment_words(at: datetime, locale: Locale, timezone: str) -> str:
    """A moment with its day of the week: 11月26日（周四）09:00, or Thu, 26 Nov, 09:00."""
    local = at.astimezone(ZoneInfo(timezone))
    day = format_day(at, locale, timezone)
    return say("hours.moment", locale, day=day, weekday=_day(local.weekday(), locale), clock=f"{local:%H:%M}")


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When a clock on the wall first shows it, or jumps over it."""
    whole_days, rest = divmod(minute, 24 * 60)
    local = datetime.combine(day + timedelta(days=whole_days), time(rest // 60, rest % 60), zone)
    moment = local.astimezone(UTC)
    shown = moment.astimezone(zone)
    if shown.replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    before = local.replace(fold=1).astimezone(UTC)
    minutes = range((moment - before) // _MINUTE + 1)
    jump = bisect_left(
        minutes, True, key=lambda ahead: (before + ahead * _MINUTE).astimezone(zone).utcoffset() == shown.utcoffset()
    )
    return before + jump * _MINUTE


def _runs(week: Sequence[tuple[Span, ...]]) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """Days in a row with the same spans, those without any left out."""
    first = 0
    for day in range(1, len(week) + 1):
        if day == len(week) or week[day] != week[first]:
            if week[first]:
                yield first, day - 1, week[first]
            first = day


def _day(number: int, locale: Locale) -> str:
    return say(f"weekday.{DAYS[number]}", locale)


def _span_text(span: Span) -> str:
    (start_hour, start_minute), (end_hour, end_minute) = divmod(span[0], 60), divmod(span[1], 60)
    return f"{start_hour:02d}:{start_minute:02d}-{end_hour:02d}:{end_minute:02d}"


def _given(document: Mapping[str, object], name: str, otherwise: object) -> object:
    value = document.get(name)
    return otherwise if value is None else value


def _zone(value: object, problems: list[tuple[str, str]]) -> str:
    try:
        ZoneInfo(str(value))
    except (OSError, ValueError, KeyError):
        problems.append(("timezone", "must be a name such as Asia/Shanghai"))
    return str(value)


def _week(value: object, problems: list[tuple[str, str]]) -> tuple[tuple[Span, ...], ...]:
    if not isinstance(value, Mapping):
        problems.append(("week", "must be spans by day: mon to sun"))
        return ((),) * len(DAYS)
    problems += [(f"week.{name}", f"must be one of {', '.join(DAYS)}") for name in value if name not in DAYS]
    return tuple(_spans_of(_given(value, day, ()), f"week.{day}", problems) for day in DAYS)


def _spans_of(value: object, name: str, problems: list[tuple[str, str]]) -> tuple[Span, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > SPANS_MAX:
        problems.append((name, f'must be a list of at most {SPANS_MAX} spans such as "09:00-18:00"'))
        return ()
    spans: list[Span] = []
    for place, text in enumerate(value):
        found = _SPAN.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            problems.append((f"{name}[{place}]", "must be a span such as 09:00-18:00; a day ends at 24:00"))
            continue
        numbers = [int(group) for group in found.groups() if group is not None]
        span = (numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3])
        if span[0] >= span[1]:
            problems.append((f"{name}[{place}]", "must end after it begins; past midnight is the next day"))
        elif spans and span[0] < spans[-1][1]:
            problems.append((f"{name}[{place}]", "must begin after the span before it has ended"))
        spans.append(span)
    return tuple(spans)


def _closed(value: object, problems: list[tuple[str, str]]) -> tuple[date, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > CLOSED_MAX:
        problems.append(("closed", f"must be a list of at most {CLOSED_MAX} days such as 2026-10-01"))
        return ()
    days = []
    for place, text in enumerate(value):
        try:
            days.append(date.fromisoformat(str(text)))
        except ValueError:
            problems.append((f"closed[{place}]", "must be a day such as 2026-10-01"))
    return tuple(sorted(set(days)))
