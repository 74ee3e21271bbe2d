"""A store in memory: for tests, simulation, and the first hour with the library."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date, datetime

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.errors import ConcurrentTurn


class MemoryStore:
    """Everything in dictionaries. A night costs what is due: days without a case to wake are never looked at."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._journals: dict[str, list[Entry]] = {}
        self._by_event: dict[str, dict[str, int]] = {}
        self._wake_on: dict[str, date] = {}
        self._sleepers: list[tuple[date, str]] = []
        self._with_effects: dict[str, None] = {}

    def load(self, case_id: str) -> Case | None:
        """The case as its last turn left it."""
        return self._cases.get(case_id)

    def commit(self, case: Case, entry: Entry | None, wake_on: date | None, *, expected_seq: int) -> None:
        """Record a turn."""
        journal = self._journals.setdefault(case.id, [])
        if len(journal) != expected_seq:
            raise ConcurrentTurn(f"case `{case.id}` has {len(journal)} entries, not {expected_seq}; decide again")
        if entry is not None:
            journal.append(entry)
            if entry.event.id is not None:
                self._by_event.setdefault(case.id, {})[entry.event.id] = len(journal) - 1
        self._cases[case.id] = case
        self._sleep(case.id, wake_on)
        if case.course.open_effects:
            self._with_effects[case.id] = None
        else:
            self._with_effects.pop(case.id, None)

    def _sleep(self, case_id: str, wake_on: date | None) -> None:
        if wake_on is None:
            self._wake_on.pop(case_id, None)
        elif self._wake_on.get(case_id) != wake_on:
            self._wake_on[case_id] = wake_on
            heapq.heappush(self._sleepers, (wake_on, case_id))

    def recorded(self, case_id: str, event_id: str) -> Entry | None:
        """The entry of an event, by the event's id."""
        position = self._by_event.get(case_id, {}).get(event_id)
        return None if position is None else self._journals[case_id][position]

    def journal(self, case_id: str) -> tuple[Entry, ...]:
        """All entries of a case, oldest first."""
        return tuple(self._journals.get(case_id, ()))

    def due(self, until: date) -> Iterator[str]:
        """The cases that wake on or before `until`; one that is committed with a new day meanwhile comes again.

        A case is done with when the next one is asked for: where that never happens, it is due again.
        """
        while self._sleepers and self._sleepers[0][0] <= until:
            day, case_id = self._sleepers[0]
            if self._wake_on.get(case_id) != day:
                heapq.heappop(self._sleepers)
                continue
            yield case_id
            if self._wake_on.get(case_id) == day:
                del self._wake_on[case_id]

    def outbox(self, now: datetime) -> Iterator[tuple[str, Effect]]:
        """Pending effects that are due at `now`."""
        due = [
            (effect.due_at, effect.id, case_id, effect)
            for case_id in self._with_effects
            for effect in self._cases[case_id].course.open_effects
            if effect.status is Status.PENDING and effect.due_at <= now
        ]
        for _due_at, _id, case_id, effect in sorted(due, key=lambda row: row[:2]):
            yield case_id, effect

    def case_ids(self) -> Iterator[str]:
        """All cases, in the order in which they were opened."""
        return iter(tuple(self._cases))
