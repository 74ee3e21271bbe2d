"""How sure a roll rate is: the months of one borrower go together, so they do not count as so many borrowers.

A rate is a ratio of two sums over borrowers: how often one went from a state to another, and how often one stood in the
first. Its variance is that of a ratio estimate (Cochran, Sampling Techniques, 3rd ed., ch. 6); from it comes the number
of independent steps that would be as sure (Kish, Survey Sampling, 1965), and for so many Wilson's interval.

The difference of a rate between two policies is that of two such ratios over the same borrowers: its variance is the
sum of both less twice their covariance, which is worked out in the same way (Cochran, ch. 6, linearised ratios).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt

from overdue_flow.simulation.trial.estimates import margin_of, wilson
from overdue_flow.simulation.trial.results import Estimate


@dataclass(slots=True)
class RollSums:
    """Sums over borrowers. x is how often one stood in a state, y how often one then went to another: `squares` Σ x²,
    `went_squares` Σ y², `products` Σ x·y, `borrowers` how many ever stood there."""

    steps: Counter[tuple[int, int]] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)
    squares: Counter[int] = field(default_factory=Counter)
    went_squares: Counter[tuple[int, int]] = field(default_factory=Counter)
    products: Counter[tuple[int, int]] = field(default_factory=Counter)
    borrowers: Counter[int] = field(default_factory=Counter)

    def add(self, states: Sequence[int]) -> None:
        """The states of one borrower, from the start to the last month's end."""
        stood = Counter(states[:-1])
        went = Counter(pairwise(states))
        self.steps.update(went)
        self.times.update(stood)
        self.squares.update({state: times * times for state, times in stood.items()})
        self.went_squares.update({step: times * times for step, times in went.items()})
        self.products.update({step: times * stood[step[0]] for step, times in went.items()})
        self.borrowers.update(stood.keys())

    def take_in(self, more: RollSums) -> None:
        """Those of other borrowers."""
        for name in ("steps", "times", "squares", "went_squares", "products", "borrowers"):
            getattr(self, name).update(getattr(more, name))

    def rate(self, earlier: int, later: int) -> Estimate:
        """The share of the months that began in one state and ended in another; nothing is known where none began."""
        times = self.times[earlier]
        if not times:
            return Estimate(0.0, 0.0, 1.0)
        share = self.steps[earlier, later] / times
        low, high = wilson(share, self._as_sure_as(earlier, later, share))
        return Estimate(share, low, high)

    def around(self, earlier: int, later: int, share: float) -> float:
        """Σ (y - share · x)²."""
        return (
            self.went_squares[earlier, later]
            - 2 * share * self.products[earlier, later]
            + share * share * self.squares[earlier]
        )

    def _as_sure_as(self, earlier: int, later: int, share: float) -> float:
        """How many independent steps would say as much: never more than there were steps."""
        times, borrowers = self.times[earlier], self.borrowers[earlier]
        around = self.around(earlier, later, share)
        if borrowers < 2 or around <= 0:
            return float(borrowers)
        variance = borrowers / (borrowers - 1) * around / times**2
        return min(float(times), share * (1 - share) / variance) or float(borrowers)


DIFFERING_MIN = 6
"""With fewer borrowers for whom a rate differs nothing is said of its difference: if each could as well have had the
other sign, fewer say nothing with a false alarm in twenty (2 · 2^-m)."""


@dataclass(slots=True)
class RollPairs:
    """Sums over borrowers of what two policies made of each: x and y as in `RollSums`, of the first policy and of the
    second. `stood` Σ x·x', `went` Σ y·y', `went_stood` Σ y·x', `stood_went` Σ x·y'; `either` how many borrowers stood
    there under one of them, `stood_apart` for how many x is not the same, `went_apart` for how many only y is not."""

    stood: Counter[int] = field(default_factory=Counter)
    went: Counter[tuple[int, int]] = field(default_factory=Counter)
    went_stood: Counter[tuple[int, int]] = field(default_factory=Counter)
    stood_went: Counter[tuple[int, int]] = field(default_factory=Counter)
    either: Counter[int] = field(default_factory=Counter)
    stood_apart: Counter[int] = field(default_factory=Counter)
    went_apart: Counter[tuple[int, int]] = field(default_factory=Counter)

    def add(self, first: Sequence[int], second: Sequence[int]) -> None:
        """The states of one borrower under both."""
        x, other_x = Counter(first[:-1]), Counter(second[:-1])
        y, other_y = Counter(pairwise(first)), Counter(pairwise(second))
        self.stood.update({state: times * other_x[state] for state, times in x.items()})
        self.either.update(x.keys() | other_x.keys())
        self.stood_apart.update(state for state in x.keys() | other_x.keys() if x[state] != other_x[state])
        for step in y.keys() | other_y.keys():
            self.went[step] += y[step] * other_y[step]
            self.went_stood[step] += y[step] * other_x[step[0]]
            self.stood_went[step] += x[step[0]] * other_y[step]
            self.went_apart[step] += x[step[0]] == other_x[step[0]] and y[step] != other_y[step]

    def take_in(self, more: RollPairs) -> None:
        """Those of other borrowers."""
        for name in ("stood", "went", "went_stood", "stood_went", "either", "stood_apart", "went_apart"):
            getattr(self, name).update(getattr(more, name))

    def difference(self, first: RollSums, second: RollSums, earlier: int, later: int) -> Estimate | None:
        """By how much the second's rate is greater; None where too little is known."""
        step = earlier, later
        differing = self.stood_apart[earlier] + self.went_apart[step]
        if not first.times[earlier] or not second.times[earlier] or 0 < differing < DIFFERING_MIN:
            return None
        if not differing:
            return Estimate(0.0, 0.0, 0.0)
        one, other = (sums.steps[step] / sums.times[earlier] for sums in (first, second))
        covariance = (
            self.went[step] - other * self.went_stood[step] - one * self.stood_went[step]
            + one * other * self.stood[earlier]
        )  # fmt: skip
        around = (
            first.around(*step, one) / first.times[earlier] ** 2
            + second.around(*step, other) / second.times[earlier] ** 2
            - 2 * covariance / (first.times[earlier] * second.times[earlier])
        )
        several = self.either[earlier]  # as many as differ at least
        margin = margin_of(sqrt(max(0.0, several / (several - 1) * around)))
        return Estimate(other - one, other - one - margin, other - one + margin)
