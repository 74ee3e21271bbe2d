"""Uncertainty: intervals over borrowers, and whether two policies can be told apart.

Borrowers are drawn independently and live independently, so sums over them have, for many, a normal distribution
(central limit theorem) with the standard error e = sqrt(n) · s, s² = (Σx² - (Σx)² / n) / (n - 1): what may be below
zero has the interval sum ± z · e. Sums of counts and amounts, of which many borrowers may have none, have the score
interval of a variance that grows with the sum, e² / sum times as fast: all t for which (sum - t)² <= z² · t · e² / sum.
Among many that is sum ± z · e too, but it does not go below zero and is long enough above where few have any (Wilson's
interval for rare events: Brown, Cai and DasGupta, Statistica Sinica 13, 2003; e² / sum: McCullagh and Nelder,
Generalized Linear Models, 2nd ed., 6.2.3). Shares have Wilson's interval (Wilson 1927; Brown, Cai and DasGupta,
Statistical Science 16, 2001). Two policies are compared by the differences between their outcomes for the same borrower
(common random numbers: Law, Simulation Modeling and Analysis, ch. 11), which may be below zero.

All sums are whole numbers, so that shares of the borrowers can be summed in any order and give the same to the byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from overdue_flow.simulation.trial.results import Estimate

CONFIDENCE = 0.95
"""How often an interval covers what it is of."""

_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf(0.5 + CONFIDENCE / 2)


@dataclass(slots=True)
class Moments:
    """Whole numbers, one for each borrower, as their sum and the sum of their squares; `others` counts those that are
    not zero, `below` those that are less."""

    total: int = 0
    squares: int = 0
    others: int = 0
    below: int = 0

    def add(self, number: int) -> None:
        """One borrower's."""
        if number:
            self.total += number
            self.squares += number * number
            self.others += 1
            self.below += number < 0

    def take_in(self, more: Moments) -> None:
        """Those of other borrowers."""
        self.total += more.total
        self.squares += more.squares
        self.others += more.others
        self.below += more.below

    def estimate(self, borrowers: int) -> Estimate:
        """The sum over so many borrowers of what may be below zero, with its interval."""
        margin = margin_of(self.error(borrowers))
        return Estimate(float(self.total), self.total - margin, self.total + margin)

    def estimate_above_zero(self, borrowers: int, least: int = 0) -> Estimate:
        """The sum over so many borrowers of counts or amounts, with its interval. `least` is the least that one has who
        has any: it says how far the interval goes where nobody had (0: not known, and not told). Where an amount is
        below zero, since it was taken back, it is the interval of `estimate`."""
        if self.below or borrowers < 2:
            return self.estimate(borrowers)
        growth = self.error(borrowers) ** 2 / self.total if self.total else float(least)
        middle = self.total + _Z * _Z * growth / 2
        margin = _Z * sqrt(growth * (self.total + _Z * _Z * growth / 4))
        return Estimate(float(self.total), max(0.0, middle - margin), middle + margin)

    def error(self, borrowers: int) -> float:
        """The standard error of the sum: sqrt(n) · s."""
        if borrowers < 2:
            return 0.0
        # whole numbers first: nothing is lost where both terms are great
        scaled = borrowers * self.squares - self.total * self.total
        return sqrt(scaled / (borrowers - 1))

    def p_value(self, borrowers: int) -> float:
        """The two-sided chance of so great a sum of differences if there were none on average.

        With few borrowers for whom anything differs a normal distribution promises too much: if each difference could
        as well have had the other sign, the most that m of them can say is 2 · 2^-m, and no p is below that.
        """
        error = self.error(borrowers)
        if not self.total or not error:
            return 1.0 if not self.total else 2.0 ** (1 - min(self.others, 1000))
        p = 2.0 * _NORMAL.cdf(-abs(self.total) / error)
        return min(1.0, max(p, 2.0 ** (1 - min(self.others, 1000))))


def margin_of(error: float) -> float:
    """Half the width of the interval of what has such a standard error."""
    return _Z * error


def share_of(count: int, borrowers: int) -> Estimate:
    """So many of the borrowers, with Wilson's interval; in borrowers, not as a share."""
    if not borrowers:
        return Estimate(0.0, 0.0, 0.0)
    low, high = wilson(count / borrowers, borrowers)
    return Estimate(float(count), borrowers * low, borrowers * high)


def wilson(share: float, tries: float) -> tuple[float, float]:
    """Wilson's interval of a share of so many independent tries, which need not be a whole number."""
    extra = _Z * _Z / tries
    middle = (share + extra / 2) / (1 + extra)
    margin = _Z / (1 + extra) * sqrt(share * (1 - share) / tries + extra / tries / 4)
    return (0.0 if share == 0 else max(0.0, middle - margin)), (1.0 if share == 1 else min(1.0, middle + margin))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values adjusted for their number, so that the chance of any false alarm among them stays below the level
    they are held against (Holm, Scandinavian Journal of Statistics 6, 1979)."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [1.0] * len(p_values)
    reached = 0.0
    for rank, place in enumerate(order):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = reached
    return tuple(adjusted)
