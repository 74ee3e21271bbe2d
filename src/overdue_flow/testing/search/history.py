"""What a search looks through: loans' histories, turn by turn, under one policy or under two on the same events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import NOTHING, Move, Results
from overdue_flow.cases.events import Event, LoanOpened
from overdue_flow.engine.decision import Decision
from overdue_flow.guards.tree import Condition
from overdue_flow.policy.trials import Step


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a loan. `before` is the case as it stood (None: it is opened), `other` what the other policy decides,
    where two are compared; a decision is None where the day is not a turn of that policy, or its engine refuses the
    event."""

    before: Case | None
    decision: Decision | None
    event: Event | None
    at: datetime
    day: date
    other: Decision | None = None

    @property
    def case(self) -> Case | None:
        """The case after the turn; as it stood where nothing was decided."""
        return self.decision.case if self.decision is not None else self.before

    @property
    def results(self) -> Results:
        """What deciding led to; nothing where nothing was decided."""
        return self.decision.entry.results if self.decision is not None and self.decision.entry is not None else NOTHING

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves of the turn."""
        return self.results.moves

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What was decided to be done in the turn: neither forbidden nor left out."""
        return tuple(one for one in self.results.effects if one.status not in (Status.SKIPPED, Status.VETOED))


@dataclass(frozen=True, slots=True)
class History:
    """A loan's history: how it was opened, what happened, and the day of which it is said that it shows something."""

    opening: LoanOpened
    steps: tuple[Step, ...]
    until: date


Score: TypeAlias = Callable[[Case, date], float]
"""How far a case is from what is looked for on a day; 0 where it is there."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Where to look: in these leaves (none: anywhere), with this condition true (as it stands on a day, without fields
    of an event), when one of these events comes (words of rules; none: any turn), and as near as `score` says.
    `names` are facts that matter besides those of the condition."""

    leaves: frozenset[str] = frozenset()
    condition: Condition | None = None
    events: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    score: Score | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What is looked for: a turn for which `met` is true, and where it is likely."""

    met: Callable[[Turn], bool]
    aims: tuple[Aim, ...] = ()


@dataclass(slots=True)
class Budget:
    """How much a search may cost: turns lived, and how far it goes. `turns` is what is left."""

    turns: int = 12_000
    steps: int = 24
    days: int = 1_500


def differs(turn: Turn) -> bool:
    """Whether the two policies treat the loan otherwise in this turn: moves, effects, marks, what is held or asked; or
    whether one of them refuses what the other takes."""
    return _results(turn.decision) != _results(turn.other)


def _results(decision: Decision | None) -> object:
    return decision.entry.results or None if decision is not None and decision.entry is not None else None
