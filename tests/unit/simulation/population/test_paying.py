"""When in a month a borrower pays, and how much."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from math import exp

import pytest

from overdue_flow.simulation.population.model import Pays
from overdue_flow.simulation.population.paying import Month, due_rate, rates_of, what_of

BEGAN = date(2026, 2, 1)


def paying(**said: object) -> Pays:
    return Pays.model_validate({"chances": {"1": "0.4", "all": "0.2"}, "on": {"0": "0.5", "1-10": "0.5"}} | said)


def days_paid(row: Pays, times: dict[int, float], draws: int = 20_000) -> Counter[int | None]:
    """How often something is paid on each day, over draws that are evenly spread."""
    rates = rates_of(row, 27)

    def factor(day: date) -> float:
        return times.get((day - BEGAN).days, 1.0)

    days = (Month(BEGAN, rates, due_rate((number + 0.5) / draws), "1").pays_on(factor) for number in range(draws))
    return Counter(None if day is None else (day - BEGAN).days for day in days)


def test_untreated_days_have_the_chances_of_the_table() -> None:
    found = days_paid(paying(), {})

    assert found[0] == pytest.approx(20_000 * 0.6 * 0.5, abs=2)
    assert [found[day] for day in range(1, 11)] == pytest.approx([20_000 * 0.6 * 0.05] * 10, abs=2)
    assert found[None] == pytest.approx(20_000 * 0.4, abs=2)


def test_a_treated_day_multiplies_the_rate_and_leaves_earlier_days_alone() -> None:
    row = paying(on={"0-3": "1"})
    found = days_paid(row, {2: 2.0, 3: 2.0})
    unpaid = 1 - 0.6 / 2

    assert found[0] == pytest.approx(20_000 * 0.15, abs=2)
    assert found[1] == pytest.approx(20_000 * 0.15, abs=2)
    # the chance of not paying on the last two days is squared
    assert found[None] == pytest.approx(20_000 * unpaid * (0.4 / unpaid) ** 2, abs=2)


def test_a_rate_is_minus_the_logarithm_of_the_chance_of_not_paying() -> None:
    rates = rates_of(paying(on={"0-1": "1"}), 27)

    assert [(days, round(exp(-rate), 9)) for days, rate in rates] == [(0, 0.7), (1, round(0.4 / 0.7, 9))]


def test_who_pays_for_sure_pays_on_the_last_day_at_the_latest() -> None:
    found = days_paid(paying(chances={"1": "1"}, on={"0-3": "1"}), {3: 0.001})

    assert found[None] == 0
    assert sum(found.values()) == 20_000


def test_days_beyond_the_month_fall_on_its_last() -> None:
    assert [days for days, _rate in rates_of(paying(on={"20-40": "1"}), 27)] == list(range(20, 28))


def test_how_much_goes_by_the_chances_of_those_who_pay() -> None:
    row = paying()
    drawn = Counter(what_of(row, (number + 0.5) / 900) for number in range(900))

    assert drawn == {"1": 600, "all": 300}


def test_a_row_that_pays_nothing_pays_nothing() -> None:
    row = paying(chances={"0": "1"})

    assert days_paid(row, {0: 1000.0})[None] == 20_000
    assert what_of(row, 0.5) == "0"


def test_a_day_is_the_days_after_the_month_began() -> None:
    month = Month(BEGAN, rates_of(paying(chances={"1": "1"}, on={"6": "1"}), 27), due_rate(0.5), "1")

    assert month.pays_on(lambda _day: 1.0) == BEGAN + timedelta(days=6)
