"""Rolls from month end to month end, as they were seen and as they were foretold: does what was counted hold?

A rate over months to come lies about what was foretold for five reasons, and its interval has all five: the draw
itself; the chances were counted on so many months only; these months hang together, by loan and by calendar month; the
simulation lived so many borrowers only; and times change. How much times change is not known from one stretch of time.
It is taken from within it: its first part foretells its second, and what of the differences chance does not explain is
the unrest (`intervals.unrest`), a variance of the logarithm of the odds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from overdue_flow.simulation.calibration.intervals import (
    Groups,
    Interval,
    foretold,
    logit,
    never_or_always,
    unrest,
    worth,
)
from overdue_flow.simulation.calibration.loan_months import Instalments
from overdue_flow.simulation.trial.record import CLOSED

LAST = 6
"""So many missed instalments, or more, are one state, as they are in a simulation."""

LEAST = 30
"""A cell is judged from so many observations on."""

LEAST_OF_UNREST = 15
"""A cell tells of unrest from so many observations on: a part of a time has fewer than the whole."""


class Step(NamedTuple):
    """A loan from one month end to the next: how it stood, and how it stood then."""

    loan: str
    month: int
    begins: str
    ends: str


Pair: TypeAlias = tuple[str, str]
Counts: TypeAlias = Mapping[Pair, float]
"""How often a loan went from one state to another."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Rolls that were seen. `worth` says of how many independent observations each rate is."""

    counts: Counts
    worth: Counts

    def of(self, begins: str) -> int:
        """How many observations began in that state."""
        return round(_row(self.counts, begins))

    def rate(self, pair: Pair) -> float:
        """Which share of those that began there ended there."""
        return _rate(self.counts, pair)


def _row(counts: Counts, begins: str) -> float:
    return sum(count for (state, _ends), count in counts.items() if state == begins)


def _rate(counts: Counts, pair: Pair) -> float:
    of = _row(counts, pair[0])
    return counts.get(pair, 0) / of if of else 0.0


def seen(steps: Iterable[Step]) -> Seen:
    """The rolls of these steps, with what each rate is worth."""
    by_loan: dict[str, dict[str, Counter[str]]] = {}
    by_month: dict[str, dict[int, Counter[str]]] = {}
    counts: Counter[Pair] = Counter()
    for step in steps:
        counts[step.begins, step.ends] += 1
        by_loan.setdefault(step.begins, {}).setdefault(step.loan, Counter())[step.ends] += 1
        by_month.setdefault(step.begins, {}).setdefault(step.month, Counter())[step.ends] += 1
    return Seen(
        counts,
        {
            (begins, ends): worth(
                count,
                round(_row(counts, begins)),
                _groups(by_loan[begins].values(), ends),
                _groups(by_month[begins].values(), ends),
            )
            for (begins, ends), count in counts.items()
        },
    )


def _groups(groups: Iterable[Counter[str]], ends: str) -> Groups:
    known = tuple(groups)
    return Groups(tuple(one[ends] for one in known), tuple(one.total() for one in known))


def steps_of(loans: Iterable[Instalments], month_ends: Sequence[date]) -> Iterator[Step]:
    """How loans went from month end to month end: by missed instalments, until they were closed."""
    for loan in loans:
        states = [_state(loan, day) for day in month_ends]
        for month, (begins, ends) in enumerate(pairwise(states)):
            if begins is not None and ends is not None and begins != CLOSED:
                yield Step(loan.loan, month, begins, ends)


