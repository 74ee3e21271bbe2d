"""Sums over borrowers: all that is kept of them, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from overdue_flow.simulation.trial.estimates import Moments
from overdue_flow.simulation.trial.figures import AHEAD, COMPARED
from overdue_flow.simulation.trial.record import Record
from overdue_flow.simulation.trial.roll_rates import RollPairs, RollSums


@dataclass(slots=True)
class Tally:
    """The sums of one policy. Keys of `monthly`, `occupancy` and `rolls` begin with the month, counted from 0."""

    borrowers: int = 0
    loan_days: int = 0
    figures: dict[str, Moments] = field(default_factory=dict)
    monthly: dict[tuple[int, str], Moments] = field(default_factory=dict)
    occupancy: Counter[tuple[int, str]] = field(default_factory=Counter)
    rolls: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    movers: Counter[tuple[str, str]] = field(default_factory=Counter)
    passages: Counter[tuple[int, int, str, str]] = field(default_factory=Counter)
    roll_sums: RollSums = field(default_factory=RollSums)
    impossible: Counter[str] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        """One borrower more."""
        self.borrowers += 1
        self.loan_days += record.days
        for name, number in record.figures.items():
            self.figures.setdefault(name, Moments()).add(number)
        for name, numbers in record.monthly.items():
            for month, number in enumerate(numbers):
                if number:
                    self.monthly.setdefault((month, name), Moments()).add(number)
        self.occupancy.update(enumerate(record.stages))
        steps = zip(record.states, record.states[1:], strict=False)
        self.rolls.update((month, earlier, later) for month, (earlier, later) in enumerate(steps))
        self.roll_sums.add(record.states)
        self.passages.update((a, b, record.stages[a], record.stages[b]) for a, b in spans(len(record.stages) - 1))
        self.moves.update(record.moves)
        self.movers.update(record.moves.keys())
        self.impossible.update(record.impossible)

    def take_in(self, more: Tally) -> None:
        """The sums of other borrowers."""
        self.borrowers += more.borrowers
        self.loan_days += more.loan_days
        for name, moments in more.figures.items():
            self.figures.setdefault(name, Moments()).take_in(moments)
        for key, moments in more.monthly.items():
            self.monthly.setdefault(key, Moments()).take_in(moments)
        self.roll_sums.take_in(more.roll_sums)
        for counter in ("occupancy", "rolls", "passages", "moves", "movers", "impossible"):
            getattr(self, counter).update(getattr(more, counter))


SPANS = 4
"""Over so many spans it is kept who went from which stage to which."""


def spans(months: int) -> list[tuple[int, int]]:
    """The months at which even spans begin and end; fewer where there are fewer months."""
    ends = [round(months * number / SPANS) for number in range(SPANS + 1)]
    return [(earlier, later) for earlier, later in pairwise(ends) if earlier < later]


@dataclass(slots=True)
class Paired:
    """The sums of the differences between two policies, borrower by borrower: of the compared figures; and by month, by
    how much one is ahead at its end; and of their rolls."""

    figures: dict[str, Moments] = field(default_factory=dict)
    ahead: dict[tuple[str, int], Moments] = field(default_factory=dict)
    rolls: RollPairs = field(default_factory=RollPairs)

    def add(self, champion: Record, challenger: Record, names: Sequence[str] = COMPARED) -> None:
        """One borrower under both."""
        self.rolls.add(champion.states, challenger.states)
        for name in names:
            difference = challenger.figures[name] - champion.figures[name]
            self.figures.setdefault(name, Moments()).add(difference)
        for name in AHEAD:
            both = zip(challenger.monthly[name], champion.monthly[name], strict=True)
            for month, ahead in enumerate(accumulate(other - one for other, one in both)):
                self.ahead.setdefault((name, month), Moments()).add(ahead)

    def take_in(self, more: Paired) -> None:
        """The differences of other borrowers."""
        self.rolls.take_in(more.rolls)
        for name, moments in more.figures.items():
            self.figures.setdefault(name, Moments()).take_in(moments)
        for key, moments in more.ahead.items():
            self.ahead.setdefault(key, Moments()).take_in(moments)


@dataclass(slots=True)
class Sums:
    """All sums of a trial: of the champion, of the challenger, of their differences; and of the primary figure for each
    effect (by its place) at each strength."""

    champion: Tally = field(default_factory=Tally)
    challenger: Tally = field(default_factory=Tally)
    paired: Paired = field(default_factory=Paired)
    strengths: dict[tuple[int, float], tuple[Moments, Moments]] = field(default_factory=dict)

    def take_in(self, more: Sums) -> None:
        """Those of other borrowers."""
        self.champion.take_in(more.champion)
        self.challenger.take_in(more.challenger)
        self.paired.take_in(more.paired)
        for key, (one, difference) in more.strengths.items():
            here = self.strengths.setdefault(key, (Moments(), Moments()))
            here[0].take_in(one)
            here[1].take_in(difference)
