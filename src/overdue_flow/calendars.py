"""Business days and opening hours: on which days a lender works, through the `holidays` library.

A `Calendar` is named by a country code (`CN`), a country and a subdivision (`US-NY`), or None, which knows no
holidays: Monday to Friday. Chinese make-up days (调休), weekend days on which everybody works, are business days.

What is not known. Some countries publish their make-up days year by year (China does so each November). For a year that
the library has no such list for, `known` says False and the calendar goes by what it has: statutory holidays and
weekends, without make-up days. For a year outside the library's range it goes by weekends alone.

The library is loaded when the first calendar of a country is asked for: many a policy names none.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from overdue_flow.errors import CalendarError
from overdue_flow.problems import did_you_mean

_DAY = timedelta(days=1)
_LONGEST_WAIT = 5_000


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of one country: the weekdays that are free every week, and the days that are otherwise than that."""

    weekend: frozenset[int]
    free: frozenset[date]
    worked: frozenset[date]


def _split(code: str) -> tuple[str, str | None]:
    country, dash, subdivision = code.partition("-")
    return country, subdivision if dash else None


@lru_cache(maxsize=4096)
def _year(code: str, year: int) -> _Year:
    from holidays import country_holidays

    country, subdivision = _split(code)
    known = country_holidays(country, subdiv=subdivision, years=year, expand=False)
    worked = frozenset(day for day in known.weekend_workdays if day.year == year)
    return _Year(frozenset(known.weekend), frozenset(known) - worked, worked)


@lru_cache(maxsize=512)
def _range(code: str) -> tuple[int, int, int]:
    """First and last year that the library covers, and the last whose make-up days it knows."""
    from holidays import country_holidays

    country, subdivision = _split(code)
    known = country_holidays(country, subdiv=subdivision)
    last = known.end_year
    if known.has_substituted_holidays:
        last = max(getattr(known, "special_public_holidays", {}), default=last)
    return known.start_year, known.end_year, last


def _check(code: str) -> None:
    from holidays import list_supported_countries

    country, subdivision = _split(code)
    countries = list_supported_countries()
    if country not in countries:
        hint = did_you_mean(country.upper(), countries) or "expected an ISO country code, such as CN or US-NY"
        raise CalendarError(f"`{code[:40]}` is no country with a holiday calendar; {hint}")
    if subdivision is not None and subdivision not in countries[country]:
        hint = did_you_mean(subdivision, countries[country]) or f"`{country}` alone has the national holidays"
        raise CalendarError(f"`{country}` has no subdivision `{subdivision[:40]}` in the holiday calendar; {hint}")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business days of a country, such as `Calendar("CN")` or `Calendar("US-NY")`; by itself, Monday to Friday.

    Raises CalendarError for a country or subdivision without a holiday calendar.
    """

    code: str | None = None

    def __post_init__(self) -> None:
        if self.code is not None:
            _check(self.code)

    def known(self, year: int) -> bool:
        """Whether holidays and make-up days of `year` are all known; otherwise weekends decide what is not."""
        if self.code is None:
            return True
        first, _, last = _range(self.code)
        return first <= year <= last

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a public holiday; an ordinary weekend is none, nor is a holiday that is worked."""
        return self.code is not None and day in _year(self.code, day.year).free

    def is_business_day(self, day: date) -> bool:
        """Whether the lender works on `day`."""
        if self.code is None:
            return day.weekday() < 5
        year = _year(self.code, day.year)
        return day in year.worked or (day not in year.free and day.weekday() not in year.weekend)

    def add_business_days(self, start: date, n: int) -> date:
        """The `n`-th business day strictly after `start`; 0 is `start` itself, whatever day that is."""
        if not 0 <= n <= _LONGEST_WAIT:
            raise CalendarError(f"cannot count `{n}` business days; expected 0 to {_LONGEST_WAIT}")
        if n == 0:
            return start
        year, days = start.year, _business_days(self, start.year)
        n += bisect_right(days, start)
        while n > len(days):
            n -= len(days)
            year += 1
            days = _business_days(self, year)
        return days[n - 1]

    def business_days_between(self, start: date, end: date) -> int:
        """How many business days there are after `start`, up to and including `end`; 0 when `end` is not later."""
        if end <= start:
            return 0
        full = sum(len(_business_days(self, year)) for year in range(start.year, end.year))
        return (
            full
            + bisect_right(_business_days(self, end.year), end)
            - bisect_right(_business_days(self, start.year), start)
        )


@lru_cache(maxsize=1024)
def _business_days(calendar: Calendar, year: int) -> tuple[date, ...]:
    """The business days of one year, in order."""
    first = date(year, 1, 1)
    days = (first + n * _DAY for n in range(366 if isleap(year) else 365))
    return tuple(day for day in days if calendar.is_business_day(day))


# --- clocks ---


@lru_cache(maxsize=8192)
def opening(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which `day` begins, on the clocks of `zone`: midnight, or the change that leaves midnight out."""
    return opening_instant(day, zone).astimezone(zone)


@lru_cache(maxsize=8192)
def opening_instant(day: date, zone: ZoneInfo, at: time = time.min) -> datetime:
    """The instant, in UTC, at which the clocks of `zone` first show `at` on `day`.

    An hour that the change to summer time leaves out counts from the instant of the change; one that comes twice is
    the first of the two.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _change(instant - timedelta(days=1), instant, zone)


@lru_cache(maxsize=8192)
def readings(day: date, zone: ZoneInfo, at: time = time.min) -> tuple[datetime, ...]:
    """The instants, in UTC and in order, at which the clocks of `zone` may come to show `at` on `day`, or a later time
    of it: when they show it, both times where the hour comes twice, and when they are changed on a day close by.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    found = {wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)}
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    for start in (noon + timedelta(days=n) for n in range(-2, 2)):
        end = start + timedelta(days=1)
        if start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
            found.add(_change(start, end, zone))
    return tuple(sorted(found))


def _change(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the offset of `zone` changes, to the second."""
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late