def _state(loan: Instalments, day: date) -> str | None:
    """How a loan stands at the end of a day: instalments that are past due; None where it is not known."""
    if day < loan.opened_on or day > loan.until:
        return None
    unpaid = [
        due for due, covered in zip(loan.due_on, loan.covered_on, strict=True) if covered is None or covered > day
    ]
    if not unpaid:
        return CLOSED
    missed = sum(1 for due in unpaid if due < day)
    return str(missed) if missed < LAST else f"{LAST}+"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a roll matrix: what was seen, what was foretold, and what the rates of the time before would say."""

    begins: str
    ends: str
    count: int
    of: int
    foretold: float
    interval: Interval
    plain: float
    plain_interval: Interval

    @property
    def rate(self) -> float:
        """The rate that was seen."""
        return self.count / self.of

    @property
    def within(self) -> bool:
        """Whether it lies in the interval that was foretold."""
        return self.rate in self.interval

    @property
    def plainly_within(self) -> bool:
        """Whether it lies in the interval of the plain answer."""
        return self.rate in self.plain_interval

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "from": self.begins,
            "to": self.ends,
            "count": self.count,
            "of": self.of,
            "rate": round(self.rate, 6),
            "foretold": round(self.foretold, 6),
            "low": round(self.interval.low, 6),
            "high": round(self.interval.high, 6),
            "within": self.within,
            "plain": round(self.plain, 6),
            "plain_low": round(self.plain_interval.low, 6),
            "plain_high": round(self.plain_interval.high, 6),
            "plainly_within": self.plainly_within,
        }


def cells(before: Seen, after: Seen, simulated: Counts, restless: float) -> tuple[Cell, ...]:
    """Every cell that was seen after or foretold, from what was seen before and from what was simulated.

    Of rows in which nothing was seen after nothing is said. `restless` is the unrest. The plain answer carries the
    rates of the time before forward, as sure as independent observations make them.
    """
    found = []
    begun = {begins for begins, _ends in after.counts}
    for pair in sorted({*after.counts, *(pair for pair, count in simulated.items() if count and pair[0] in begun)}):
        of, rate, plain = after.of(pair[0]), _rate(simulated, pair), before.rate(pair)
        known = before.of(pair[0])
        variance = _variance(before, simulated, pair, of) + restless * (rate * (1 - rate)) ** 2
        plain_variance = plain * (1 - plain) / known if known else 0.0
        found.append(
            Cell(
                *pair,
                round(after.counts.get(pair, 0)),
                of,
                rate,
                _interval(rate, variance, min(known, round(_row(simulated, pair[0]))), of),
                plain,
                _interval(plain, plain_variance, known, of),
            )
        )
    return tuple(found)


def _interval(rate: float, variance: float, known: int, of: int) -> Interval:
    return foretold(rate, variance, of) if 0 < rate < 1 else never_or_always(rate, known, of)


def _variance(before: Seen, simulated: Counts, pair: Pair, of: int) -> float:
    """The variance of a foretold rate, but for the draw itself and the unrest."""
    rate, known = _rate(simulated, pair), before.of(pair[0])
    single = rate * (1 - rate)
    lived = _row(simulated, pair[0])
    if not single or not known:
        return 0.0
    together = known / before.worth.get(pair, known)  # how many observations make one
    return single * (together / known + 1 / lived + (together - 1) / of)


def unrest_of(before: Seen, after: Seen, simulated: Counts, least: int = LEAST_OF_UNREST) -> float:
    """The unrest that shows where one part of a time foretells the next. Of each row the cell that says the least of
    its own, the fullest, is left out: it is what the others leave."""
    gaps = []
    for pair, count in after.counts.items():
        of, rate = after.of(pair[0]), _rate(simulated, pair)
        fullest = max(other for (begins, _ends), other in after.counts.items() if begins == pair[0])
        if count < least or count == fullest or not 0 < rate < 1:
            continue
        single = rate * (1 - rate)
        variance = (_variance(before, simulated, pair, of) + single / of) / single**2
        gaps.append((logit(after.rate(pair)) - logit(rate), variance))
    return unrest(gaps)


def judged(found: Iterable[Cell], least: int = LEAST) -> tuple[Cell, ...]:
    """The cells that were seen often enough to be judged."""
    return tuple(one for one in found if one.count >= least)


def in_known_rows(found: Iterable[Cell], least: int = LEAST) -> tuple[Cell, ...]:
    """The cells of rows with enough observations: those among them too that were foretold and hardly seen."""
    return tuple(one for one in found if one.of >= least)
