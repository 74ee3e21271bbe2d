"""Does what was counted hold? A book's first months foretell its later ones, by the simulation itself.

What stands on the books on the last day of the first part lives on as it was counted to. As many loans are opened later
as the book says: whether a lender goes on lending is no behaviour of borrowers. Both are lived by `simulate`, as any
population is, and their rolls are laid beside those that the book shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta

from overdue_flow.errors import OverdueFlowError
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.book import Book
from overdue_flow.simulation.calibration.calibrate import (
    Schedules,
    calibrate,
    new_loans,
    population_file,
    schedules_of,
    standing_in,
    standing_loans,
)  # fmt: skip
from overdue_flow.simulation.calibration.loan_months import loan_months
from overdue_flow.simulation.calibration.rolls import Cell, Pair, Seen, cells, seen, steps_of, unrest_of
from overdue_flow.simulation.population.model import PopulationFile
from overdue_flow.simulation.population.read import population_of
from overdue_flow.simulation.trial.record import CLOSED
from overdue_flow.simulation.trial.results import Rolls
from overdue_flow.simulation.trial.run import PolicyGiven, simulate

MONTHS_LEAST = 12
"""A book of fewer months cannot be parted into two parts that are parted in turn."""

PARTINGS = (Fraction(1, 2), Fraction(2, 3))
"""Where the first part is parted in turn, to see how much times change; the greatest change counts."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lives:
    """Rolls of borrowers who were lived, month by month: how often they went from one state to another."""

    borrowers: int
    by_month: Sequence[Mapping[Pair, float]]

    @classmethod
    def of(cls, borrowers: int, rolls: Rolls) -> Lives:
        """The same, from what a simulation found."""
        cells_of = [
            {
                (begins, ends): month[row][place]
                for row, begins in enumerate(rolls.states)
                for place, ends in enumerate(rolls.states)
                if month[row][place]
            }
            for month in rolls.by_month
        ]
        return cls(borrowers, cells_of)


@dataclass(frozen=True, slots=True)
class Part:
    """A month of some lives that is a month of the book: as so many loans each, and which one."""

    lives: Lives
    weight: float
    lived: int
    month: int

    @property
    def rolls(self) -> Mapping[Pair, float]:
        """The rolls of that month."""
        return self.lives.by_month[self.lived]


def parts(standing: Lives, here: float, new: Lives, come: float, months: int) -> Iterator[Part]:
    """What so many months of a book are made of: of loans that stand on it (`here`), and of those that come in each
    month (`come`), which live their own first months from the end of the month in which they came."""
    for month in range(months):
        yield Part(standing, here / standing.borrowers, month, month)
    for came in range(1, months):
        for month in range(came, months):
            yield Part(new, come / new.borrowers, month - came, month)


def as_sure_as_lived(found: Mapping[Pair, float], *lives: Lives) -> dict[Pair, float]:
    """The same rates; each row adds up to how many months were lived for it, so that it tells how sure it is."""
    lived: Counter[str] = Counter()
    for one in lives:
        for month in one.by_month:
            for (begins, _ends), count in month.items():
                lived[begins] += round(count)
    return scaled(found, lived)


def scaled(found: Mapping[Pair, float], rows: Mapping[str, float]) -> dict[Pair, float]:
    """The same rates, each row adding up to what `rows` says."""
    totals: dict[str, float] = {}
    for (begins, _ends), count in found.items():
        totals[begins] = totals.get(begins, 0.0) + count
    return {
        (begins, ends): count * rows.get(begins, 0) / totals[begins]
        for (begins, ends), count in found.items()
        if totals[begins]
    }


@dataclass(frozen=True, slots=True)
class Foretold:
    """What the months up to `split` foretold of those up to `last`."""

    first: date
    split: date
    last: date
    unrest: float
    cells: tuple[Cell, ...]

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "from": self.first.isoformat(),
            "split": self.split.isoformat(),
            "to": self.last.isoformat(),
            "unrest": round(self.unrest, 6),
            "cells": [cell.as_json() for cell in self.cells],
        }


