"""Borrowers lived under the policies of a trial, some after the other, in one process or in several.

Each process reads the policies and the population for itself, and gets consecutive borrowers as its share. All that
comes back are sums of whole numbers, so that the result is the same to the byte whoever lived which borrower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.crew import same_policy
from overdue_flow.simulation.population.behaviour import Behaviour, behaviour_under
from overdue_flow.simulation.population.borrowers import Borrower, drawn
from overdue_flow.simulation.population.read import Population
from overdue_flow.simulation.processes import handed_out, in_shares
from overdue_flow.simulation.trial.estimates import Moments
from overdue_flow.simulation.trial.figures import COMPARED
from overdue_flow.simulation.trial.record import Record, record_of
from overdue_flow.simulation.trial.tally import Sums

BORROWERS_PER_SHARE = 50
STRENGTHS = (0.0, 0.5, 1.0, 2.0)
"""How strong an effect is made in a sensitivity table: not at all, half, as stated, double, on the log scale."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a trial asks: how many borrowers, by which seed, and of how many of them the sensitivity tables are."""

    seed: int
    borrowers: int
    sensitivity_borrowers: int


class Lives:
    """Lives borrowers under a champion and, where there is one, a challenger."""

    def __init__(self, population: Population, champion: Policy, challenger: Policy | None, asked: Question) -> None:
        self.asked = asked
        self.file = population.file
        self.champion = behaviour_under(population.file, champion)
        self.challenger = behaviour_under(population.file, challenger) if challenger is not None else None

    def share(self, numbers: range) -> Sums:
        """The borrowers of these numbers."""
        sums = Sums()
        for number in numbers:
            self._live(number, sums)
        return sums

    def _live(self, number: int, sums: Sums) -> None:
        borrower = drawn(self.file, self.asked.seed, number, self.champion.currency)
        champion = record_of(borrower, self.champion)
        challenger = record_of(borrower, self.challenger) if self.challenger else None
        sums.champion.add(champion)
        if challenger is not None:
            sums.challenger.add(challenger)
            sums.paired.add(champion, challenger, compared(self.file.primary))
        if number < self.asked.sensitivity_borrowers:
            for place in range(len(self.file.effects)):
                for strength in STRENGTHS:
                    one = _if_so_strong(borrower, self.champion, champion, place, strength)
                    other = None
                    if self.challenger is not None and challenger is not None:
                        other = _if_so_strong(borrower, self.challenger, challenger, place, strength)
                    self._sum_up(sums, place, strength, one, other)

    def _sum_up(self, sums: Sums, place: int, strength: float, champion: Record, challenger: Record | None) -> None:
        primary = self.file.primary
        of_champion, of_difference = sums.strengths.setdefault((place, strength), (Moments(), Moments()))
        of_champion.add(champion.figures[primary])
        if challenger is not None:
            of_difference.add(challenger.figures[primary] - champion.figures[primary])


def _if_so_strong(borrower: Borrower, behaviour: Behaviour, as_stated: Record, place: int, strength: float) -> Record:
    """What becomes of a borrower if one effect is so strong: the same as it is where that effect changed nothing."""
    if strength == 1.0 or place not in as_stated.moved_by:
        return as_stated
    return record_of(borrower, behaviour, {place: strength})


def compared(primary: str) -> tuple[str, ...]:
    """The figures by which two policies are told apart, the primary one first."""
    return (primary, *(name for name in COMPARED if name != primary))


@dataclass(frozen=True, slots=True)
class Order:
    """What a process needs to live its shares: the policies' files and digests, the population's text."""

    champion: tuple[str, str]
    challenger: tuple[str, str] | None
    population: Population
    asked: Question


def by_one(lives: Lives) -> Iterator[tuple[int, Sums]]:
    """Every borrower in this process: how many are done, and the sums of those that came last."""
    for numbers in in_shares(lives.asked.borrowers, BORROWERS_PER_SHARE):
        yield numbers.stop, lives.share(numbers)


def by_many(order: Order, processes: int) -> Iterator[tuple[int, Sums]]:
    """The same in several processes."""
    parts = in_shares(order.asked.borrowers, BORROWERS_PER_SHARE)
    for numbers, found in zip(parts, handed_out(_share, parts, processes, _begin, order), strict=True):
        yield numbers.stop, found


_ORDER: list[Order] = []
_LIVES: list[Lives] = []
"""What this process has been told to do, and what it has made ready for it."""


def _begin(order: Order) -> None:
    _ORDER[:] = [order]


def _share(numbers: range) -> Sums:
    if not _LIVES:
        order = _ORDER[0]
        champion = same_policy(*order.champion, "it was simulated")
        challenger = same_policy(*order.challenger, "it was simulated") if order.challenger else None
        _LIVES.append(Lives(order.population, champion, challenger, order.asked))
    return _LIVES[0].share(numbers)
