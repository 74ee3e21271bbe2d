"""Several events at once, decided in memory: one after the other, over the cases as they stand in the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import Event, LoanOpened
from overdue_flow.engine.decide import check_instant
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import EventRefused, JournalError, OverdueFlowError
from overdue_flow.runtime.deciding import Decider, check_event, repeated
from overdue_flow.runtime.people import Loans
from overdue_flow.store.consequences import is_key
from overdue_flow.store.protocol import Store, Turn

Outcome: TypeAlias = Decision | OverdueFlowError
"""What became of one event of several."""

AHEAD_AT_MOST = timedelta(days=1)
"""How far an event may be ahead of the clock: others' clocks are wrong, and their time zones."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""How much later than now, by the clock of whoever tells of it, something may have happened."""


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
        self._store = store
        self._clock = clock
        self._now = now
        self._person_of: dict[str, str] = {}
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
        self._loans: dict[str, Loans] = {}
        if decider.manners:
            self._meet(store, events)

    @property
    def all(self) -> list[Decision]:
        """Every turn that was decided: of each person, or of each case, in order."""
        together = [one for loans in self._loans.values() for one in loans.made]
        return together + [one for decisions in self.made.values() for one in decisions]

    def _meet(self, store: Store, events: Sequence[tuple[str, Event]]) -> None:
        """Take the loans of everybody whom the events are about, under their locks, as they stand then."""
        openings = {event.person_id or name for name, event in events if isinstance(event, LoanOpened)}
        self._person_of = {case_id: case.person_id for case_id, case in self._before.items()}
        for person_id in sorted(filter(is_key, openings | set(self._person_of.values()))):
            store.lock_person(person_id)
            cases, _broken = loaded(store, store.cases_of(person_id))
            self._loans[person_id] = Loans(self._decider, cases)

    def _person(self, case_id: str, event: Event) -> str | None:
        """Whose loan an event is about, where the loans of a person are looked at together: whose it was opened as,
        whatever a later opening says."""
        if case_id not in self._person_of and isinstance(event, LoanOpened) and self._loans:
            return event.person_id or case_id
        return self._person_of.get(case_id)

    def receive(self, case_id: str, event: Event) -> Outcome:
        """Decide one event. What is refused changes nothing."""
        try:
            check_event(case_id, event)
            noticed = noticed_at(event, self._clock, self._now)
            check_instant(noticed)
            return self.decided(case_id, event, noticed)
        except OverdueFlowError as refused:
            return refused

    def decided(self, case_id: str, event: Event, noticed: datetime) -> Decision:
        """Decide one event that was checked at the door. Raises how it is refused."""
        assert event.id is not None, "checked at the door"
        if case_id in self._broken:
            raise self._broken[case_id]
        person_id = self._person(case_id, event)
        if person_id is not None:
            return self._decided_with_others(self._loans[person_id], case_id, event, noticed)
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

    def _decided_with_others(self, loans: Loans, case_id: str, event: Event, noticed: datetime) -> Decision:
        """The same over all loans of the person. What another loan told meanwhile may have the event's id."""
        case = loans.cases.get(case_id)
        assert event.id is not None, "checked at the door"
        if case is not None and self._decider.told(case, event.id):
            made = (one.entry for one in loans.made if one.entry is not None and one.entry.case_id == case_id)
            earlier = next((entry for entry in made if entry.event.id == event.id), None)
            earlier = earlier or self._store.recorded(case_id, event.id)
            assert earlier is not None, "what a case knows stands in its journal"
            return repeated(case, event, earlier)
        decision = loans.event(case_id, event, noticed)
        self._person_of[case_id] = decision.case.person_id
        return decision

    def turns(self) -> list[Turn]:
        """What there is to record: the turns of each case, in order."""
        together = [turn for loans in self._loans.values() for turn in loans.turns()]
        return together + [
            turn
            for case_id, decisions in self.made.items()
            for turn in self._decider.turns(self._before.get(case_id), decisions)
        ]
