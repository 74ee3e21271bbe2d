"""The loans of one person in memory: each turn of one of them is decided over what all of them know by then."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import Event
from overdue_flow.engine import persons
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.draft import opening_of
from overdue_flow.errors import OverdueFlowError
from overdue_flow.runtime.deciding import Decider
from overdue_flow.store.protocol import Turn

log = logging.getLogger("overdue_flow.persons")


class _Faulty(Exception):
    """The days of one loan cannot be lived."""

    def __init__(self, case_id: str, why: Exception) -> None:
        super().__init__(case_id)
        self.case_id = case_id
        self.why = why


class _State(NamedTuple):
    """The loans at one moment, to go back to."""

    cases: dict[str, Case]
    made: int
    overlooked: set[str]


class Loans:
    """The loans of one person, by id, each as its last turn left it; `made` are the turns that were decided, in order.

    `overlooked` are loans that may stand under another law than their last turn: their next day is looked at. `faults`
    says of which loans the days cannot be lived, and why.
    """

    def __init__(self, decider: Decider, cases: Mapping[str, Case], overlooked: Collection[str] = ()) -> None:
        self._decider = decider
        self.before = dict(cases)
        self.cases = dict(cases)
        self.made: list[Decision] = []
        self.faults: dict[str, Exception] = {}
        self._overlooked = set(overlooked)
        self._first: dict[str, tuple[Case, date, Decision | None]] = {}

    def event(self, case_id: str, event: Event, at: datetime) -> Decision:
        """The turn of an event, after the days of all loans of the person that should have begun before it; then each
        loan hears what is new. Whatever refuses the event leaves everything as it was before."""
        as_it_was = self._now()
        try:
            self.live({name: at.astimezone(case.zone).date() for name, case in self.cases.items()}, at)
            if case_id in self.faults:
                raise self.faults[case_id]
            decision = self._decide(case_id, event, at)[-1]
        except BaseException:
            self._back_to(as_it_was)
            raise
        self._settle(decision, at)
        return decision

    def live(self, until: Mapping[str, date], at: datetime | None = None) -> None:
        """Live the days of all loans up to and including those of `until`, in the order in which they begin; then let
        each hear what is new, at `at` or when the last of these days begins.

        A loan whose days cannot be lived stays as it is, and the others are lived without it (`faults`).
        """
        as_it_was = self._now()
        while self.cases:
            try:
                self._live(until)
            except _Faulty as fault:
                self.faults[fault.case_id] = fault.why
                as_it_was.cases.pop(fault.case_id)
                self._back_to(as_it_was)
            else:
                self._hear(at or max(opening_of(until[name], case) for name, case in self.cases.items()))
                return

    def _live(self, until: Mapping[str, date]) -> None:
        while (found := self._next(until)) is not None:
            case_id, decision = found
            self._took(case_id, [decision])
            if decision.entry is not None:
                self._settle(decision, opening_of(decision.case.day, decision.case))

    def _now(self) -> _State:
        return _State(dict(self.cases), len(self.made), set(self._overlooked))

    def _back_to(self, state: _State) -> None:
        self.cases, self._overlooked = dict(state.cases), set(state.overlooked)
        del self.made[state.made :]

    def turns(self, case_ids: Collection[str] = (), looked_until: date | None = None) -> Iterator[Turn]:
        """What there is to record: the turns of each loan, in order; of those in `case_ids`, that they were looked at
        too."""
        for case_id in self.cases:
            decisions = [one for one in self.made if one.case.id == case_id]
            if decisions or case_id in case_ids:
                until = looked_until if case_id in case_ids else None
                yield from self._decider.turns(self.before.get(case_id), decisions, looked_until=until)

    # --- days ---

    def _next(self, until: Mapping[str, date]) -> tuple[str, Decision] | None:
        """The turn of the day that begins first, of all loans."""
        found = []
        for case_id in sorted(self.cases):
            decision = self._first_turn(case_id, until[case_id])
            if decision is not None:
                found.append((opening_of(decision.case.day, decision.case), case_id, decision))
        if not found:
            return None
        _begins, case_id, decision = min(found, key=lambda one: one[:2])
        return case_id, decision

    def _first_turn(self, case_id: str, until: date) -> Decision | None:
        case, known = self.cases[case_id], self._first.get(case_id)
        if known is not None and known[0] is case and known[1] == until:
            return known[2]
        try:
            days = self._decider.days(case, until, overlooked=case_id in self._overlooked)
            decision = next(days, None)
        except Exception as why:
            raise _Faulty(case_id, why) from why
        self._first[case_id] = case, until, decision
        return decision

    # --- turns ---

    def _decide(self, case_id: str, event: Event, at: datetime) -> list[Decision]:
        decisions = self._decider.event(self.cases.get(case_id), case_id, event, at)
        self._took(case_id, decisions)
        return decisions

    def _took(self, case_id: str, decisions: list[Decision]) -> None:
        self._overlooked.discard(case_id)
        self.cases[case_id] = decisions[-1].case
        self.made += decisions

    def _tell(self, at: datetime, case_id: str, event: Event) -> None:
        """What another loan says; a loan that cannot take it stays as it is, and hears it again another time."""
        if persons.is_over(self.cases[case_id]):
            return
        try:
            self._decide(case_id, event.model_copy(update={"at": at}), at)
        except OverdueFlowError as why:
            told = {"case_id": case_id, "event": event.kind, "reason": str(why)}
            log.info("loan %s does not take %s from another of the person: %s", case_id, event.kind, why, extra=told)

    def _settle(self, decision: Decision, at: datetime) -> None:
        """After a turn: holds of the person come to the other loans, and each hears what is new."""
        manners = self._decider.manners
        self._came_to_rest(persons.settle(manners, self.cases, decision, partial(self._tell, at), self._hears))

    def _hear(self, at: datetime) -> None:
        manners = self._decider.manners
        if manners.words:
            self._came_to_rest(persons.spread(self.cases, partial(self._tell, at), self._hears, manners.marks))

    def _came_to_rest(self, rests: bool) -> None:
        if not rests:
            loans = ", ".join(sorted(self.cases))
            log.warning("loans %s of one person do not come to rest; what is left is said at their next turn", loans)

    def _hears(self, case: Case) -> bool:
        """Whether a loan hears of the others, under the version that it runs under."""
        return persons.hears(self._decider.machine(case).policy, case)
