"""Rolls as they were seen and as they were foretold: which cells there are, and what makes their intervals wide."""

from __future__ import annotations

from datetime import date
from itertools import chain, repeat

import pytest

from overdue_flow.simulation.calibration.intervals import foretold, logit, never_or_always
from overdue_flow.simulation.calibration.loan_months import Instalments
from overdue_flow.simulation.calibration.rolls import (
    Cell,
    Step,
    cells,
    in_known_rows,
    judged,
    seen,
    steps_of,
    unrest_of,
)

DUES = tuple(date(2025, month, 10) for month in range(1, 5))
ENDS = tuple(date(2025, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31)))


def steps(stays: int, leaves: int, months: int = 1) -> list[Step]:
    """So many loans that stay in `a`, and so many that go to `b`, in each of so many months; each is seen once."""
    ends = list(chain(repeat("a", stays), repeat("b", leaves)))
    return [Step(f"{month}-{number}", month, "a", end) for month in range(months) for number, end in enumerate(ends)]


def cell(found: tuple[Cell, ...], ends: str) -> Cell:
    return next(one for one in found if one.ends == ends)


def test_a_loan_is_at_each_month_end_what_it_then_owes() -> None:
    late = Instalments(
        "L", date(2025, 1, 3), DUES, (date(2025, 1, 10), date(2025, 3, 12), date(2025, 5, 31), None), 1, ENDS[-1]
    )
    assert [(one.begins, one.ends) for one in steps_of([late], ENDS)] == [
        ("0", "1"), ("1", "1"), ("1", "2"), ("2", "1")
    ]  # fmt: skip


def test_what_is_due_on_the_month_end_is_not_missed_on_it() -> None:
    due = Instalments("L", date(2025, 1, 1), (ENDS[0], date(2025, 9, 1)), (None, None), 1, ENDS[-1])
    assert [one.begins for one in steps_of([due], ENDS)] == ["0", "1", "1", "1"]


def test_six_missed_or_more_are_one_state_and_a_closed_loan_goes_nowhere() -> None:
    dues = tuple(date(2024, month, 10) for month in range(1, 13))
    never = Instalments("L", date(2024, 1, 1), dues, (None,) * 12, 1, ENDS[-1])
    assert {(one.begins, one.ends) for one in steps_of([never], ENDS)} == {("6+", "6+")}
    paid = Instalments("L", date(2025, 1, 1), DUES[:1], (date(2025, 2, 3),), 1, ENDS[-1])
    assert [(one.begins, one.ends) for one in steps_of([paid], ENDS)] == [("1", "closed")]


def test_nothing_is_known_of_a_loan_before_it_is_opened_nor_after_the_last_day() -> None:
    short = Instalments("L", date(2025, 2, 1), DUES[1:], (None,) * 3, 1, date(2025, 4, 30))
    assert [(one.month, one.begins, one.ends) for one in steps_of([short], ENDS)] == [(1, "1", "2"), (2, "2", "3")]


def test_rates_are_shares_of_those_that_began_there() -> None:
    known = seen([*steps(30, 10), Step("x", 0, "b", "a")])
    assert known.of("a") == 40
    assert known.rate(("a", "b")) == 0.25
    assert known.rate(("b", "b")) == 0
    assert known.rate(("c", "b")) == 0
    assert known.worth["a", "b"] == pytest.approx(39)  # forty loans, one of which the rate itself uses up


def test_a_cell_is_what_was_seen_beside_what_was_foretold() -> None:
    found = cell(cells(seen(steps(700, 300)), seen(steps(760, 240)), {("a", "a"): 7000, ("a", "b"): 3000}, 0.0), "b")
    assert (found.count, found.of, found.rate, found.foretold, found.plain) == (240, 1000, 0.24, 0.3, 0.3)
    assert not found.within
    assert not found.plainly_within
    assert found.plain_interval == foretold(0.3, 0.3 * 0.7 / 1000, 1000)
    assert found.as_json()["rate"] == 0.24
    assert found.as_json()["within"] is False


def test_an_interval_is_as_wide_as_what_is_not_known() -> None:
    before, after = seen(steps(700, 300)), seen(steps(700, 300))
    many, few = {("a", "a"): 7e6, ("a", "b"): 3e6}, {("a", "a"): 70, ("a", "b"): 30}
    steady = seen(steps(70, 30, months=10))
    fewer = [one._replace(loan=f"other {one.loan}", month=one.month + 5) for one in steps(45, 55, months=5)]
    restless = seen([*steps(95, 5, months=5), *fewer])

    def width(*given: object) -> float:
        low, high = cell(cells(*given), "b").interval  # type: ignore[arg-type]  # as `cells` takes them
        return high - low

    least = width(before, after, many, 0.0)
    assert least == pytest.approx(4 * (2 * 0.3 * 0.7 / 1000) ** 0.5, abs=0.003)  # counted on so many, seen on so many
    assert width(before, after, few, 0.0) > 1.5 * least  # few were lived
    assert width(before, after, many, 0.1) > 1.5 * least  # times change
    assert width(steady, after, many, 0.0) == pytest.approx(least, abs=0.02)
    assert width(restless, after, many, 0.0) > 1.5 * least  # months hang together


