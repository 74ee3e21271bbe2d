"""Recording turns: an event, several at once, or the days of every case that is due. What was overtaken by another
turn of its case is decided again: deciding is pure, so nothing has happened yet."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, count
from typing import TypeAlias, TypeVar

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import Event
from overdue_flow.engine.decide import check_instant
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import ConcurrentTurn, EventRefused, JournalError, OverdueFlowError, StoreBusy, UnknownCase
from overdue_flow.runtime.deciding import Decider, check_event, repeated
from overdue_flow.runtime.patience import BUSY_TRIES, TURN_TRIES, turn_wait_seconds
from overdue_flow.runtime.texts import Texts
from overdue_flow.store.consequences import is_key
from overdue_flow.store.protocol import Store, Turn

Outcome: TypeAlias = Decision | OverdueFlowError
"""What became of one event of several."""


T = TypeVar("T")

AHEAD_AT_MOST = timedelta(days=1)
"""How far an event may be ahead of the clock: others' clocks are wrong, and their time zones."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""How much later than now, by the clock of whoever tells of it, something may have happened."""


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
        case = self.store.load(case_id)
        if case is not None and self.decider.told(case, event.id):
            earlier = self.store.recorded(case_id, event.id)
            assert earlier is not None, "what a case knows stands in its journal"
            return [repeated(case, event, earlier)]
        decisions = self.decider.event(case, case_id, event, noticed)
        self.commit(self.decider.turns(case, decisions))
        return decisions

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
        batch = Batch(self.decider, self.store, events, self.clock)
        outcomes = [batch.receive(case_id, event) for case_id, event in events]
        self.commit(batch.turns())
        return outcomes, [one for decisions in batch.made.values() for one in decisions]

    # --- days ---

    def live(self, case: Case, until: date) -> list[Decision]:
        """Live the days of one case up to and including `until`, and record them. ConcurrentTurn where another turn
        came first."""
        decisions = list(self.decider.days(case, until))
        if decisions:
            self.commit(self.decider.turns(case, decisions))
        return decisions

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


def ids_like(wanted: str) -> Iterator[str]:
    """An id, and those that stand for it where it is taken, without end."""
    yield wanted
    for number in count(2):
        yield f"{wanted}:{number}"


def noticed_at(event: Event, clock: Callable[[], datetime], now: datetime | None = None) -> datetime:
    """When an event was noticed: as it says itself, or `now`, or when the clock says. What happened a moment later than
    that was noticed when it happened: clocks differ.

    EventRefused where it says a day that is still to come: all days up to it would be lived at once, and a journal
    takes nothing back.
    """
    if event.at is None:
        now = now or clock()
        happened_at = event.took_effect_at()
        if happened_at is None or happened_at <= now:
            return now
        return happened_at if happened_at <= max(now, clock()) + CLOCKS_DIFFER else now
    check_instant(event.at)
    if now is not None and event.at <= now + AHEAD_AT_MOST:
        return event.at
    if event.at > (now := clock()) + AHEAD_AT_MOST:
        raise EventRefused(
            f"`{event.kind}` says that it was noticed at {event.at}, and now it is {now}; where time is told and not"
            " taken from the clock, say so: `at=` of `receive`, or `clock=` of the flow"
        )
    return event.at


def loaded(store: Store, case_ids: Sequence[str]) -> tuple[dict[str, Case], dict[str, JournalError]]:
    """Several cases at once, in the order given; and what is wrong with those whose journal is not what was written."""
    try:
        return store.load_many(case_ids), {}
    except JournalError:
        pass
    found: dict[str, Case] = {}
    broken: dict[str, JournalError] = {}
    for case_id in case_ids:
        try:
            found |= store.load_many([case_id])
        except JournalError as why:
            broken[case_id] = why
    return found, broken


@dataclass(frozen=True)
class Night:
    """What one batch of cases lived through. `asking` are cases of which something is to be found out."""

    case_ids: tuple[str, ...]
    decisions: list[Decision] = field(default_factory=list)
    asking: list[Case] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)


class Batch:
    """Several events, decided in memory one after the other, over the cases as they are in the store."""

    def __init__(
        self,
        decider: Decider,
        store: Store,
        events: Sequence[tuple[str, Event]],
        clock: Callable[[], datetime],
        now: datetime | None = None,
    ) -> None:
        self._decider = decider
        self._clock = clock
        self._now = now
        known = [(case_id, event.id) for case_id, event in events if is_key(case_id) and isinstance(event, Event)]
        self._before, self._broken = loaded(store, list(dict.fromkeys(case_id for case_id, _id in known)))
        keys = [
            (case_id, event_id)
            for case_id, event_id in known
            if event_id is not None and decider.told(self._before.get(case_id), event_id)
        ]
        self._recorded: dict[tuple[str, str], Entry] = store.recorded_many(keys)
        self._cases: dict[str, Case] = dict(self._before)
        self.made: dict[str, list[Decision]] = {}

    def receive(self, case_id: str, event: Event) -> Outcome:
        """Decide one event. What is refused changes nothing."""
        try:
            check_event(case_id, event)
            noticed = noticed_at(event, self._clock, self._now)
            check_instant(noticed)
            return self._decided(case_id, event, noticed)
        except OverdueFlowError as refused:
            return refused

    def _decided(self, case_id: str, event: Event, noticed: datetime) -> Decision:
        assert event.id is not None, "checked at the door"
        if case_id in self._broken:
            raise self._broken[case_id]
        case = self._cases.get(case_id)
        earlier = self._recorded.get((case_id, event.id))
        if earlier is not None and case is not None:
            return repeated(case, event, earlier)
        decisions = self._decider.event(case, case_id, event, noticed)
        decision = decisions[-1]
        assert decision.entry is not None, "an event always has an entry"
        self._recorded[case_id, event.id] = decision.entry
        self._cases[case_id] = decision.case
        self.made.setdefault(case_id, []).extend(decisions)
        return decision

    def turns(self) -> list[Turn]:
        """What there is to record: the turns of each case, in order."""
        return [
            turn
            for case_id, decisions in self.made.items()
            for turn in self._decider.turns(self._before.get(case_id), decisions)
        ]
