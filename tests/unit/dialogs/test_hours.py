"""When people are there: the week, days off, changes of the clock, and what the consumer is told outside of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.hours import StaffHours, hours_document, hours_words, moment_words, read_hours
from refund_core.errors import SettingsInvalid
from tests.unit.core.shop import NOW, line, order
from tests.unit.dialogs.talk import MERCHANT, ORDER_NO, talk

NINE_TO_SIX = (9 * 60, 18 * 60)
OFFICE = StaffHours("Asia/Shanghai", ((NINE_TO_SIX,),) * 5 + ((), ()))
ASLEEP = StaffHours("Asia/Shanghai", (((0, 60),),) * 7)


def _at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "is_open", "back"),
    [
        ("2026-11-20T08:59", False, "2026-11-20T09:00"),
        ("2026-11-20T09:00", True, "2026-11-20T09:00"),
        ("2026-11-20T17:59", True, "2026-11-20T17:59"),
        ("2026-11-20T18:00", False, "2026-11-23T09:00"),
        ("2026-11-22T12:00", False, "2026-11-23T09:00"),
    ],
)
def test_people_are_there_from_the_first_minute_to_before_the_last(now: str, is_open: bool, back: str) -> None:
    assert OFFICE.is_open(_at(now)) is is_open
    assert OFFICE.opens_at(_at(now)) == _at(back)


def test_a_day_off_is_passed_over() -> None:
    hours = replace(OFFICE, closed=(date(2026, 11, 23), date(2026, 11, 24)))

    assert hours.opens_at(_at("2026-11-20T18:00")) == _at("2026-11-25T09:00")


def test_the_clocks_change_does_not_move_the_hours() -> None:
    berlin = StaffHours("Europe/Berlin", ((NINE_TO_SIX,),) * 7)

    assert berlin.opens_at(datetime(2026, 10, 24, 20, 0, tzinfo=UTC)) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
    assert berlin.opens_at(datetime(2026, 10, 23, 20, 0, tzinfo=UTC)) == datetime(2026, 10, 24, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spans", "changes"),
    [
        (((60, 90),), ["2025-03-09T06:00", "2025-03-09T06:30"]),
        (((60, 150),), ["2025-03-09T06:00", "2025-03-09T07:00"]),
        (((130, 240),), ["2025-03-09T07:00", "2025-03-09T08:00"]),
        (((121, 170), (185, 300)), ["2025-03-09T07:05", "2025-03-09T09:00"]),
        (((121, 180),), ["2025-03-16T06:01", "2025-03-16T07:00"]),
    ],
)
def test_people_are_not_there_in_the_hour_that_the_clock_jumps_over(
    spans: tuple[tuple[int, int], ...], changes: list[str]
) -> None:
    sundays = StaffHours("America/New_York", ((),) * 6 + (spans,))

    assert sundays.changes(_at("2025-03-08", "UTC"), count=2) == tuple(_at(change, "UTC") for change in changes)


_minutes = st.integers(0, 24 * 60)
_days = st.lists(st.tuples(_minutes, _minutes).filter(lambda it: it[0] < it[1]), max_size=1).map(tuple)
_moments = st.integers(1_735_700_000, 1_830_200_000).map(lambda it: datetime.fromtimestamp(it, UTC))
_zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"])


@given(st.tuples(*[_days] * 7), _zones, _moments)
def test_whoever_is_told_a_time_finds_somebody_then_and_nobody_before(
    week: tuple[tuple[tuple[int, int], ...], ...], zone: str, now: datetime
) -> None:
    hours = StaffHours(zone, week)

    back = hours.opens_at(now)

    assert (back is None) is not any(week)
    if back is not None:
        assert hours.is_open(back)
        assert (back == now) is hours.is_open(now)
        assert hours.is_open(now) or not hours.is_open(now + (back - now) / 2)


@given(st.tuples(*[_days] * 7), _zones, _moments)
def test_changes_come_in_turn_from_now_on(
    week: tuple[tuple[tuple[int, int], ...], ...], zone: str, now: datetime
) -> None:
    hours = StaffHours(zone, week)

    changes = hours.changes(now, count=6)

    assert list(changes) == sorted(changes)
    assert all(change > now for change in changes)
    assert len(changes) == (6 if any(week) else 0)


@given(st.tuples(*[_days] * 7), _zones)
def test_what_is_stored_is_read_again(week: tuple[tuple[tuple[int, int], ...], ...], zone: str) -> None:
    hours = StaffHours(zone, week, (date(2026, 10, 1),))

    assert read_hours(hours_document(hours), "UTC") == (hours if any(week) else None)


def test_the_week_is_said_in_both_languages() -> None:
    week = (NINE_TO_SIX,), (NINE_TO_SIX,), (NINE_TO_SIX,), (NINE_TO_SIX,), (NINE_TO_SIX,), ((600, 720), (840, 960)), ()
    hours = StaffHours("Asia/Shanghai", week)

    assert hours_words(hours, "zh-CN") == "周一至周五 09:00–18:00，周六 10:00–12:00、14:00–16:00"
    english = "Mon to Fri 09:00–18:00, Sat 10:00–12:00 and 14:00–16:00 (Asia/Shanghai)"
    assert hours_words(hours, "en") == english
    assert moment_words(_at("2026-11-26T09:00"), "zh-CN", "Asia/Shanghai") == "11月26日（周四）09:00"
    assert moment_words(_at("2026-11-26T09:00"), "en", "Asia/Shanghai") == "Thu, 26 Nov, 09:00"


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"week": {"mon": ["9:00-18:00"]}}, "week.mon[0]"),
        ({"week": {"mon": ["18:00-09:00"]}}, "week.mon[0]"),
        ({"week": {"mon": ["09:00-12:00", "11:00-18:00"]}}, "week.mon[1]"),
        ({"week": {"mon": "09:00-18:00"}}, "week.mon"),
        ({"week": {"monday": ["09:00-18:00"]}}, "week.monday"),
        ({"week": [1]}, "week"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"closed": ["2026-02-30"]}, "closed[0]"),
        ({"closed": "2026-10-01"}, "closed"),
        ({"opening": {}}, "opening"),
    ],
)
def test_hours_that_cannot_be_meant_are_named(document: dict[str, object], name: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_hours(document, "Asia/Shanghai")

    assert [place for place, _ in refused.value.problems] == [name]


def test_outside_of_the_hours_the_case_is_kept_and_the_assistant_goes_on_answering() -> None:
    talked = talk(order(line("1", 1, 3000)), merchant=replace(MERCHANT, hours=ASLEEP))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)

    taken = talked.tap("human")
    after = talked.tap("start:refund")

    assert taken.hand_over is not None
    assert taken.hand_over.is_later
    assert taken.hand_over.case_no == talked.case().case_no
    assert "11月21日（周六）00:00" in taken.replies[0].text
    assert talked.case().case_no in taken.replies[0].text
    assert taken.conversation.holder == "bot"
    assert after.replies


def test_within_the_hours_a_person_takes_over() -> None:
    talked = talk(order(line("1", 1, 3000)), merchant=replace(MERCHANT, hours=OFFICE))

    taken = talked.tap("human")

    assert OFFICE.is_open(NOW)
    assert taken.hand_over is not None
    assert not taken.hand_over.is_later
    assert "正在为您转接" in taken.replies[0].text
    assert "周一至周五 09:00–18:00" in taken.replies[0].text


def test_nobody_for_months_gives_no_date() -> None:
    closed = tuple(date(2026, 11, 20) + timedelta(days=ahead) for ahead in range(100))
    far = StaffHours("Asia/Shanghai", (((0, 60),), (), (), (), (), (), ()), closed)
    talked = talk(order(line("1", 1, 3000)), merchant=replace(MERCHANT, hours=far))

    taken = talked.tap("human")

    assert taken.hand_over is not None
    assert taken.hand_over.is_later
    assert "上班后" in taken.replies[0].text
