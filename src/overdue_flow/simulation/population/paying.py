"""When in a month a borrower pays, and how much.

A row says with which chance something is paid in a month, and with which weights on which of its days. That is a chance
for each day, given that nothing was paid before: the month's daily hazard. Under treatment the hazard rate of a day is
multiplied, so that (1 - h) becomes (1 - h) to the power of the factor: proportional hazards in grouped time (Prentice
and Gloeckler, Biometrics 34, 1978). One draw u settles the month: something is paid on the first day by which the
chance of having paid reaches u. What is done on a day so changes the days after it, and no day before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf, log, log1p
from typing import TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.position import position
from overdue_flow.simulation.population.model import Pays

NOTHING, ALL, BALANCE = "0", "all", "balance"

Rates: TypeAlias = tuple[tuple[int, float], ...]
"""Days after a month began, each with its hazard rate."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a loan's, from the due date on which it began: what luck has in store for it.

    `rates` are the days after `began` on which something may be paid, each with its hazard rate (minus the logarithm of
    the chance of not paying on it); `due` is the rate that luck asks for; `what` is what is paid then.
    """

    began: date
    rates: Rates
    due: float
    what: str

    def pays_on(self, times: Callable[[date], float]) -> date | None:
        """The day on which something is paid, if the rate of each day is multiplied so; None for none."""
        reached = 0.0
        for days, rate in self.rates:
            day = self.began + timedelta(days=days)
            reached += rate * times(day)
            if reached >= self.due:
                return day
        return None


def due_rate(drawn: float) -> float:
    """The rate that luck asks for: it is reached with the chance of having paid that equals the draw."""
    return -log(1.0 - drawn)


def rates_of(row: Pays, last: int) -> Rates:
    """The hazard rate of each day: -log(1 - h), h the chance of paying on it given that nothing was paid before. `last`
    is the month's last day, counted from 0; what would come later comes on it."""
    chance = sum(_paying(row).values())
    weights: dict[int, float] = {}
    for between, weight in row.on.items():
        assert between.last is not None, "days that are drawn have an end"
        span = between.last - between.first + 1
        for days in range(between.first, between.last + 1):
            within = min(days, last)
            weights[within] = weights.get(within, 0.0) + float(weight) / span
    total = sum(weights.values())
    found, before = [], 0.0
    for days in sorted(weights):
        after = before + weights[days] / total
        found.append((days, _rate(chance, before, after)))
        before = after
    return tuple(found)


def _rate(chance: float, before: float, after: float) -> float:
    left = 1.0 - chance * after
    return inf if left < 1e-12 else log1p(-chance * before) - log(left)


def _paying(row: Pays) -> Mapping[str, float]:
    return {what: float(chance) for what, chance in row.chances.items() if what != NOTHING}


def what_of(row: Pays, drawn: float) -> str:
    """What is paid, if anything is."""
    paying = _paying(row)
    chance, reached, what = sum(paying.values()), 0.0, NOTHING
    for what, share in paying.items():
        reached += share
        if drawn * chance < reached:
            return what
    return what


def amount_of(what: str, case: Case, day: date) -> int:
    """How much it is in minor units: the oldest instalments, of those due by `day`; nothing where nothing is due."""
    if what == BALANCE:
        return max(0, position(case, day).balance or 0)
    plan = case.plans.replacing(day) if case.plans.plans else None
    books = plan.books if plan is not None else case.ledger.books
    due = [one.total for one in books.account_on(day).left() if one.due_on <= day]
    return sum(due if what == ALL else due[: int(what)])
