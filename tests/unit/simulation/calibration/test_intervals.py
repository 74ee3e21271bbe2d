"""Intervals: of a chance that was counted, and of a rate that is yet to be seen."""

from __future__ import annotations

from itertools import accumulate
from math import asin, comb, log, pi, sqrt

import pytest

from overdue_flow.simulation.calibration.intervals import (
    Groups,
    Interval,
    beta_below,
    beta_binomial_range,
    beta_quantile,
    chance_interval,
    foretold,
    logit,
    never_or_always,
    unrest,
    worth,
)


@pytest.mark.parametrize("x", [0.001, 0.2, 0.5, 0.83, 0.999])
def test_the_beta_distribution_is_that_of_closed_forms(x: float) -> None:
    assert beta_below(x, 1, 1) == pytest.approx(x, abs=1e-13)
    assert beta_below(x, 2, 2) == pytest.approx(3 * x**2 - 2 * x**3, abs=1e-13)
    assert beta_below(x, 0.5, 0.5) == pytest.approx(2 / pi * asin(sqrt(x)), abs=1e-12)
    at_least = sum(comb(40, k) * x**k * (1 - x) ** (40 - k) for k in range(7, 41))
    assert beta_below(x, 7, 34) == pytest.approx(at_least, abs=1e-12)


def test_nothing_lies_outside_of_0_and_1() -> None:
    assert (beta_below(-0.1, 2, 3), beta_below(0, 2, 3), beta_below(1, 2, 3), beta_below(1.5, 2, 3)) == (0, 0, 1, 1)


@pytest.mark.parametrize(("a", "b"), [(0.5, 30.5), (3.2, 4.7), (812.5, 90_000.5)])
@pytest.mark.parametrize("chance", [0.025, 0.5, 0.975])
def test_a_quantile_is_where_that_chance_lies_below(chance: float, a: float, b: float) -> None:
    assert beta_below(beta_quantile(chance, a, b), a, b) == pytest.approx(chance, abs=1e-9)


def test_a_chance_that_was_never_seen_may_be_0_and_one_always_seen_may_be_1() -> None:
    never, always = chance_interval(0, 10), chance_interval(10, 10)
    assert never == pytest.approx((0, 0.2171963), abs=1e-6)  # qbeta(0.975, 0.5, 10.5)
    assert always == pytest.approx((1 - 0.2171963, 1), abs=1e-6)


def test_a_chance_lies_in_the_middle_of_what_was_seen() -> None:
    low, high = chance_interval(50, 100)
    assert low + high == pytest.approx(1)
    assert 0.40 < low < 0.41
    assert 0.3 in Interval(0.2, 0.3)
    assert 0.31 not in Interval(0.2, 0.3)
    assert "0.25" not in Interval(0.2, 0.3)


def test_loans_whose_months_are_all_alike_are_worth_one_month_each() -> None:
    alike = Groups([6] * 20 + [0] * 20, [6] * 40)
    assert worth(120, 240, alike) == pytest.approx(39)  # 40 groups, one of which the rate itself uses up


def test_months_that_have_nothing_to_do_with_each_other_are_worth_what_they_are() -> None:
    by_loan = Groups([3] * 40, [6] * 40)
    assert worth(120, 240, by_loan) == 240
    assert worth(0, 240, Groups([0] * 40, [6] * 40)) == 240
    assert worth(0, 0) == 0


def test_what_hangs_together_in_two_ways_is_worth_less_than_in_one() -> None:
    by_loan = Groups([6] * 10 + [0] * 10 + [3] * 20, [6] * 40)
    by_month = Groups([30, 10, 30, 10, 30, 10], [40] * 6)
    both = worth(120, 240, by_loan, by_month)
    assert both < min(worth(120, 240, by_loan), worth(120, 240, by_month))


def test_one_group_says_nothing_of_how_groups_differ() -> None:
    assert worth(3, 10, Groups([3], [10])) == 10
    assert worth(3, 10, Groups([3, 0], [10, 0])) == 10
    alike = Groups([5, 0], [5, 5])
    assert worth(5, 10, Groups([5], [10]), alike) == pytest.approx(worth(5, 10, alike))


def test_unrest_is_what_chance_does_not_explain() -> None:
    assert unrest([(0.1, 1.0), (-0.2, 1.0)]) == 0
    assert unrest([]) == 0
    assert unrest([(1.0, 0.1), (-0.8, 0.1), (0.1, 0.1)]) == pytest.approx(0.45)  # (1 + 0.64 + 0.01) / 3 - 0.1


def test_a_rate_that_is_known_lies_where_a_draw_puts_it() -> None:
    cumulative = list(accumulate(comb(20, k) * 0.3**k * 0.7 ** (20 - k) for k in range(21)))
    low = next(k for k, below in enumerate(cumulative) if below > 0.025)
    high = next(k for k, below in enumerate(cumulative) if below >= 0.975)
    assert foretold(0.3, 0.0, 20) == pytest.approx((low / 20, high / 20))


def test_a_rate_that_is_not_known_lies_further_away() -> None:
    sure, unsure = foretold(0.3, 0.0, 1000), foretold(0.3, 0.01, 1000)
    assert unsure.low < sure.low < 0.3 < sure.high < unsure.high
    assert foretold(0.3, 0.2, 1000).low < 0.01  # as unsure as can be


def test_a_rate_of_0_or_1_can_be_no_other() -> None:
    assert foretold(0.0, 0.1, 50) == (0, 0)
    assert foretold(1.0, 0.1, 50) == (1, 1)
    assert foretold(0.4, 0.1, 0) == (0.4, 0.4)


def test_what_was_never_seen_may_come_and_what_always_was_may_not() -> None:
    low, high = never_or_always(0.0, 100, 1000)
    assert low == 0
    assert high == pytest.approx(0.0247, abs=0.003)  # about qbeta(0.975, 0.5, 100.5)
    assert never_or_always(1.0, 100, 1000) == pytest.approx((1 - high, 1))
    assert never_or_always(0.0, 10_000, 1000).high < 0.002


def test_where_every_rate_is_as_likely_every_count_is() -> None:
    assert beta_binomial_range(99, 1, 1, 0.95) == (2, 97)


def test_odds_are_on_a_log_scale() -> None:
    assert logit(0.75) == pytest.approx(log(3))
