"""The loans of one person lived together: in the order of instants, each hearing of the others as it does live.

A limit that counts per person counts over all of them, and a letter for several loans goes out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import Event
from overdue_flow.cases.person import PersonContacts, contacts_of, in_time_order
from overdue_flow.engine import persons
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.together import goes_together
from overdue_flow.simulation.lived import Company, Contacts, Life, Step, Walk, Watch


@dataclass(frozen=True, slots=True)
class LoanOfPerson:
    """One loan: its id, its events in the order in which they were noticed, and who watches it."""

    loan_id: str
    events: Iterable[tuple[datetime, Event]]
    watch: Watch | None = None


def live_together(
    machine: Machine, loans: Sequence[LoanOfPerson], until: date, *, contacts: Contacts = "assumed"
) -> list[Life | None]:
    """Live the loans of one person to the end of `until`, in one order of instants; None for one that opens later.

    Each as `lived.live_through` lives one alone, but for what it hears of the others.
    """
    circle = _Circle(machine, loans, until, contacts)
    circle.live()
    return [one.walk.life for one in circle.members]


def go_on_together(
    cases: Sequence[tuple[Machine, Case]], until: date, *, contacts: Contacts = "assumed"
) -> tuple[Walk, Callable[[datetime | None], None]]:
    """Go on with the loans of one person from where they stand, each under its own version: the walk of the first, and
    what lives all of them up to an instant, or to the end of `until`."""
    circle = _Circle(cases[0][0], [], until, contacts)
    for machine, case in cases:
        walk = Walk(machine, contacts, None, circle)
        walk.resume(case)
        circle.join(_Member(LoanOfPerson(case.id, ()), walk), case)
    return circle.members[0].walk, circle.advance


class _Member:
    """One loan among the person's: its walk, and its next event."""

    def __init__(self, told: LoanOfPerson, walk: Walk) -> None:
        self.loan_id = told.loan_id
        self.walk = walk
        self._events = iter(told.events)
        self.event = next(self._events, None)

    def next_step(self, until: date, before: datetime | None = None) -> Step | None:
        """What comes next on this loan, by itself or as an event; None once nothing does up to the end of `until`, or,
        where no event is told, before an instant."""
        at, event = self.event or (before, None)
        step = self.walk.next_step(at, until)
        if step is not None or at is None or event is None:
            return step
        zone = self.walk.life.case.zone if self.walk.life is not None else at.tzinfo
        return Step(at, partial(self._take, event, at)) if at.astimezone(zone).date() <= until else None

    def _take(self, event: Event, at: datetime) -> None:
        self.event = next(self._events, None)
        self.walk.take(self.loan_id, event, at)


class _Circle(Company):
    """The loans of one person, while they are lived."""

    def __init__(self, machine: Machine, loans: Sequence[LoanOfPerson], until: date, contacts: Contacts) -> None:
        self._machine = machine
        self._until = until
        self._settling = False
        self.members = [_Member(one, Walk(machine, contacts, one.watch, self)) for one in loans]
        self._cases: dict[str, Case] = {}

    def join(self, member: _Member, case: Case) -> None:
        """One more loan, which is open already."""
        self.members.append(member)
        self._cases[case.id] = case

    def live(self) -> None:
        """Live all loans to the end."""
        while (step := self._next()) is not None:
            step.take()
        for one in self.members:
            if one.walk.life is not None:
                one.walk.close(self._until)

    def advance(self, before: datetime | None) -> None:
        """Live what comes on any of the loans by itself, before an instant or to the end."""
        while (step := self._next(before)) is not None:
            step.take()

    def _next(self, before: datetime | None = None) -> Step | None:
        """What comes next on any of the loans; at one instant days begin first, then loans are opened."""
        steps = [(one.next_step(self._until, before), one.walk.life is None) for one in self.members]
        coming = [(step.at, step.begins is None, not opens, step) for step, opens in steps if step is not None]
        return min(coming, key=lambda one: one[:3])[3] if coming else None

    # --- what one loan meets of the others ---

    def heard(self, decision: Decision, at: datetime) -> None:
        """A turn of one of the loans: the others hear what is new. What they are told now is in this round already."""
        self._cases[decision.case.id] = decision.case
        if self._settling or decision.entry is None or not self._machine.manners:
            return
        self._settling = True
        try:
            persons.settle(self._machine.manners, self._cases, decision, partial(self._tell, at), self._hears)
        finally:
            self._settling = False

    def _tell(self, at: datetime, loan_id: str, event: Event) -> None:
        """What another loan says, once the days have begun that should have."""
        walk = next(one.walk for one in self.members if one.loan_id == loan_id)
        if persons.is_over(self._cases[loan_id]):
            return
        while (step := walk.next_step(at, self._until)) is not None and step.begins is not None:
            step.take()
        assert walk.life is not None, "it is open"
        refused = len(walk.life.refused)
        walk.take(loan_id, event.model_copy(update={"at": at}), at)
        del walk.life.refused[refused:]  # nothing that the book says

    def _hears(self, case: Case) -> bool:
        return persons.hears(self._machine.policy, case)

    def contacts(self) -> PersonContacts:
        """What all loans of the person know of contacts."""
        return in_time_order(line for case in self._cases.values() for line in contacts_of(case).lines)

    def newer_than(self, effect: Effect, now: datetime) -> Iterator[Effect]:
        """The contacts of other loans that say now what an older one of a loan would have said."""
        others = [one.walk for one in self.members if one.walk.life is not None and not one.walk.asked_for(effect)]
        for walk in others:
            yield from walk.newer_than(
                effect, [planned for _at, _id, planned in sorted(walk.planned, key=_in_order)], now
            )

    def along_with(self, effect: Effect, now: datetime) -> list[tuple[Walk, Effect]]:
        """The contacts of other loans that go out together with one of a loan."""
        if not goes_together(self._machine.law, effect):
            return []
        others = [one.walk for one in self.members if one.walk.life is not None and not one.walk.asked_for(effect)]
        found = ((walk, walk.rides_along(effect, now)) for walk in others)
        return [(walk, other) for walk, other in found if other is not None]


def _in_order(planned: tuple[datetime, str, Effect]) -> tuple[datetime, str]:
    return planned[:2]


def groups_of(people: Iterable[str | None]) -> Iterator[tuple[int, ...]]:
    """The numbers of the loans of each person who has several, in order; `people` say whose each loan is."""
    numbers: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        if person is not None:
            numbers.setdefault(person, []).append(number)
    return (tuple(one) for one in numbers.values() if len(one) > 1)
