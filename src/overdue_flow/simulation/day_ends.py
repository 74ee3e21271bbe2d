"""How a loan stands on some days, taken while it is lived: each at the moment at which it is final.

Where the due date is day 0, a day is told by the case after its last event; where it is day 1, by the case after the
opening turn of the next day. Either is known for good only before the first later turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Generic, TypeVar

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import Told, told_by

T = TypeVar("T")

_NO_MORE = Told(date.max, opening=False)
"""The turn after which a day is final that nobody asks for."""


class DayEnds(Generic[T]):
    """What is `read` of a case at the end of each of some `days`, which are found from the loan when it is opened, and
    come in order. `read` is given the day that is told, and the day of the turn that tells it."""

    def __init__(self, read: Callable[[Case, date, date], T], days: Callable[[Case], Iterator[date]]) -> None:
        self.rows: list[T] = []
        self._read = read
        self._days = days
        self._coming: Iterator[date] | None = None
        self._on: date | None = None
        self._told = _NO_MORE

    def before_turn(self, case: Case, day: date, opens_day: bool) -> None:
        """Write the days that the coming turn can no longer change."""
        if self._coming is None:
            self._coming = self._days(case)
            self._await(case)
        while self._on is not None and _is_over(self._told, day, opens_day):
            self.rows.append(self._read(case, self._on, self._told.turn_day))
            self._await(case)

    def finish(self, case: Case) -> None:
        """Write the rest: nothing comes any more."""
        self.before_turn(case, date.max, opens_day=False)

    def _await(self, case: Case) -> None:
        assert self._coming is not None, "the first turn asks for the days"
        self._on = next(self._coming, None)
        self._told = _NO_MORE if self._on is None else told_by(self._on, case.terms)


def _is_over(told: Told, day: date, opens_day: bool) -> bool:
    """Whether a turn of `day` comes after the turn by which a calendar day is told."""
    return day > told.turn_day or (day == told.turn_day and told.opening and not opens_day)
