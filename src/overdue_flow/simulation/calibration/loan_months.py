"""The months of real loans, as a population knows them: how many instalments were missed, and what was paid.

A month of a loan begins on each due date, and goes on so, calendar month by calendar month, after the last one.
`missed` are the instalments that fell due before that day and were unpaid when it began. What is paid is counted in
instalments that became covered before the next month began, oldest first, as the ledger covers them: money that covers
no instalment in full waits until it does.

An instalment that is covered before its due date counts as paid on it, since nothing was owed before. A loan whose rest
was covered at once, two instalments or more of it not yet due, was closed by `balance`.

A loan is counted until its schedule is replaced, a plan stands beside it, or it leaves the lender: what is paid then is
no answer to an instalment of the contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from overdue_flow.cases.arrears import coverage
from overdue_flow.cases.case import Case
from overdue_flow.cases.events import (
    Accelerated,
    ArrearsReported,
    ChargeAdded,
    ChargedOff,
    Closed,
    DebtSold,
    Event,
    PaymentReceived,
    PaymentReversed,
    PlacedWithAgency,
    PlanAgreed,
    RefundMade,
    ScheduleReplaced,
    SettlementReached,
    WaiverGranted,
    WrittenOff,
)
from overdue_flow.cases.evolve import apply
from overdue_flow.cases.terms import Terms
from overdue_flow.errors import EventRefused, MoneyError
from overdue_flow.simulation.book import BookLoan
from overdue_flow.simulation.population.paying import ALL, BALANCE

_MONEY = (PaymentReceived, PaymentReversed, ChargeAdded, RefundMade, WaiverGranted)
_ENDS = (
    Accelerated, ArrearsReported, ChargedOff, Closed, DebtSold, PlacedWithAgency, PlanAgreed, ScheduleReplaced,
    SettlementReached, WrittenOff,
)  # fmt: skip


class LoanMonth(NamedTuple):
    """One month of one loan. `day` is how many days after it began the first of what was paid came; None if nothing."""

    loan: str
    begins: date
    missed: int
    paid: str
    day: int | None


@dataclass(frozen=True, slots=True)
class Instalments:
    """The instalments of one loan, in order of due dates, each with the day on which it became covered, if it did.

    `usual` is the amount of a usual instalment, in minor units; `until` is the last day that is known. `cut` says why
    no more is counted, where the loan's life went on.
    """

    loan: str
    opened_on: date
    due_on: tuple[date, ...]
    covered_on: tuple[date | None, ...]
    usual: int
    until: date
    cut: str | None = None

    @property
    def standing(self) -> tuple[int, int]:
        """How many instalments are missed at the end of the last day that is known, and how many are to come."""
        open_ = [due for due, day in zip(self.due_on, self.covered_on, strict=True) if day is None]
        missed = sum(1 for due in open_ if due <= self.until)
        return missed, len(open_) - missed

    @property
    def is_open(self) -> bool:
        """Whether something is owed at the end of the last day that is known."""
        return None in self.covered_on

    @property
    def months(self) -> Iterator[LoanMonth]:
        """The months that are over by `until`, up to the one in which the last of the loan was paid; none of a loan
        that was closed before its first due date."""
        dues = [(due, day and max(day, due)) for due, day in zip(self.due_on, self.covered_on, strict=True)]
        closed_on = self._closed_early_on()
        for begins, ends in self._spans():
            if ends > self.until + relativedelta(days=1) or (closed_on is not None and closed_on < begins):
                return
            unpaid = [(due, day) for due, day in dues if due <= begins and not (day and day < begins)]
            missed = sum(1 for due, _day in unpaid if due < begins)
            if closed_on is not None and begins <= closed_on < ends:
                yield LoanMonth(self.loan, begins, missed, BALANCE, (closed_on - begins).days)
                return
            if not unpaid:
                return
            paid = [day for _due, day in unpaid if day is not None and day < ends]
            word = ALL if len(paid) == len(unpaid) else str(len(paid))
            yield LoanMonth(self.loan, begins, missed, word, (min(paid) - begins).days if paid else None)

    def _spans(self) -> Iterator[tuple[date, date]]:
        """The first day of each month, and that of the next, for as long as something can be open."""
        starts = sorted(set(self.due_on))
        yield from pairwise(starts)
        number = 0
        while starts[-1] + relativedelta(months=number) <= self.until:
            yield starts[-1] + relativedelta(months=number), starts[-1] + relativedelta(months=number + 1)
            number += 1

    def _closed_early_on(self) -> date | None:
        """The day on which the rest was paid, if two instalments or more of it were not yet due."""
        days = [day for day in self.covered_on if day is not None]
        if len(days) < len(self.due_on):
            return None
        last = max(days)
        early = sum(1 for due, day in zip(self.due_on, days, strict=True) if due > last and day == last)
        return last if early > 1 else None


def instalments_of(loan: BookLoan, terms: Terms, until: date) -> Instalments:
    """The instalments of a loan of a book, as its ledger has them on `until`, or when the last of it is counted."""
    case = _opened(loan, terms)
    cut, last = None, until
    for at, event in loan.events:
        day = at.astimezone(terms.zone).date()
        if isinstance(event, _ENDS):
            cut, last = type(event).__name__, min(until, day)
            break
        if isinstance(event, _MONEY) and day <= until:
            case = _after(case, event)
    covered = [one for one in coverage(case.ledger, last) if one.what == "instalment"]
    return Instalments(
        loan.loan_id,
        case.opened_on,
        tuple(one.due_on for one in covered),
        tuple(one.covered_on for one in covered),
        median_low([one.amount for one in covered]),
        last,
        cut,
    )


def _opened(loan: BookLoan, terms: Terms) -> Case:
    opened = loan.opened.model_copy(update={"terms": terms})
    assert opened.at is not None  # the reader gave every event its instant
    day = opened.at.astimezone(terms.zone).date()
    return apply(None, opened, case_id=loan.loan_id, seq=1, day=day, at=opened.at)


def _after(case: Case, event: Event) -> Case:
    """The case after money came or went; what cannot have happened is left out, as a backtest leaves it out."""
    assert event.at is not None  # the reader gave every event its instant
    day = max(case.day, event.at.astimezone(case.zone).date())
    try:
        return apply(case, event, case_id=case.id, seq=case.seq + 1, day=day, at=event.at)
    except (EventRefused, MoneyError):
        return case


def loan_months(loans: Iterable[Instalments], first: date | None = None) -> Iterator[LoanMonth]:
    """The months of all loans that began on `first` or later."""
    return (month for loan in loans for month in loan.months if first is None or month.begins >= first)


def cut_short(loans: Sequence[Instalments]) -> dict[str, int]:
    """How many loans were counted up to an event only, by its name."""
    why = [loan.cut for loan in loans if loan.cut is not None]
    return {name: why.count(name) for name in sorted(set(why))}
