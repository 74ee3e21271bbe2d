"""Due dates: the rhythm that they have, how they go on, and how time is counted along them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from overdue_flow.errors import OfferRefused
from overdue_flow.offers.rhythm import DueDates, Rhythm, rhythm_of


def days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


@pytest.mark.parametrize(
    ("dates", "rhythm"),
    [
        (days("2026-01-15", "2026-02-15", "2026-03-15"), Rhythm(months=1, on_day=15)),
        (days("2026-01-31", "2026-02-28", "2026-03-31"), Rhythm(months=1, on_day=31)),
        (days("2026-01-30", "2026-02-28", "2026-03-30"), Rhythm(months=1, on_day=30)),
        (days("2026-02-28", "2026-04-30"), Rhythm(months=2, on_day=31)),
        (days("2026-01-15", "2026-02-16", "2026-03-16"), Rhythm(months=1, on_day=16)),
        (days("2026-01-15", "2026-04-15", "2026-07-15"), Rhythm(months=3, on_day=15)),
        (days("2026-01-15", "2027-01-15"), Rhythm(months=12, on_day=15)),
        (days("2026-01-05", "2026-01-12", "2026-01-19"), Rhythm(days=7)),
        (days("2026-01-05", "2026-01-19", "2026-02-02"), Rhythm(days=14)),
        (days("2026-01-31"), Rhythm(months=1, on_day=31)),
        ((), Rhythm(months=1)),
    ],
)
def test_the_rhythm_of_due_dates(dates: tuple[date, ...], rhythm: Rhythm) -> None:
    assert rhythm_of(dates) == rhythm


def test_the_day_of_the_month_is_kept_over_short_months() -> None:
    last = Rhythm(months=1, on_day=31)
    assert [last.after(date(2027, 12, 31), n) for n in range(4)] == list(
        days("2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31")
    )
    assert last.after(date(2026, 2, 28)) == date(2026, 3, 31)
    assert Rhythm(months=1).after(date(2026, 1, 30), 2) == date(2026, 3, 30)
    assert Rhythm(months=1, on_day=30).after(date(2026, 2, 28)) == date(2026, 3, 30)
    assert Rhythm(days=14).after(date(2026, 2, 25)) == date(2026, 3, 11)


def test_a_period_is_a_part_of_a_year() -> None:
    assert Rhythm(months=1).part_of(Decimal("0.12")) == Decimal("0.01")
    assert Rhythm(months=3).part_of(Decimal("0.12")) == Decimal("0.03")
    assert Rhythm(days=73).part_of(Decimal("0.10")) == Decimal("0.02")
    assert (str(Rhythm(months=1)), str(Rhythm(days=14))) == ("every month", "every 14 days")


def test_due_dates_go_on_after_the_last_that_is_known() -> None:
    known = DueDates(date(2026, 1, 1), days("2026-01-31", "2026-02-28"), Rhythm(months=1, on_day=31))
    assert known.first(1) == days("2026-01-31")
    assert known.first(4) == days("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30")
    none = DueDates(date(2026, 1, 31), (), Rhythm(months=1))
    assert none.first(3) == days("2026-02-28", "2026-03-31", "2026-04-30")


def test_time_is_counted_in_periods_and_between_due_dates_by_days() -> None:
    dates = DueDates(date(2026, 1, 15), days("2026-02-15", "2026-03-15"), Rhythm(months=1, on_day=15))
    assert dates.periods_until(*dates.first(6)) == (1, 2, 3, 4, 5, 6)
    assert dates.periods_until(date(2026, 3, 1), date(2026, 1, 1)) == (Decimal("1.5"), 0)
    assert dates.elapsed == 0
    into = DueDates(date(2026, 3, 1), days("2026-03-15", "2026-04-15"), Rhythm(months=1, on_day=15))
    assert into.elapsed == Decimal("0.5")
    assert into.periods_until(date(2026, 4, 15)) == (Decimal("1.5"),)


def test_time_never_runs_back() -> None:
    dates = DueDates(date(2026, 1, 31), (), Rhythm(months=1))
    later = dates.periods_until(*(date.fromordinal(date(2026, 1, 31).toordinal() + n) for n in range(400)))
    assert all(earlier < after for earlier, after in pairwise(later))
    assert later[0] == 0
    assert later[28] == 1


@pytest.mark.parametrize(
    "given", [{}, {"months": 1, "days": 7}, {"months": -1}, {"months": 121}, {"months": 1, "on_day": 32}]
)
def test_what_is_no_rhythm_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(OfferRefused, match=r"makes no sense|expected one of the two"):
        Rhythm(**given)


def test_time_can_be_counted_almost_until_the_calendar_ends() -> None:
    dates = DueDates(date(2025, 7, 1), days("2026-07-01"), Rhythm(months=12))
    assert dates.periods_until(date(2198, 7, 1)) == (173,)


def test_due_dates_end_with_the_calendar() -> None:
    with pytest.raises(OfferRefused, match="lie beyond the year 2200"):
        Rhythm(months=12).after(date(2026, 1, 1), 500)
