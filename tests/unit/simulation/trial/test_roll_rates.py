"""A roll rate is as sure as the borrowers make it, not as their months would if each were a borrower of its own."""

from __future__ import annotations

from math import sqrt
from random import Random
from statistics import stdev

import pytest

from overdue_flow.simulation.trial.estimates import wilson
from overdue_flow.simulation.trial.results import Estimate
from overdue_flow.simulation.trial.roll_rates import RollPairs, RollSums

TRUTH = 0.25
"""The mean of beta(1, 3): each borrower stands in the first state equally often."""


def sums(*lives: tuple[int, ...]) -> RollSums:
    found = RollSums()
    for states in lives:
        found.add(states)
    return found


def width(one: Estimate) -> float:
    return one.high - one.low


def test_a_rate_is_the_share_of_the_months_that_began_in_one_state_and_ended_in_another() -> None:
    found = sums((0, 0, 1), (0, 1, 1), (1, 0, 0))
    assert found.rate(0, 1).value == 2 / 4
    assert found.rate(0, 0).value == 2 / 4
    assert found.rate(1, 0).value == 1 / 2


def test_of_a_state_in_which_nobody_stood_nothing_is_known() -> None:
    assert sums((0, 0)).rate(3, 1) == Estimate(0.0, 0.0, 1.0)


def test_where_each_borrower_has_one_month_the_interval_is_wilsons() -> None:
    found = sums(*[(0, 1)] * 30, *[(0, 0)] * 70).rate(0, 1)
    assert (found.low, found.high) == pytest.approx(wilson(0.3, 99))


def test_months_that_always_go_together_count_as_one() -> None:
    """Ten months of the same borrower, all alike, say no more than one would."""
    together = sums(*[(0,) * 11] * 70, *[(0, 1) + (0, 1) * 5] * 30).rate(0, 1)
    alone = sums(*[(0, 0)] * 70, *[(0, 1)] * 30).rate(0, 0)
    assert width(together) > 0.6 * width(alone)
    assert width(together) > 2 * (wilson(together.value, 880)[1] - wilson(together.value, 880)[0])


def test_a_rate_that_was_always_or_never_seen_is_not_taken_as_certain() -> None:
    always = sums(*[(0, 0, 0)] * 10).rate(0, 0)
    never = sums(*[(0, 0, 0)] * 10).rate(0, 1)
    assert (always.value, always.high) == (1.0, 1.0)
    assert always.low == pytest.approx(wilson(1.0, 10)[0])
    assert (never.value, never.low) == (0.0, 0.0)
    assert never.high == pytest.approx(wilson(0.0, 10)[1])


def test_shares_of_borrowers_are_taken_in_in_any_order() -> None:
    lives = [(0, 0, 1, 1), (1, 0, 0, 0), (0, 1, 0, 1), (1, 1, 1, 0)]
    whole, halves = sums(*lives), sums(*lives[2:])
    halves.take_in(sums(*lives[:2]))
    assert halves == whole


def test_the_interval_holds_the_truth_as_often_as_it_says_where_borrowers_differ() -> None:
    """Borrowers differ in how often they fall behind; months taken as independent would promise too much."""
    luck = Random(20)
    held = taken_as_independent = 0
    for _repeat in range(400):
        found = RollSums()
        for _borrower in range(60):
            chance = luck.betavariate(1, 3)
            states = [0]
            for _month in range(12):  # who falls behind is back before the next month that counts
                states += [1, 0] if luck.random() < chance else [0]
            found.add(tuple(states))
        rate = found.rate(0, 1)
        held += rate.low <= TRUTH <= rate.high
        low, high = wilson(rate.value, found.times[0])
        taken_as_independent += low <= TRUTH <= high
    assert 0.92 <= held / 400 <= 0.98
    assert taken_as_independent / 400 < 0.80


# --- two policies ---


def apart(*lives: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[RollPairs, RollSums, RollSums]:
    """The sums of borrowers under two policies."""
    pairs = RollPairs()
    for one, other in lives:
        pairs.add(one, other)
    return pairs, sums(*(one for one, _other in lives)), sums(*(other for _one, other in lives))


def test_where_no_borrower_differs_no_rate_does() -> None:
    pairs, one, other = apart(*[((0, 1, 0), (0, 1, 0))] * 20, *[((0, 0, 0), (0, 0, 0))] * 20)

    assert pairs.difference(one, other, 0, 1) == Estimate(0.0, 0.0, 0.0)
    assert pairs.difference(one, other, 5, 1) is None, "nobody stood there"


def test_a_difference_of_fewer_than_six_borrowers_is_not_said() -> None:
    same = [((0, 0), (0, 0))] * 50
    five, six = (apart(*same, *[((0, 1), (0, 0))] * many) for many in (5, 6))

    assert five[0].difference(*five[1:], 0, 1) is None
    found = six[0].difference(*six[1:], 0, 1)
    assert found is not None
    assert found.value == -6 / 56
    assert found.high < 0


def test_with_one_month_each_the_interval_of_a_difference_is_that_of_paired_shares() -> None:
    """Of n pairs the variance of the mean difference is the sample variance of the differences over n."""
    found = apart(
        *[((0, 1), (0, 0))] * 12, *[((0, 0), (0, 1))] * 20, *[((0, 1), (0, 1))] * 18, *[((0, 0), (0, 0))] * 50
    )
    error = stdev([-1] * 12 + [1] * 20 + [0] * 68) / sqrt(100)

    known = found[0].difference(*found[1:], 0, 1)
    assert known is not None
    assert known.value == pytest.approx(0.08)
    assert (known.low, known.high) == pytest.approx((0.08 - 1.959964 * error, 0.08 + 1.959964 * error), abs=1e-6)


def test_differences_are_taken_in_in_any_order() -> None:
    lives = [((0, 0, 1, 1), (0, 1, 1, 0)), ((1, 0, 0, 0), (1, 0, 1, 0)), ((0, 1, 0, 1), (0, 1, 0, 1))]
    whole, parts = apart(*lives)[0], apart(*lives[1:])[0]
    parts.take_in(apart(*lives[:1])[0])
    assert parts == whole


def test_the_interval_of_a_difference_holds_the_truth_as_often_as_it_says() -> None:
    """Borrowers fall behind by a chance of their own; under the second policy by two thirds of it, by the same luck."""
    luck, held, truth = Random(7), 0, -TRUTH / 3
    for _repeat in range(300):
        pairs, one, other = RollPairs(), RollSums(), RollSums()
        for _borrower in range(80):
            chance, lives = luck.betavariate(1, 3), ([0], [0])
            for _month in range(8):
                drawn = luck.random()
                for states, times in zip(lives, (1, 2 / 3), strict=True):
                    states += [1, 0] if drawn < chance * times else [0]
            first, second = map(tuple, lives)
            pairs.add(first, second)
            one.add(first)
            other.add(second)
        found = pairs.difference(one, other, 0, 1)
        assert found is not None
        held += found.low <= truth <= found.high
    assert 0.91 <= held / 300 <= 0.985
