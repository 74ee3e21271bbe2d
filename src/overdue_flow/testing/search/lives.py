"""A loan that is tried out, step by step: under one policy, or under two on the same days and events.

It is lived as a scenario lives (`testing.scenarios`): events at noon of their day and one after the other, their ids
`step-1`, `step-2` and so on; so what a search finds is found again when the scenario is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import said_on
from overdue_flow.cases.events import Event, LoanOpened, TimePassed
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.moves import word_of
from overdue_flow.errors import EventRefused, MoneyError
from overdue_flow.policy.trials import Answer, Step
from overdue_flow.testing.answers import LOAN, answering, instant_of
from overdue_flow.testing.search.alphabet import Happens
from overdue_flow.testing.search.history import History, Turn


@dataclass(frozen=True, slots=True)
class Tried:
    """A loan as it stands on `day` after some steps; `turns` are those of the last of them, or of the days waited."""

    opening: LoanOpened
    case: Case
    other: Case | None
    day: date
    last_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    turns: tuple[Turn, ...] = ()
    waits: int = 0

    @property
    def happened(self) -> frozenset[str]:
        """The words of the events that have come so far."""
        return frozenset(word_of(step.event) for step in self.steps if step.event is not None)

    def history(self, turn: Turn) -> History:
        """The history up to one of the turns."""
        opening = isinstance(turn.event, TimePassed)
        return History(self.opening, self.steps, said_on(turn.day, self.case.terms, opening=opening))


@dataclass(frozen=True, slots=True)
class Pair:
    """One policy compiled, or two that are compared."""

    machine: Machine
    other: Machine | None = None

    def opened(self, opening: LoanOpened) -> Tried | None:
        """A loan that is opened; None where it cannot be."""
        terms = opening.terms or self.machine.policy.terms
        at = datetime.combine(opening.opened_on, time(), terms.zone)
        event = opening.model_copy(update={"id": opening.id or "opened"})
        decision, other = self._both(None, None, event, at)
        if decision is None or (self.other is not None and other is None):
            return None
        turn = Turn(None, decision, event, at, opening.opened_on, other)
        return Tried(opening, decision.case, other and other.case, opening.opened_on, turns=(turn,))

    def stepped(self, tried: Tried, happens: Happens) -> Tried | None:
        """After one thing more on the same day; None where it cannot happen."""
        try:
            event = answering(tried.case, happens) if isinstance(happens, Answer) else happens
        except EventRefused:
            return None
        at = instant_of(tried.day, tried.case.zone, tried.last_at)
        event = event.model_copy(update={"id": f"step-{len(tried.steps) + 1}"})
        decision, other = self._both(tried.case, tried.other, event, at)
        if decision is None and other is None:
            return None
        answer = happens if isinstance(happens, Answer) else None
        step = Step(tried.day, None if answer else event.model_copy(update={"id": None}), answer)
        turn = Turn(tried.case, decision, event, at, tried.day, other)
        case = decision.case if decision is not None else tried.case
        compared = other.case if other is not None else tried.other
        return Tried(
            tried.opening, case, compared, tried.day, at, (*tried.steps, step), (turn,), tried.waits
        )  # fmt: skip

    def waited(self, tried: Tried, until: date) -> Tried:
        """After the opening turn of a later day, and of all that lie between."""
        ours = {decision.case.day: decision for decision in live(self.machine, tried.case, until)}
        theirs: dict[date, Decision] = {}
        if self.other is not None and tried.other is not None:
            theirs = {decision.case.day: decision for decision in live(self.other, tried.other, until)}
        turns, case, other = [], tried.case, tried.other
        for day in sorted({*ours, *theirs}):
            decision, compared = ours.get(day), theirs.get(day)
            turns.append(Turn(case, decision, TimePassed(day=day), opening_of(day, case), day, compared))
            case = decision.case if decision is not None else case
            other = compared.case if compared is not None else other
        return Tried(
            tried.opening, case, other, until, tried.last_at, tried.steps, tuple(turns), tried.waits + 1
        )  # fmt: skip

    def _both(
        self, case: Case | None, other: Case | None, event: Event, at: datetime
    ) -> tuple[Decision | None, Decision | None]:
        return _decided(self.machine, case, event, at), _decided(self.other, other, event, at)

    def machines(self) -> Iterator[Machine]:
        """The one, or both."""
        yield self.machine
        if self.other is not None:
            yield self.other


def _decided(machine: Machine | None, case: Case | None, event: Event, at: datetime) -> Decision | None:
    """What one policy decides; None where there is none, or its engine refuses the event."""
    try:
        return decide(machine, case, event, at, LOAN) if machine is not None else None
    except (EventRefused, MoneyError):
        return None
