"""Hours and days of contact on the borrower's clocks: whether an instant lies in them, and the first that does.

Instants are in UTC. A clock is asked what it shows; no offset is ever added by hand, so an hour that the change to
summer time leaves out, or that comes twice in autumn, is neither allowed nor forbidden by mistake. The first instant is
found among the few at which a clock can come to show what is wanted, not by looking at one minute after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from overdue_flow.calendars import Calendar, readings
from overdue_flow.policy.texts import WEEKDAYS, Hours

ONE_DAY = timedelta(days=1)
LONGEST_REST_DAYS = 400
"""A run of blocked days that is longer than this has no end that anybody waits for."""


def shows(hours: Hours, wall: datetime) -> bool:
    """Whether a clock that shows `wall` lies in the hours: from their opening on, before they close."""
    at = wall.time()
    return hours.opens <= at and (hours.closes is None or at < hours.closes)


def in_hours(hours: Hours, zones: Iterable[ZoneInfo], instant: datetime) -> datetime | None:
    """The first instant from `instant` on that lies in the hours in one zone after the other.

    The first of one zone may not suit the next: who wants one that suits all asks again until none moves it.
    """
    for zone in zones:
        wall = instant.astimezone(zone)
        if not shows(hours, wall):
            day = wall.date()
            days = (day + n * ONE_DAY for n in range(-1, 4))
            found = _first(days, zone, hours.opens, instant, lambda shown: shows(hours, shown))
            if found is None:
                return None
            instant = found
    return instant


def from_day(day: date, zone: ZoneInfo, instant: datetime) -> datetime:
    """The first instant from `instant` on at which the clocks of `zone` show `day` or a later one."""
    if instant.astimezone(zone).date() >= day:
        return instant
    found = _first((day,), zone, time.min, instant, lambda shown: shown.date() >= day)
    assert found is not None, "every day begins"
    return found


def _first(
    days: Iterable[date], zone: ZoneInfo, at: time, earliest: datetime, wanted: Callable[[datetime], bool]
) -> datetime | None:
    """The first instant, not before `earliest`, at which a clock comes to show `at` on one of `days` or jumps, and
    shows what is `wanted`."""
    some = (instant for day in days for instant in readings(day, zone, at))
    return min((one for one in some if one >= earliest and wanted(one.astimezone(zone))), default=None)


def is_blocked(blocked: tuple[str | date, ...], calendar: Calendar, day: date) -> str | None:
    """Which of the blocked days `day` is, in the policy's word; None if it is none of them."""
    for word in blocked:
        if word == day or word == WEEKDAYS[day.weekday()]:
            return str(word)
        if word == "holidays" and calendar.is_holiday(day):
            return "holidays"
        if word == "non_business_days" and not calendar.is_business_day(day):
            return "non-business days"
    return None


def off_blocked_days(
    blocked: tuple[str | date, ...], calendar: Calendar, zones: Iterable[ZoneInfo], instant: datetime
) -> datetime | None:
    """The first instant from `instant` on that lies on no blocked day, in one zone after the other."""
    for zone in zones:
        day = first = instant.astimezone(zone).date()
        while is_blocked(blocked, calendar, day):
            day += ONE_DAY
            if (day - first).days > LONGEST_REST_DAYS:
                return None
        instant = from_day(day, zone, instant)
    return instant


def blocked_in_words(
    blocked: tuple[str | date, ...], calendar: Calendar, zones: Iterable[ZoneInfo], instant: datetime
) -> str:
    """Which of the blocked days lie from an instant on, in one of the zones, before the first that is none of them."""
    words: list[str] = []
    for zone in zones:
        day = first = instant.astimezone(zone).date()
        while (word := is_blocked(blocked, calendar, day)) and (day - first).days <= LONGEST_REST_DAYS:
            words.append(word)
            day += ONE_DAY
    return ", ".join(dict.fromkeys(words))
