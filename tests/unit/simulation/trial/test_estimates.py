"""Intervals over borrowers, and whether two policies can be told apart."""

from __future__ import annotations

from math import sqrt
from random import Random
from statistics import fmean, stdev

import pytest

from overdue_flow.simulation.trial.estimates import Moments, holm, share_of
from overdue_flow.simulation.trial.results import Estimate

Z = 1.959963984540054


def moments_of(*numbers: int) -> Moments:
    found = Moments()
    for number in numbers:
        found.add(number)
    return found


def test_an_interval_is_that_of_the_sample() -> None:
    numbers = [3, 0, 0, 7, -2, 10]
    estimate = moments_of(*numbers).estimate(6)

    assert estimate.value == 18
    assert estimate.high - 18 == pytest.approx(Z * sqrt(6) * stdev(numbers))
    assert 18 - estimate.low == pytest.approx(estimate.high - 18)


def test_nothing_is_lost_where_all_numbers_are_great_and_close() -> None:
    great = 10**13
    estimate = moments_of(*(great + number for number in (1, 2, 3, 4))).estimate(4)

    assert estimate.high - estimate.value == pytest.approx(Z * sqrt(4) * stdev([1, 2, 3, 4]), rel=1e-3)


def test_sums_of_shares_are_sums_of_all() -> None:
    numbers = [Random(1).randint(-5, 5) for _ in range(40)]
    whole, parts = moments_of(*numbers), Moments()
    for start in (30, 0, 10, 20):
        parts.take_in(moments_of(*numbers[start : start + 10]))

    assert parts == whole


def test_an_interval_covers_what_it_is_of_as_often_as_it_says() -> None:
    """300 samples of 200 borrowers, each paying 0, 1 or 20: the mean is known."""
    random, mean, covered = Random(5), 0.3 * 1 + 0.1 * 20, 0
    for _sample in range(300):
        estimate = moments_of(*random.choices((0, 1, 20), (0.6, 0.3, 0.1), k=200)).estimate(200)
        covered += estimate.low <= 200 * mean <= estimate.high

    # within three standard deviations of 95 % of 300
    assert 285 - 11.4 <= covered <= 285 + 11.4


@pytest.mark.parametrize(
    ("count", "borrowers", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_has_the_interval_of_wilson(count: int, borrowers: int, low: float, high: float) -> None:
    estimate = share_of(count, borrowers)

    assert (round(estimate.low / borrowers, 4), round(estimate.high / borrowers, 4)) == (low, high)


def test_no_difference_at_all_is_no_evidence() -> None:
    assert Moments().p_value(1000) == 1.0
    assert moments_of(1, -1).p_value(1000) == 1.0


def test_many_differences_of_one_sign_are_told_apart() -> None:
    assert moments_of(*[1] * 30).p_value(1000) < 1e-6
    assert moments_of(*[1] * 1000).p_value(1000) < 1e-100


def test_a_few_differences_can_say_no_more_than_their_signs() -> None:
    # six of the same sign: two of 64 patterns of signs are as far from even
    assert moments_of(*[1] * 6).p_value(100_000) == 2 / 64
    assert moments_of(*[1] * 5).p_value(100_000) == 2 / 32


def test_false_alarms_come_as_often_as_stated() -> None:
    """1,000 samples of 300 paired differences that are zero on average, most of them exactly zero."""
    random, alarms = Random(11), 0
    for _sample in range(1000):
        numbers = random.choices((0, -3, -1, 1, 3), (0.8, 0.05, 0.05, 0.05, 0.05), k=300)
        alarms += moments_of(*numbers).p_value(300) < 0.05

    # within three standard deviations of 5 % of 1,000
    assert 50 - 21 <= alarms <= 50 + 21


def test_holm_takes_the_smallest_times_their_number_and_so_on() -> None:
    # Holm 1979; the same as R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.6, 0.7]) == (1.0, 1.0)
    assert holm([]) == ()


def test_a_mean_is_the_mean() -> None:
    assert moments_of(1, 2, 6).total / 3 == fmean((1, 2, 6))


@pytest.mark.parametrize(
    ("borrowers", "outcomes", "chances"),
    [
        (300, (0, 1), (0.99, 0.01)),  # three suits of 300
        (300, (0, 1), (0.996, 0.004)),  # one, or none
        (1000, (0, 1, 2, 3), (0.99, 0.007, 0.002, 0.001)),  # a few who complain again and again
        (60, (0, 1), (0.95, 0.05)),
        (200, (0, 100, 2000), (0.6, 0.3, 0.1)),
        (1000, (0, 100_000, -100_000), (0.991, 0.005, 0.004)),  # most of what few paid was taken back
    ],
)
def test_what_few_have_lies_in_its_interval_as_often_as_it_says(
    borrowers: int, outcomes: tuple[int, ...], chances: tuple[float, ...]
) -> None:
    """300 samples; a symmetric interval covers 70 to 91 % of those where few have any."""
    random, covered = Random(7), 0
    mean = borrowers * sum(one * chance for one, chance in zip(outcomes, chances, strict=True))
    for _sample in range(300):
        drawn = random.choices(outcomes, chances, k=borrowers)
        estimate = moments_of(*drawn).estimate_above_zero(borrowers, least=1)
        covered += estimate.low <= mean <= estimate.high
        assert estimate.low <= estimate.value <= estimate.high
        assert estimate.low >= 0 or min(drawn) < 0

    # three standard deviations below 95 % of 300
    assert covered >= 285 - 11.4


def test_where_nobody_had_any_a_count_may_have_been_a_few_and_of_money_nothing_is_known() -> None:
    nobody = Moments()
    assert nobody.estimate_above_zero(300, least=1) == Estimate(0.0, 0.0, pytest.approx(Z * Z))
    assert nobody.estimate_above_zero(300) == Estimate(0.0, 0.0, 0.0)


def test_of_one_borrower_nothing_more_is_known() -> None:
    assert moments_of(5).estimate_above_zero(1, least=1) == Estimate(5.0, 5.0, 5.0)
    assert Moments().estimate_above_zero(1, least=1) == Estimate(0.0, 0.0, 0.0)


def test_among_many_both_intervals_are_the_same() -> None:
    moments = moments_of(*Random(3).choices((0, 5, 9), k=20_000))
    one, other = moments.estimate(20_000), moments.estimate_above_zero(20_000)
    assert other.low == pytest.approx(one.low, rel=1e-3)
    assert other.high == pytest.approx(one.high, rel=1e-3)


def test_what_is_taken_back_may_leave_less_than_nothing() -> None:
    for moments in (moments_of(-500, 100), moments_of(-500, 500), moments_of(-499, 500)):
        assert moments.estimate_above_zero(10) == moments.estimate(10)
