"""Recording turns: an event, several at once, or the days of every case that is due. What was overtaken by another
turn of its case is decided again: deciding is pure, so nothing has happened yet."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from itertools import chain, count
from typing import TypeVar

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import Event
from overdue_flow.engine.decide import check_instant
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import ConcurrentTurn, StoreBusy, UnknownCase
from overdue_flow.runtime.batch import Batch, Outcome, loaded, noticed_at
from overdue_flow.runtime.deciding import Decider, check_event, repeated
from overdue_flow.runtime.patience import BUSY_TRIES, TURN_TRIES, turn_wait_seconds
from overdue_flow.runtime.people import Loans
from overdue_flow.runtime.texts import Texts
from overdue_flow.store.protocol import Store, Turn

T = TypeVar("T")


@dataclass(frozen=True)
class Night:
    """What one batch of cases lived through. `asking` are cases of which something is to be found out."""

    case_ids: tuple[str, ...]
    decisions: list[Decision] = field(default_factory=list)
    asking: list[Case] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)


@dataclass(frozen=True)
class Turns:
    """Decides and records, over one store. `tries`: how often a turn is decided that others overtake. `is_bound`: the
    store is bound to one transaction."""

    decider: Decider
    store: Store
    clock: Callable[[], datetime]
    draw: random.Random
    texts: Texts
    tries: int = TURN_TRIES
    is_bound: bool = False

    def within(self, store: Store) -> Turns:
        """The same over a store that is bound to one transaction."""
        return replace(self, store=store, tries=BUSY_TRIES, is_bound=True)

    def commit(self, turns: Sequence[Turn]) -> None:
        """Record turns. VersionTaken where they were decided by another text than the store knows of the version."""
        self.texts.tell(self.store, turns, lasts=not self.is_bound)
        self.store.commit(turns)

    def _again(self, overtaken: int, why: ConcurrentTurn | StoreBusy) -> None:
        """Wait a moment before the next try; raise `why` where that was the last. A store that is busy has waited for
        its lock already."""
        if overtaken >= (self.tries if isinstance(why, ConcurrentTurn) else min(self.tries, BUSY_TRIES)):
            raise why
        time.sleep(turn_wait_seconds(overtaken, self.draw))

    def patiently(self, do: Callable[[], T]) -> T:
        """What `do` gives, once nobody else comes in between."""
        overtaken = 0
        while True:
            try:
                return do()
            except (ConcurrentTurn, StoreBusy) as why:
                overtaken += 1
                self._again(overtaken, why)

    def free_id(self, case: Case, wanted: str) -> str:
        """An id for an event of the library's own: `wanted`, or one like it where something else has that one."""
        return next(name for name in ids_like(wanted) if not self.decider.told(case, name))

    # --- one event ---

    def receive(
        self, case_id: str, event: Event, at: datetime | None = None, *, now: datetime | None = None
    ) -> list[Decision]:
        """Record an event, in one commit with the days that should have begun before it; the event's decision is the
        last. It was noticed `at`; else as it says itself, or `now`, or when the clock says."""
        check_event(case_id, event)
        noticed = at or noticed_at(event, self.clock, now)
        check_instant(noticed)
        return self.patiently(lambda: self._received(case_id, event, noticed))

    def _received(self, case_id: str, event: Event, noticed: datetime) -> list[Decision]:
        assert event.id is not None, "checked at the door"
        if self.decider.manners:
            return self._received_with_others(case_id, event, noticed)
        case = self.store.load(case_id)
        if case is not None and self.decider.told(case, event.id):
            earlier = self.store.recorded(case_id, event.id)
            assert earlier is not None, "what a case knows stands in its journal"
            return [repeated(case, event, earlier)]
        decisions = self.decider.event(case, case_id, event, noticed)
        self.commit(self.decider.turns(case, decisions))
        return decisions

    def _received_with_others(self, case_id: str, event: Event, noticed: datetime) -> list[Decision]:
        """The same where the loans of a person hear of each other: all of their turns in one commit. The event's
        decision comes last."""
        with self.at_once() as turns:
            batch = Batch(self.decider, turns.store, [(case_id, event)], self.clock)
            decision = batch.decided(case_id, event, noticed)
            turns.commit(batch.turns())
        return [*(one for one in batch.all if one is not decision), decision]

    @contextmanager
    def at_once(self) -> Iterator[Turns]:
        """These turns in one transaction, where the loans of a person are looked at together."""
        if self.is_bound or not self.decider.manners:
            yield self
        else:
            with self.store.transaction() as bound:
                yield self.within(bound)

    def decide(self, case: Case, event: Event, at: datetime) -> list[Decision]:
        """Record an event of the library's own for a case as it stands. ConcurrentTurn where it does not stand so any
        more."""
        if not self.decider.manners:
            decisions = self.decider.event(case, case.id, event, at)
            self.commit(self.decider.turns(case, decisions))
            return decisions
        with self.at_once() as turns:
            loans = turns.loans_of(case)
            loans.event(case.id, event, at)
            turns.commit(list(loans.turns()))
        return loans.made

    def loans_of(self, case: Case) -> Loans:
        """The loans of the person of a case, under their lock. ConcurrentTurn where the case does not stand any more
        as it is given."""
        self.store.lock_person(case.person_id)
        cases, _broken = loaded(self.store, self.store.cases_of(case.person_id))
        found = cases.get(case.id)
        if found is None or found.seq != case.seq:
            raise ConcurrentTurn(f"case `{case.id}` has other entries than it had; decide again")
        return Loans(self.decider, cases)

    def case(self, case_id: str) -> Case:
        """A case as its last turn left it. UnknownCase where there is none."""
        case = self.store.load(case_id)
        if case is None:
            raise UnknownCase(f"there is no case `{case_id}`")
        return case

    # --- several events ---

    def receive_many(self, events: Sequence[tuple[str, Event]]) -> tuple[list[Outcome], list[Decision]]:
        """Record events in one commit: what became of each, in order, and every turn that was recorded.

        What is refused is left out, and the others are as if they had come one by one. Where other turns come in
        between, the half of them is tried, and the other half after it.
        """
        overtaken = 0
        while True:
            try:
                return self._received_many(events)
            except (ConcurrentTurn, StoreBusy) as why:
                overtaken += 1
                self._again(overtaken, why)
                if len(events) > 1 and overtaken > 1:
                    break
        half = len(events) // 2
        first, second = self.receive_many(events[:half]), self.receive_many(events[half:])
        return first[0] + second[0], first[1] + second[1]

    def _received_many(self, events: Sequence[tuple[str, Event]]) -> tuple[list[Outcome], list[Decision]]:
        with self.at_once() as turns:
            batch = Batch(self.decider, turns.store, events, self.clock)
            outcomes = [batch.receive(case_id, event) for case_id, event in events]
            turns.commit(batch.turns())
        return outcomes, batch.all

    # --- days ---

    def live(self, case: Case, until: date) -> list[Decision]:
        """Live the days of one case up to and including `until`, and record them. ConcurrentTurn where another turn
        came first."""
        if self.decider.manners:
            return self._live_with_others(case, until)
        decisions = list(self.decider.days(case, until))
        if decisions:
            self.commit(self.decider.turns(case, decisions))
        return decisions

    def _live_with_others(self, case: Case, until: date) -> list[Decision]:
        with self.at_once() as turns:
            loans = turns.loans_of(case)
            loans.live(dict.fromkeys(loans.cases, until))
            if case.id in loans.faults:
                raise loans.faults[case.id]
            turns.commit(list(loans.turns()))
        return loans.made

    def nights(self, until: date, batch: int) -> Iterator[Night]:
        """Every case that was last looked at with other versions than are known now, each once; then every case whose
        day has come, up to and including `until`. One commit for so many of them at a time.

        Cases that another worker has in hand are left to it. One that cannot be lived stays as it is, and keeps none of
        the others back, nor is it asked for with each batch: the next ones are those behind the last of them.
        """
        faults: set[str] = set()
        for night in chain(self._overlooked(until, batch), self._due(until, batch, faults)):
            faults.update(night.faults)
            yield night

    def _overlooked(self, until: date, batch: int) -> Iterator[Night]:
        behind: str | None = None
        while (night := self.patiently(partial(self._look_again, until, batch, behind))).case_ids:
            behind = night.case_ids[-1]
            yield night

    def _look_again(self, until: date, batch: int, behind: str | None) -> Night:
        if self.decider.manners:
            case_ids = self.store.overlooked(self.decider.versions.fingerprint, limit=batch, behind=behind)
            return self._lived_with_others(case_ids, until, overlooked=True)
        with self.store.transaction() as bound:
            case_ids = bound.overlooked(self.decider.versions.fingerprint, limit=batch, behind=behind)
            return self._lived(bound, case_ids, until, overlooked=True)

    def _due(self, until: date, batch: int, faults: Collection[str]) -> Iterator[Night]:
        behind: str | None = None
        found = False
        while True:
            due, night = self.patiently(partial(self._wake, until, batch, faults, behind))
            if night.case_ids:
                found = True
                yield night
            if due:
                behind = next((one for one in reversed(due) if one in faults), behind)
            elif behind is None or not found:
                return
            else:
                behind, found = None, False  # once more from the beginning: what has become due meanwhile

    def _wake(self, until: date, batch: int, faults: Collection[str], behind: str | None) -> tuple[list[str], Night]:
        if self.decider.manners:
            due = self.store.due(until, limit=batch, behind=behind)
            return due, self._lived_with_others([case_id for case_id in due if case_id not in faults], until)
        with self.store.transaction() as bound:
            due = bound.due(until, limit=batch, behind=behind)
            return due, self._lived(bound, [case_id for case_id in due if case_id not in faults], until)

    def _lived(self, bound: Store, case_ids: Sequence[str], until: date, *, overlooked: bool = False) -> Night:
        night = Night(tuple(case_ids))
        turns: list[Turn] = []
        cases, broken = loaded(bound, case_ids)
        night.faults.update(broken)
        for case_id, case in cases.items():
            if overlooked and case.day >= until:
                continue  # its next day is still to come, and the night of that day looks again
            try:
                decisions = list(self.decider.days(case, until, overlooked=overlooked))
                turns += self.decider.turns(case, decisions, looked_until=until)
            except Exception as fault:  # noqa: BLE001  # whatever is wrong with one case, the others are lived
                night.faults[case_id] = fault
            else:
                night.decisions.extend(decisions)
                last = decisions[-1].case if decisions else case
                if self.decider.questions(last):
                    night.asking.append(last)
        self.within(bound).commit(turns)
        return night

    def _lived_with_others(self, case_ids: Sequence[str], until: date, *, overlooked: bool = False) -> Night:
        """The same where the loans of a person hear of each other. Whoever has lived one of them meanwhile has lived
        all: cases are locked by their persons, and looked at once more after that."""
        night = Night(tuple(case_ids))
        with self.store.transaction() as bound:
            cases, broken = loaded(bound, case_ids)
            night.faults.update(broken)
            turns: list[Turn] = []
            for person_id in sorted({case.person_id for case in cases.values()}):
                bound.lock_person(person_id)
                known, _broken = loaded(bound, bound.cases_of(person_id))
                looked_at = [one for one in known if one in cases and not (overlooked and known[one].day >= until)]
                if looked_at:
                    loans = Loans(self.decider, known, looked_at if overlooked else ())
                    turns += self._lived_by(night, loans, looked_at, until)
            self.within(bound).commit(turns)
        return night

    def _lived_by(self, night: Night, loans: Loans, case_ids: Sequence[str], until: date) -> list[Turn]:
        """The loans of one person lived through a night; `case_ids` are those that were to be looked at."""
        loans.live({name: max(until, case.day) for name, case in loans.cases.items()})
        night.faults.update(loans.faults)
        night.decisions.extend(loans.made)
        night.asking.extend(
            case for name, case in loans.cases.items() if name in case_ids and self.decider.questions(case)
        )
        return list(loans.turns(case_ids, until))


def ids_like(wanted: str) -> Iterator[str]:
    """An id, and those that stand for it where it is taken, without end."""
    yield wanted
    for number in count(2):
        yield f"{wanted}:{number}"
