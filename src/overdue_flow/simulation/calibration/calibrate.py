"""`calibrate`: a population of borrowers who pay as those of a book did."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from statistics import median_low
from typing import Any

from overdue_flow.cases.terms import Terms
from overdue_flow.errors import OverdueFlowError
from overdue_flow.money import from_minor
from overdue_flow.policy.spans import Span
from overdue_flow.simulation.book import Book
from overdue_flow.simulation.calibration.counting import Behaviour, behaviours
from overdue_flow.simulation.calibration.loan_months import (
    Instalments,
    LoanMonth,
    cut_short,
    instalments_of,
    loan_months,
)
from overdue_flow.simulation.population.model import LANGUAGE, Loans, Pays, PopulationFile
from overdue_flow.simulation.population.paying import NOTHING
from overdue_flow.simulation.population.texts import Between, Drawn

_MILLIONTH = Decimal("0.000001")
_TENTHS = 10
_FIVE = 5
_MONTHLY = range(28, 32)
_NO_NAME = re.compile(r"[^\w.-]+")

STANDING_LEAST = 30
"""Fewer open loans than these say too little of how loans stand."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the borrowers of a book paid in the months from `first` to `last`; what was counted, and what was not.

    `cut` says how many loans were counted only up to an event, by its name.
    """

    first: date
    last: date
    loans: int
    months: int
    behaviours: tuple[Behaviour, ...]
    cut: Mapping[str, int] = field(default_factory=dict)

    @property
    def pays(self) -> tuple[Pays, ...]:
        """The rows of a population file."""
        return tuple(_row(one) for one in self.behaviours)

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "loans": self.loans,
            "months": self.months,
            "pays": [one.as_json() for one in self.behaviours],
            "cut_short": dict(self.cut),
        }


def counted(months: Iterable[LoanMonth], first: date, last: date, cut: Mapping[str, int] | None = None) -> Calibration:
    """The calibration that months of loans come to. OverdueFlowError where there are none."""
    known = tuple(months)
    if not known:
        raise OverdueFlowError(f"no month of a loan begins and ends from {first} to {last}: nothing can be counted")
    return Calibration(first, last, len({one.loan for one in known}), len(known), behaviours(known), cut or {})


@dataclass(frozen=True, slots=True)
class Schedules:
    """The instalments of the loans of a book, and the currency that they are in."""

    loans: tuple[Instalments, ...]
    currency: str


def schedules_of(book: Book, terms: Terms, until: date) -> Schedules:
    """What was due and paid on the loans of a book that were opened by `until`, as the terms count it.

    OverdueFlowError where there are none, or where they are in several currencies.
    """
    opened = [loan for loan in book if loan.opened.opened_on <= until]
    currencies = sorted({loan.opened.currency or terms.currency for loan in opened})
    if not opened:
        raise OverdueFlowError(f"no loan of the book was opened by {until}")
    if len(currencies) > 1:
        raise OverdueFlowError(f"the loans are in {', '.join(currencies)}: calibrate a book for each currency")
    return Schedules(tuple(instalments_of(loan, terms, until) for loan in opened), currencies[0])


def calibrate(
    book: Book, terms: Terms, first: date | None = None, last: date | None = None
) -> tuple[Calibration, Schedules]:
    """Count how the borrowers of a book paid, in months that began on `first` or later and were over by `last`.

    By default from its first opening to its last news: what is due later has not been unpaid yet. `terms` say how money
    covers what is due. OverdueFlowError where no month of a loan is over by then.
    """
    assert book.first_opening is not None, "a book without loans is refused"
    assert book.last_news is not None
    first, last = first or book.first_opening, last or book.last_news
    known = schedules_of(book, terms, last)
    return counted(loan_months(known.loans, first), first, last, cut_short(known.loans)), known


def _row(one: Behaviour) -> Pays:
    chances = {
        outcome.paid: Decimal(str(outcome.chance)).quantize(_MILLIONTH, ROUND_DOWN)
        for outcome in one.outcomes
        if outcome.paid != NOTHING
    }
    days = _days(one.days)
    return Pays.model_validate(
        {"missed": [one.missed], "chances": chances or {NOTHING: Decimal(1)}, "observed": one.months}
        | ({"on": days} if days else {})
    )


def _days(seen: Mapping[int, int]) -> dict[Between, Decimal]:
    """The days on which something was paid, those after the first in spans of five, with their weights."""
    total = sum(seen.values())
    spans: Counter[Between] = Counter()
    for day, count in sorted(seen.items()):
        first = day if day == 0 else (day - 1) // _FIVE * _FIVE + 1
        spans[Between(first, first if day == 0 else first + _FIVE - 1)] += count
    return {span: (Decimal(count) / total).quantize(_MILLIONTH) for span, count in spans.items()}


def population_file(calibration: Calibration, known: Schedules, name: str, **more: Any) -> PopulationFile:
    """A population that pays as was counted, of loans such as are open on the last day counted; where few are, of new
    ones such as the book's.

    What `name` has that no name can have becomes `-`. `more` are further keys of the file, such as `borrowers`.
    """
    said: dict[str, Any] = {
        "language": str(LANGUAGE),
        "population": _NO_NAME.sub("-", name).strip("-._") or "counted",
        "starts_on": calibration.last + timedelta(days=1),
        "currency": known.currency,
        "loans": _loans(known),
        "pays": calibration.pays,
        "calibrated": {
            "from": calibration.first.isoformat(),
            "to": calibration.last.isoformat(),
            "loans": str(calibration.loans),
            "months": str(calibration.months),
        },
    }
    return PopulationFile(**(said | more))


def _loans(known: Schedules) -> tuple[Loans, ...]:
    """The loans that are open at the end, by how many instalments are missed; new ones where few are open."""
    standing = standing_in(known)
    if len(standing) < STANDING_LEAST:
        return _shared(known, [(0, median_low([len(one.due_on) for one in known.loans]))])
    to_come = {missed: median_low([many for other, many in standing if other == missed]) for missed, _ in standing}
    return _shared(known, ((missed, to_come[missed]) for missed, _many in standing))


def standing_in(known: Schedules) -> list[tuple[int, int]]:
    """Of each loan that is open on the last day: how many instalments are missed, and how many are to come."""
    return [one.standing for one in known.loans if one.is_open and one.cut is None]


def standing_loans(known: Schedules) -> tuple[Loans, ...]:
    """The loans that are open on the last day, each as far as it is."""
    return _shared(known, standing_in(known))


def new_loans(known: Schedules) -> tuple[Loans, ...]:
    """New loans, each of as many instalments as one of the book had."""
    return _shared(known, ((0, len(one.due_on)) for one in known.loans))


def _shared(known: Schedules, several: Iterable[tuple[int, int]]) -> tuple[Loans, ...]:
    """Loans with so many instalments missed and to come, alike ones together, their shares 1 together.

    One that has none to come gets its last one anew: a schedule has one at least.
    """
    counts = Counter((missed, many) if many else (max(0, missed - 1), 1) for missed, many in several)
    amount, every = _drawn(known), _every(known.loans)
    found = [
        Loans(share=_rounded(count / counts.total()), missed=missed, instalments=many, amount=amount, every=every)
        for (missed, many), count in sorted(counts.items())
    ]
    return _to_one(found)


def _rounded(share: float) -> Decimal:
    return Decimal(str(share)).quantize(_MILLIONTH)


def _to_one(several: Sequence[Loans]) -> tuple[Loans, ...]:
    """Loans whose shares are 1 together: what rounding lost goes to the first."""
    lost = 1 - sum(one.share for one in several)
    return (several[0].model_copy(update={"share": several[0].share + lost}), *several[1:])


def _drawn(known: Schedules) -> Drawn:
    """One of ten amounts, each as likely: the middles of the tenths of what instalments usually are."""
    ordered = sorted(one.usual for one in known.loans)
    middles = Counter(ordered[(2 * tenth + 1) * len(ordered) // (2 * _TENTHS)] for tenth in range(_TENTHS))
    return Drawn(
        tuple(
            (from_minor(amount, known.currency), Decimal(count) / _TENTHS) for amount, count in sorted(middles.items())
        )
    )


def _every(loans: Sequence[Instalments]) -> Span:
    """The usual span from one due date to the next."""
    gaps = [(later - due).days for one in loans for due, later in pairwise(one.due_on) if later > due]
    usual = median_low(gaps) if gaps else 30
    return Span(1, "months") if usual in _MONTHLY else Span(usual, "days")
