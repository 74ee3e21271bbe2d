"""When instalments fall due: a rhythm of months or days, and the due dates that go on in it.

The day of the month is kept: due dates on the 31st go over 28 February to 31 March, and where all of them are the last
days of their months, so are those to come. `dateutil` counts.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median_low

from dateutil.relativedelta import relativedelta

from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.errors import OfferRefused
from overdue_flow.offers.formulas import count, exact

_SHORTEST_MONTH, _MONTH = 28, Decimal("30.4375")
_LAST = 31


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One period: so many months, or so many days. `on_day` is the day of the month that is kept, where it is known."""

    months: int = 0
    days: int = 0
    on_day: int | None = None

    def __post_init__(self) -> None:
        count(self.months, "a rhythm in months", least=0, most=120)
        count(self.days, "a rhythm in days", least=0, most=3_660)
        if bool(self.months) == bool(self.days):
            raise OfferRefused("a rhythm is so many months or so many days; expected one of the two")
        if self.on_day is not None:
            count(self.on_day, "a day of the month", most=_LAST)

    @property
    @exact
    def year_share(self) -> Decimal:
        """The part of a year that one period is: months of 12, days of 365."""
        return Decimal(self.months) / 12 if self.months else Decimal(self.days) / 365

    @exact
    def part_of(self, annual_rate: Decimal) -> Decimal:
        """The rate of one period, of a nominal one a year."""
        return annual_rate * self.year_share

    @property
    @exact
    def in_months(self) -> Decimal:
        """How many months one period is."""
        return self.year_share * 12

    def after(self, day: date, periods: int = 1) -> date:
        """The day so many periods after `day`, or before it where `periods` is below zero."""
        months = day.year * 12 + day.month - 1 + periods * self.months
        years = months // 12 + periods * self.days // 365
        if not FIRST_YEAR < years < LAST_YEAR:
            raise OfferRefused(f"{periods} periods after {day} lie beyond the year {LAST_YEAR}")
        if self.days:
            return day + timedelta(days=self.days * periods)
        moved = day + relativedelta(months=self.months * periods)
        return moved if self.on_day is None else moved + relativedelta(day=self.on_day)

    def __str__(self) -> str:
        number, word = (self.months, "month") if self.months else (self.days, "day")
        return f"every {word}" if number == 1 else f"every {number} {word}s"


MONTHLY = Rhythm(months=1)


def rhythm_of(days: Sequence[date]) -> Rhythm:
    """The rhythm of due dates, by the gap that stands in their middle; monthly where there are too few to tell.

    A gap below 28 days counts in days; another one in the months that it comes nearest to, so that due dates that were
    moved to a business day make no other rhythm.
    """
    dates = sorted(set(days))
    if len(dates) < 2:
        return Rhythm(months=1, on_day=dates[0].day if dates else None)
    gap = median_low([(later - earlier).days for earlier, later in pairwise(dates)])
    if gap < _SHORTEST_MONTH:
        return Rhythm(days=gap)
    ends = all(one.day == monthrange(one.year, one.month)[1] for one in dates)
    months = min(120, int((gap / _MONTH).to_integral_value()))
    return Rhythm(months=months, on_day=_LAST if ends else max(one.day for one in dates))


@dataclass(frozen=True, slots=True)
class DueDates:
    """The due dates of a contract from `day` on: those that it has, then as the rhythm goes on.

    Time is counted in periods along these dates. Between two of them it goes by days.
    """

    day: date
    dates: tuple[date, ...]
    rhythm: Rhythm

    def first(self, periods: int) -> tuple[date, ...]:
        """The next so many due dates."""
        known = self.dates[:periods]
        last = self.dates[-1] if self.dates else self.day
        return known + tuple(self.rhythm.after(last, k) for k in range(1, periods - len(self.dates) + 1))

    @exact
    def periods_until(self, *days: date) -> tuple[Decimal, ...]:
        """How many periods there are from `self.day` until each of `days`; 0 for a day before it."""
        marks = self._marks(max((self.day, *days)))
        start = _place(self.day, marks)
        return tuple(max(Decimal(0), _place(day, marks) - start) for day in days)

    @property
    @exact
    def elapsed(self) -> Decimal:
        """The part of the running period that is over: from 0 to 1."""
        return min(max(_place(self.day, self._marks(self.day)), Decimal(0)), Decimal(1))

    def _marks(self, last: date) -> list[date]:
        """Where periods begin and end, up to a day after `last`."""
        marks = [self.rhythm.after(self.dates[0], -1), *self.dates] if self.dates else [self.day]
        start, periods = marks[-1], 1
        while marks[-1] <= last:
            marks.append(self.rhythm.after(start, periods))
            periods += 1
        return marks


def _place(day: date, marks: Sequence[date]) -> Decimal:
    """Where a day lies between marks: 0 as the running period begins, 1 at the first due date, 2 at the second."""
    after = min(max(bisect_right(marks, day), 1), len(marks) - 1)
    begins, ends = marks[after - 1], marks[after]
    return after - 1 + Decimal((day - begins).days) / (ends - begins).days
