"""A challenger that does something is told apart from the champion; one that does nothing is not.

A threshold is moved: the challenger calls on the second day past due, the champion on the twentieth. What a call does
is stated, so the difference in cash is known. It is there (a call makes the daily rate of paying three times as great);
it is not there at all (a call does nothing); or it is nought on average only: a call helps one kind of borrower and
harms another by as much, and what differs from borrower to borrower is noise.

Each is repeated with seeds of its own: 200 times in `make soak`, 20 times in `make test`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

import pytest

from overdue_flow.simulation.trial.differences import FALSE_ALARM_RATE
from overdue_flow.simulation.trial.results import Difference
from overdue_flow.simulation.trial.run import simulate
from support.called import EFFECT, NO_EFFECT, borrowers, calling_on, chance_of_paying

CHAMPION, CHALLENGER = calling_on(20), calling_on(2)
BORROWERS = 100
REPEATS = [pytest.param(20, id="small"), pytest.param(200, id="200 repeats", marks=pytest.mark.soak)]


def gained(times: float) -> float:
    """By how much the challenger raises the chance of paying."""
    return chance_of_paying(2, times) - chance_of_paying(20, times)


def helped() -> Decimal:
    """The share of borrowers that a call helps if, with the others whom it harms, nothing is gained on average."""
    harm, help_ = -gained(1 / 4), gained(3.0)
    return Decimal(f"{harm / (harm + help_):.9f}")


NOUGHT_ON_AVERAGE = f"""\
kinds: {{helped: {{share: {helped()}}}, harmed: {{share: {1 - helped()}}}}}
effects:
  - {{kinds: helped, of: call, on: pays, times: 3, for: 30 days}}
  - {{kinds: harmed, of: call, on: pays, times: 0.25, for: 30 days}}
"""


def repeated(more: str, repeats: int) -> Sequence[Difference]:
    """The difference in cash, with one seed after the other."""
    population = borrowers(CHAMPION, CHALLENGER, count=BORROWERS, more=more)
    return [
        simulate(CHAMPION, population, against=CHALLENGER, seed=seed, sensitivity_borrowers=0).differences[0]
        for seed in range(repeats)
    ]


def most(repeats: int, rate: float) -> float:
    """So many alarms, at such a rate, are exceeded by chance less than twice in a thousand."""
    return repeats * rate + 3 * sqrt(repeats * rate * (1 - rate))


@pytest.mark.parametrize("repeats", REPEATS)
def test_a_threshold_moved_by_a_known_effect_is_told_apart(repeats: int) -> None:
    found = repeated(EFFECT, repeats)

    assert {one.name for one in found} == {"paid"}
    assert sum(one.told_apart for one in found) >= 0.97 * repeats
    expected = BORROWERS * 10_000 * gained(3.0)
    missed = sum(not one.difference.low <= expected <= one.difference.high for one in found)
    assert missed <= most(repeats, FALSE_ALARM_RATE)


@pytest.mark.parametrize("repeats", REPEATS)
def test_one_without_effect_never_is(repeats: int) -> None:
    for one in repeated(NO_EFFECT, repeats):
        assert (one.differing, one.difference.value, one.told_apart) == (0, 0.0, False)


@pytest.mark.parametrize("repeats", REPEATS)
def test_one_that_helps_and_harms_alike_is_as_rarely_as_stated(repeats: int) -> None:
    found = repeated(NOUGHT_ON_AVERAGE, repeats)

    assert all(one.differing > 0 for one in found)
    assert sum(one.told_apart for one in found) <= most(repeats, FALSE_ALARM_RATE)
