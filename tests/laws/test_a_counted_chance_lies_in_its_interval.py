"""Law: a chance that was counted lies in its stated interval, about as often as the interval says.

Over many books of borrowers who pay by a table that is known; also where the months of one borrower, or those of one
calendar month, resemble each other, and an interval for independent months would say too much.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import pytest
from dateutil.relativedelta import relativedelta

from overdue_flow.simulation.calibration.counting import Outcome, behaviours
from overdue_flow.simulation.calibration.intervals import chance_interval
from overdue_flow.simulation.calibration.loan_months import LoanMonth
from support.paying_books import TABLE, paying

REPEATS, LOANS, MONTHS = 150, 60, 20
FIRST = date(2024, 1, 1)
CHANCE = 0.3

Luck = Callable[[random.Random], Sequence[Sequence[float]]]
"""The chance of each loan in each month."""


def alike(_draw: random.Random) -> list[list[float]]:
    return [[CHANCE] * MONTHS] * LOANS


def loans_differ(draw: random.Random) -> list[list[float]]:
    return [[draw.betavariate(3, 7)] * MONTHS for _loan in range(LOANS)]


def months_differ(draw: random.Random) -> list[list[float]]:
    return [[draw.betavariate(12, 28) for _month in range(MONTHS)]] * LOANS


def book(chances: Sequence[Sequence[float]], draw: random.Random) -> Iterable[LoanMonth]:
    for loan, of in enumerate(chances):
        for month, chance in enumerate(of):
            missed = draw.random() < chance
            yield LoanMonth(str(loan), FIRST + relativedelta(months=month), 0, "0" if missed else "all", None)


def counted(seed: int, luck: Luck) -> Outcome:
    draw = random.Random(f"{luck.__name__} {seed}")
    (row,) = behaviours(book(luck(draw), draw))
    return row.outcome("0")


@pytest.mark.parametrize(
    ("luck", "naive_at_most"),
    [(alike, 0.99), (loans_differ, 0.85), (months_differ, 0.85)],
    ids=["alike", "loans differ", "months differ"],
)
def test_a_counted_chance_lies_in_its_interval(luck: Luck, naive_at_most: float) -> None:
    found = [counted(seed, luck) for seed in range(REPEATS)]
    covered = sum(CHANCE in one.interval for one in found) / REPEATS
    naive = sum(CHANCE in chance_interval(one.months, LOANS * MONTHS) for one in found) / REPEATS
    assert 0.90 <= covered <= 0.985
    assert naive <= naive_at_most


def test_a_table_is_found_again_from_the_books_of_those_who_paid_by_it() -> None:
    found = [
        (outcome, TABLE[row.missed.first])
        for seed in range(REPEATS // 2)
        for row in behaviours(month for one in paying(LOANS, MONTHS, seed) for month in one.months)[:2]
        for outcome in row.outcomes
    ]
    covered = sum(table[outcome.paid] in outcome.interval for outcome, table in found) / len(found)
    assert 0.93 <= covered <= 0.975