def test_unrest_is_a_variance_of_the_log_odds() -> None:
    before, after, simulated = seen(steps(700, 300)), seen(steps(700, 300)), {("a", "a"): 7e8, ("a", "b"): 3e8}
    found = cell(cells(before, after, simulated, 0.1), "b")
    counting = 0.3 * 0.7 / 1000
    assert found.interval == pytest.approx(foretold(0.3, counting + 0.1 * (0.3 * 0.7) ** 2, 1000), abs=1e-9)


def test_what_hangs_together_makes_those_counted_and_those_to_come_less_sure() -> None:
    alike = [Step(str(number % 20), number, "a", "b" if number % 2 else "a") for number in range(200)]
    before, after, single = seen(alike), seen(steps(150, 50)), 0.5 * 0.5
    together = 200 / before.worth["a", "b"]
    assert together == pytest.approx(10, rel=0.06)  # twenty loans, each of which does the same ten times
    found = cell(cells(before, after, {("a", "a"): 200, ("a", "b"): 200}, 0.0), "b")
    variance = single * (together / 200 + 1 / 400 + (together - 1) / 200)
    assert found.interval == pytest.approx(foretold(0.5, variance, 200), abs=1e-9)
    assert found.interval.low < foretold(0.5, variance - single * (together - 1) / 200, 200).low


def test_unrest_is_less_the_draw_and_the_counting() -> None:
    before, after = seen(steps(700, 300)), seen(steps(350, 250))
    found = unrest_of(before, after, {("a", "a"): 7e8, ("a", "b"): 3e8})
    gap, single = logit(250 / 600) - logit(0.3), 0.3 * 0.7
    assert found == pytest.approx(gap**2 - (single / 1000 + single / 600) / single**2, rel=1e-3)


def test_a_rate_of_0_is_as_sure_as_the_fewer_of_those_counted_and_those_lived() -> None:
    before, after = seen(steps(100, 0)), seen(steps(60, 40))
    assert cell(cells(before, after, {("a", "a"): 10.0}, 0.0), "b").interval == never_or_always(0.0, 10, 100)
    assert cell(cells(before, after, {("a", "a"): 1000.0}, 0.0), "b").interval == never_or_always(0.0, 100, 100)


def test_what_was_never_simulated_or_seen_may_come_for_the_first_time() -> None:
    found = cell(cells(seen(steps(100, 0)), seen(steps(60, 40)), {("a", "a"): 100.0}, 0.5), "b")
    assert found.interval == found.plain_interval == never_or_always(0.0, 100, 100)
    assert found.interval.low == 0
    assert 0.01 < found.interval.high < 0.06
    assert not found.within


def test_a_state_that_was_never_seen_before_is_foretold_by_nothing_but_the_simulation() -> None:
    found = cell(cells(seen([]), seen([Step("x", 0, "a", "b")]), {("a", "b"): 1.0, ("a", "a"): 1.0}, 0.0), "b")
    assert (found.foretold, found.plain, found.plain_interval) == (0.5, 0, (0, 1))  # of which nothing is known


def test_what_was_foretold_and_never_seen_is_a_cell_too() -> None:
    simulated = {("a", "a"): 900, ("a", "b"): 100, ("b", "b"): 50}
    found = cells(seen(steps(90, 10)), seen(steps(50, 0)), simulated, 0.0)
    assert [(one.ends, one.count, one.of) for one in found] == [("a", 50, 50), ("b", 0, 50)]
    assert cell(found, "b").rate == 0
    assert in_known_rows(found, 50) == found
    assert in_known_rows(found, 51) == ()


def test_unrest_is_what_the_months_before_do_not_explain() -> None:
    before = seen(steps(70_000, 30_000))
    simulated = {("a", "a"): 7e7, ("a", "b"): 3e7}
    assert unrest_of(before, seen(steps(70_100, 29_900)), simulated) == 0
    odds = 0.3 / 0.7 * 1.5
    leaving = round(100_000 * odds / (1 + odds))
    found = unrest_of(before, seen(steps(100_000 - leaving, leaving)), simulated)
    assert found == pytest.approx(0.405465**2, rel=0.02)  # log(1.5), squared
    assert unrest_of(before, seen(steps(15, 14)), simulated) == 0  # too few to tell


def test_cells_are_judged_by_thirty_observations() -> None:
    found = cells(seen(steps(70, 30)), seen(steps(70, 29)), {("a", "a"): 70, ("a", "b"): 30}, 0.0)
    assert [one.ends for one in judged(found)] == ["a"]
    assert [one.ends for one in judged(found, 29)] == ["a", "b"]
