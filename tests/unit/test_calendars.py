"""Business days: public holidays, make-up working days, and what is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.calendars import Calendar, opening, opening_instant, readings
from overdue_flow.errors import CalendarError

CHINA = Calendar("CN")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-01-26", True),  # a Sunday, worked for the Spring Festival
        ("2025-02-08", True),  # a Saturday, worked for the Spring Festival
        ("2025-01-25", False),  # an ordinary Saturday
        ("2025-01-27", True),  # the last day before the festival
        ("2025-01-28", False),  # New Year's Eve
        ("2025-02-04", False),  # the last day of the festival
        ("2025-02-05", True),
        ("2025-10-11", True),  # a Saturday, worked for the National Day
        ("2025-10-08", False),
        ("2006-12-31", True),  # a Sunday at the end of a year, worked for the next one's holidays
    ],
)
def test_chinese_holidays_and_make_up_days(day: str, works: bool) -> None:
    assert CHINA.is_business_day(date.fromisoformat(day)) is works


def test_business_days_count_strictly_after_the_start() -> None:
    assert CHINA.add_business_days(date(2025, 1, 24), 1) == date(2025, 1, 26)
    assert CHINA.add_business_days(date(2025, 1, 27), 1) == date(2025, 2, 5)
    assert CHINA.add_business_days(date(2025, 1, 27), 4) == date(2025, 2, 8)
    assert CHINA.add_business_days(date(2025, 1, 28), 0) == date(2025, 1, 28)


def test_without_a_country_business_days_are_monday_to_friday() -> None:
    weekdays = Calendar()
    assert weekdays.is_business_day(date(2025, 1, 1))
    assert not weekdays.is_business_day(date(2025, 1, 26))
    assert weekdays.add_business_days(date(2025, 1, 3), 1) == date(2025, 1, 6)
    assert weekdays.known(9999)


def test_subdivisions_have_holidays_of_their_own() -> None:
    lincoln = date(2025, 2, 12)
    assert Calendar("US").is_business_day(lincoln)
    assert not Calendar("US-NY").is_business_day(lincoln)


def test_weekends_are_those_of_the_country() -> None:
    friday, sunday = date(2025, 3, 7), date(2025, 3, 9)
    assert not Calendar("IL").is_business_day(friday)
    assert Calendar("IL").is_business_day(sunday)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("XX", "expected an ISO country code"),
        ("cn", "did you mean `CN`"),
        ("US-NZ", "has no subdivision `NZ`"),
        ("CN-", "has no subdivision ``"),
    ],
)
def test_unknown_places_are_refused_with_a_hint(code: str, says: str) -> None:
    with pytest.raises(CalendarError, match=says):
        Calendar(code)


def test_make_up_days_are_known_until_the_last_year_that_was_published() -> None:
    assert CHINA.known(2025)
    assert not CHINA.known(2060)
    assert not CHINA.known(1900)
    assert Calendar("DE").known(2060)


def test_a_year_without_published_make_up_days_goes_by_statutory_holidays_and_weekends() -> None:
    assert not CHINA.is_business_day(date(2060, 1, 1))
    assert not CHINA.is_business_day(date(2060, 1, 3))
    assert CHINA.is_business_day(date(2060, 3, 1))


def test_a_year_outside_the_range_goes_by_weekends_alone() -> None:
    assert not CHINA.known(2150)
    assert CHINA.is_business_day(date(2150, 1, 1)) == (date(2150, 1, 1).weekday() < 5)


@pytest.mark.parametrize("n", [-1, 5_001])
def test_counts_without_sense_are_refused(n: int) -> None:
    with pytest.raises(CalendarError, match="cannot count"):
        CHINA.add_business_days(date(2025, 1, 1), n)


@given(st.dates(date(2015, 1, 1), date(2026, 12, 1)), st.integers(1, 40), st.sampled_from([None, "CN", "US-NY", "IN"]))
def test_the_nth_business_day_has_n_business_days_up_to_it(start: date, n: int, code: str | None) -> None:
    calendar = Calendar(code)
    end = calendar.add_business_days(start, n)
    assert calendar.is_business_day(end)
    assert calendar.business_days_between(start, end) == n


@pytest.mark.parametrize("code", [None, "CN", "IL"])
def test_business_days_are_counted_across_the_ends_of_years(code: str | None) -> None:
    calendar, start = Calendar(code), date(2005, 12, 20)
    later = [start + timedelta(days=n) for n in range(1, 800)]
    worked = [day for day in later if calendar.is_business_day(day)]
    assert [calendar.add_business_days(start, n) for n in range(1, len(worked) + 1)] == worked
    assert [calendar.business_days_between(start, day) for day in later] == [
        sum(one <= day for one in worked) for day in later
    ]
    assert calendar.business_days_between(later[0], start) == 0


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Asia/Shanghai", "2025-01-01", "00:00", "2024-12-31T16:00"),
        ("America/New_York", "2025-03-09", "02:30", "2025-03-09T07:00"),  # left out by summer time
        ("America/New_York", "2025-11-02", "01:30", "2025-11-02T05:30"),  # comes twice
        ("America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T03:00"),  # a day without midnight
        ("UTC", "2025-01-01", "08:00", "2025-01-01T08:00"),
    ],
)
def test_the_instant_at_which_clocks_first_show_a_time(zone: str, day: str, at: str, utc: str) -> None:
    instant = opening_instant(date.fromisoformat(day), ZoneInfo(zone), time.fromisoformat(at))
    assert instant == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_day_begins_at_midnight_or_where_the_clocks_leave_it_out_at_the_change() -> None:
    ordinary = opening(date(2025, 1, 1), ZoneInfo("Asia/Shanghai"))
    assert ordinary == datetime(2025, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    left_out = opening(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
    assert (left_out.hour, left_out.astimezone(UTC).hour) == (1, 3)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("UTC", "2025-01-01", "08:00", ["01T08:00"]),
        ("America/New_York", "2025-11-02", "01:30", ["02T05:30", "02T06:00", "02T06:30"]),
        ("America/New_York", "2025-03-09", "02:30", ["09T06:30", "09T07:00", "09T07:30"]),
        ("Australia/Lord_Howe", "2025-04-06", "01:45", ["05T14:45", "05T15:00", "05T15:15"]),
    ],
)
def test_a_time_may_be_come_to_where_clocks_show_it_and_where_they_are_changed(
    zone: str, day: str, at: str, utc: list[str]
) -> None:
    found = readings(date.fromisoformat(day), ZoneInfo(zone), time.fromisoformat(at))
    assert [f"{instant:%dT%H:%M}" for instant in found] == utc


def test_holidays_are_no_ordinary_weekends_and_a_make_up_day_is_none() -> None:
    calendar = Calendar("CN")
    spring, saturday, made_up = date(2025, 1, 29), date(2025, 2, 22), date(2025, 1, 26)
    assert [calendar.is_holiday(day) for day in (spring, saturday, made_up)] == [True, False, False]
    assert not Calendar().is_holiday(spring)