def foretell(
    book: Book,
    policy: PolicyGiven,
    *,
    split: date | None = None,
    borrowers: int = 2000,
    seed: int = 1,
) -> Foretold:
    """Calibrate on the months of a book up to `split`, by default half of them, and foretell the rolls of the others.

    The first part is parted in turn, to see how much times change (`rolls.unrest_of`). A policy that is given by its
    file may be lived in several processes. OverdueFlowError for a book of too few months.
    """
    found_policy = policy if isinstance(policy, Policy) else load_policy(policy)
    ends = month_ends(book)
    place = _place(ends, split)
    known = schedules_of(book, found_policy.terms, ends[-1])
    told = _Telling(book, policy, found_policy, known, ends, borrowers, seed)
    restless = max(told.unrest(int(place * parting), place) for parting in PARTINGS)
    last = len(ends) - 1
    found = cells(told.seen(0, place), told.seen(place, last), told.simulated(place, last), restless)
    return Foretold(ends[0], ends[place], ends[-1], restless, found)


def month_ends(book: Book) -> tuple[date, ...]:
    """The last days of the whole months of a book, from its first opening to its last news."""
    assert book.first_opening is not None, "a book without loans is refused"
    assert book.last_news is not None
    found, day = [], book.first_opening.replace(day=1)
    while day + relativedelta(months=1) - _ONE_DAY <= book.last_news:
        day += relativedelta(months=1)
        found.append(day - _ONE_DAY)
    if len(found) <= MONTHS_LEAST:
        raise OverdueFlowError(
            f"the book tells of {len(found)} whole months; to foretell some from others takes {MONTHS_LEAST + 1}"
        )
    return tuple(found)


def _place(ends: Sequence[date], split: date | None) -> int:
    place = len(ends) // 2 if split is None else sum(1 for day in ends if day <= split) - 1
    if not MONTHS_LEAST // 2 <= place < len(ends) - 1:
        raise OverdueFlowError(f"the book is known from {ends[0]} to {ends[-1]}; it cannot be parted at {split}")
    return place


@dataclass(frozen=True, slots=True)
class _Telling:
    book: Book
    given: PolicyGiven
    policy: Policy
    known: Schedules
    ends: Sequence[date]
    borrowers: int
    seed: int

    def seen(self, first: int, last: int) -> Seen:
        """The rolls that the book shows from one month end to another."""
        return seen(steps_of(self.known.loans, self.ends[first : last + 1]))

    def unrest(self, split: int, last: int) -> float:
        """How much the months from `split` on up to `last` differ from what those before foretell.

        Nothing where no month of a loan is over by then, or no loan is open.
        """
        known = schedules_of(self.book, self.policy.terms, self.ends[split])
        if next(loan_months(known.loans), None) is None or not standing_in(known):
            return 0.0
        return unrest_of(self.seen(0, split), self.seen(split, last), self.simulated(split, last))

    def simulated(self, split: int, last: int) -> dict[Pair, float]:
        """The rolls from one month end to another, as the months before it foretell them."""
        months = last - split
        counted, known = calibrate(self.book, self.policy.terms, None, self.ends[split])
        more = {"starts_on": self.ends[split] + _ONE_DAY, "months": months}
        here = len(standing_in(known))
        if not here:
            raise OverdueFlowError(f"no loan of the book is open on {self.ends[split]}: nothing lives on from there")
        come = sum(1 for loan in self.known.loans if self.ends[split] < loan.opened_on <= self.ends[last]) / months
        standing = self._live(population_file(counted, known, "standing", loans=standing_loans(known), **more), 0)
        new = self._live(population_file(counted, known, "new", loans=new_loans(known), **more), 1)
        found: Counter[Pair] = Counter()
        for part in parts(standing, here, new, come, months):
            for pair, count in part.rolls.items():
                if pair[0] != CLOSED:
                    found[pair] += count * part.weight  # type: ignore[assignment]  # a Counter of rates
        return as_sure_as_lived(found, standing, new)

    def _live(self, file: PopulationFile, other: int) -> Lives:
        """The borrowers of a population, lived under the policy."""
        population = population_of(file, self.policy)
        found = simulate(self.given, population, borrowers=self.borrowers, seed=self.seed + other)
        return Lives.of(self.borrowers, found.champion.rolls)
