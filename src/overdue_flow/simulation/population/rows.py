"""Rows of behaviour made ready for a policy: which of them fits a loan on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar, cast

from overdue_flow.cases.case import Case
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.compile import First, compile_first
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.population.done import DoneTo
from overdue_flow.simulation.population.model import Row

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as rows look at it: its case on a day, its borrower's kind, what was done to them."""

    case: Case
    day: date
    kind: str
    done: DoneTo
    policy: Policy

    @property
    def missed(self) -> int:
        """How many instalments are missed."""
        return cast(int | None, self.policy.vocabulary["missed_instalments"].read(self.case, self.day)) or 0


@dataclass(frozen=True, slots=True)
class Fitting(Generic[R]):
    """A row, with what it says of a policy looked up. `stages` are the leaves it is about; None for all."""

    row: R
    stages: frozenset[str] | None
    holds: First | None

    def fits(self, loan: Loan) -> bool:
        """Whether the row is about this loan, as it stands."""
        row = self.row
        if row.kinds and loan.kind not in row.kinds:
            return False
        if self.stages is not None and loan.case.course.stage not in self.stages:
            return False
        if row.missed and not any(loan.missed in between for between in row.missed):
            return False
        if row.after is not None and not loan.done.lately(row.after, loan.day):
            return False
        return self.holds is None or self.holds(loan.case, loan.day, None) == 0


def ready(rows: Iterable[R], policy: Policy) -> tuple[Fitting[R], ...]:
    """The rows, looked up in a policy by which they were checked."""
    return tuple(Fitting(row, _stages(row, policy), _condition(row, policy)) for row in rows)


def first_fitting(rows: Sequence[Fitting[R]], loan: Loan) -> R | None:
    """The first row that is about this loan; None where none is."""
    for one in rows:
        if one.fits(loan):
            return one.row
    return None


def _stages(row: Row, policy: Policy) -> frozenset[str] | None:
    if not row.in_:
        return None
    return frozenset(leaf for leaf in policy.leaves if {leaf, *policy.stages[leaf].owners} & set(row.in_))


def _condition(row: Row, policy: Policy) -> First | None:
    if row.when is None:
        return None
    guard = read_guard(row.when, policy.vocabulary, policy.terms.currency).guard
    assert guard is not None, "a population is checked before it is lived"
    return compile_first([guard], policy.vocabulary)
