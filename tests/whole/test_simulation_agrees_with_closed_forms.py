"""What a simulation finds agrees with what can be worked out exactly.

The stages of `support/road_of_months.py` are an absorbing Markov chain whose matrix is known: where loans stand after
so many months, how many end lost and settled, and after how many months on average. The borrowers of
`support/called.py` pay under treatment with a chance that is known. Everything is lived through the real engine, day by
day. Seeds are fixed; the limits are those that one sample of a thousand, or two of a hundred, goes beyond.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from statistics import fmean, variance

import pytest

from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.population.behaviour import Behaviour, behaviour_under
from overdue_flow.simulation.population.borrowers import drawn
from overdue_flow.simulation.population.read import Population, load_population
from overdue_flow.simulation.trial.record import record_of
from overdue_flow.simulation.trial.run import simulate
from support import road_of_months as road
from support.called import borrowers, calling_on, chance_of_paying

CHAIN = load_policy(text=road.POLICY)


def chain(months: int, count: int, seed: int) -> Population:
    """Borrowers who move by the chain."""
    text = road.POPULATION.format(months=months, borrowers=count, seed=seed)
    return load_population(None, CHAIN, text=text)


def chi_square(counts: Sequence[int], chances: Sequence[Fraction]) -> float:
    """How far counts are from what their chances let expect; a chance of nothing must have no count."""
    total = sum(counts)
    assert all(chance or not count for count, chance in zip(counts, chances, strict=True))
    pairs = [(count, float(chance) * total) for count, chance in zip(counts, chances, strict=True) if chance]
    return sum((count - expected) ** 2 / expected for count, expected in pairs)


def test_loans_stand_after_each_month_where_the_chain_says() -> None:
    found = simulate(CHAIN, chain(months=6, count=1500, seed=1)).champion

    assert found.occupancy.stages == road.STAGES
    for month in (1, 2, 3, 4, 5, 6):
        # 18.47 is exceeded once in a thousand with four degrees of freedom
        assert chi_square(found.occupancy.loans[month], road.after(month)) < 18.47
    covered = [
        one.low <= 1500 * float(chance) <= one.high
        for month in range(1, 7)
        for one, chance in zip(found.occupancy.intervals[month], road.after(month), strict=True)
    ]
    assert sum(covered) >= 0.9 * len(covered)


def test_the_roll_matrix_is_the_matrix_of_the_chain() -> None:
    rolls = simulate(CHAIN, chain(months=6, count=1500, seed=2)).champion.rolls

    assert rolls.states[:4] == ("0", "1", "2", "3")
    for state in range(road.TRANSIENT):
        counts = rolls.counts[state]
        assert chi_square((*counts[:3], sum(counts[3:7]), counts[7]), road.MATRIX[state]) < 18.47


def test_loans_are_absorbed_where_and_when_the_chain_says() -> None:
    """48 months leave a loan unabsorbed with a chance of less than one in ten thousand."""
    behaviour = behaviour_under(chain(months=48, count=400, seed=3).file, CHAIN)
    ends = [absorption(behaviour, number) for number in range(400)]
    assert float(sum(road.after(48)[: road.TRANSIENT])) < 1e-3

    lost, settled = road.absorbed()
    assert lost + settled == 1
    counts = Counter(stage for stage, _month in ends)
    # 2.58 standard deviations are exceeded once in a hundred
    assert abs(counts["lost"] - 400 * float(lost)) < 2.58 * sqrt(400 * float(lost * settled))
    months = [month for _stage, month in ends]
    mean, spread = float(sum(road.visits())), float(road.absorption_variance())
    assert abs(fmean(months) - mean) < 2.58 * sqrt(spread / 400)
    assert variance(months) == pytest.approx(spread, rel=0.3)


def absorption(behaviour: Behaviour, number: int) -> tuple[str, int]:
    """Where a borrower's loan ends, and after how many months."""
    stages = record_of(drawn(behaviour.file, 3, number, "CNY"), behaviour).stages
    return stages[-1], next((month for month, stage in enumerate(stages) if stage in ("lost", "settled")), len(stages))


@pytest.mark.parametrize("day", [1, 9, 20])
def test_a_stated_effect_has_the_consequence_that_follows_from_it(day: int) -> None:
    policy = calling_on(day)
    found = simulate(policy, borrowers(policy, count=800, seed=day), sensitivity_borrowers=800)

    paid, expected = found.champion.figure("paid").estimate, 800 * 10_000 * chance_of_paying(day)
    assert paid.low <= expected <= paid.high
    # the same for each strength of the sensitivity table: none, half, as stated, double on the log scale
    [row] = found.sensitivity
    for strength, estimate in zip(row.strengths, row.champion, strict=True):
        expected = 800 * 10_000 * chance_of_paying(day, 3.0**strength)
        margin = (estimate.high - estimate.low) / 2
        assert abs(estimate.value - expected) < 1.5 * margin
