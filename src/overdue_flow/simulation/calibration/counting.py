"""What months of loans come to: by number of missed instalments, how often how much was paid, and how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from overdue_flow.simulation.calibration.intervals import Groups, Interval, chance_interval, worth
from overdue_flow.simulation.calibration.loan_months import LoanMonth
from overdue_flow.simulation.population.paying import ALL, BALANCE, NOTHING
from overdue_flow.simulation.population.texts import Between

LEAST = 10
"""A number of missed instalments has a row of its own where it was seen in so many months, and more than it in so many.
From the first on that has none, all share the last row."""

_LAST = {ALL: 1, BALANCE: 2}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often so much was paid. `worth` is of how many independent months the chance is as sure as of these, since
    the months of one loan, and the loans of one month, hang together; `interval` is that of 95 %."""

    paid: str
    months: int
    chance: float
    worth: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What was paid in the months that began with so many missed instalments, and how many days after they began."""

    missed: Between
    months: int
    loans: int
    outcomes: tuple[Outcome, ...]
    days: Mapping[int, int]

    def outcome(self, paid: str) -> Outcome:
        """What is known of so much being paid; never seen, if it was not."""
        never = Outcome(paid, 0, 0.0, float(self.months), chance_interval(0, self.months))
        return next((one for one in self.outcomes if one.paid == paid), never)

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "missed": str(self.missed),
            "months": self.months,
            "loans": self.loans,
            "paid": [
                {
                    "paid": one.paid,
                    "months": one.months,
                    "chance": round(one.chance, 6),
                    "low": round(one.interval.low, 6),
                    "high": round(one.interval.high, 6),
                    "worth": round(one.worth, 1),
                }
                for one in self.outcomes
            ],
            "days": {str(day): count for day, count in sorted(self.days.items())},
        }


def behaviours(months: Iterable[LoanMonth], least: int = LEAST) -> tuple[Behaviour, ...]:
    """The behaviour by number of missed instalments, from 0 on; the rare numbers at the end share the last row."""
    by_missed: dict[int, list[LoanMonth]] = {}
    for month in months:
        by_missed.setdefault(month.missed, []).append(month)
    found: list[Behaviour] = []
    for between in _rows({missed: len(several) for missed, several in by_missed.items()}, least):
        several = [month for missed in sorted(by_missed) if missed in between for month in by_missed[missed]]
        found.append(_behaviour(between, several))
    return tuple(found)


def _rows(seen: Mapping[int, int], least: int) -> list[Between]:
    """A row for each number up to the first that is rare, or beyond which all are; the last row has no end."""
    rows: list[Between] = []
    number, last = 0, max(seen, default=-1)
    while number <= last:
        rest = sum(count for missed, count in seen.items() if missed > number)
        if seen.get(number, 0) < least or rest < least:
            break
        rows.append(Between(number, number))
        number += 1
    if number <= last:
        rows.append(Between(number, None))
    return rows


def _behaviour(missed: Between, months: Sequence[LoanMonth]) -> Behaviour:
    counts = Counter(month.paid for month in months)
    words = sorted(counts, key=lambda word: (_LAST.get(word, 0), int(word) if word.isdigit() else 0))
    return Behaviour(
        missed,
        len(months),
        len({month.loan for month in months}),
        tuple(_outcome(word, counts[word], months) for word in words),
        Counter(month.day for month in months if month.day is not None),
    )


def _outcome(word: str, seen: int, months: Sequence[LoanMonth]) -> Outcome:
    by_loan = _grouped(months, word, lambda month: month.loan)
    by_month = _grouped(months, word, lambda month: _calendar_month(month.begins))
    many = worth(seen, len(months), by_loan, by_month)
    chance = seen / len(months)
    return Outcome(word, seen, chance, many, chance_interval(chance * many, many))


def _calendar_month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _grouped(months: Iterable[LoanMonth], word: str, group_of: Callable[[LoanMonth], object]) -> Groups:
    of: Counter[object] = Counter()
    seen: Counter[object] = Counter()
    for month in months:
        group = group_of(month)
        of[group] += 1
        seen[group] += month.paid == word
    return Groups(tuple(seen[group] for group in of), tuple(of.values()))


def nothing_of(behaviour: Behaviour) -> float:
    """The chance that nothing is paid."""
    return behaviour.outcome(NOTHING).chance
