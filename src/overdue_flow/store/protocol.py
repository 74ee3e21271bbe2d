"""What a store can do. It knows cases and entries, and nothing of policies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import Entry


class Store(Protocol):
    """Journals and cases. One `commit` is one turn: all of it or nothing."""

    def load(self, case_id: str) -> Case | None:
        """The case as its last turn left it."""

    def commit(self, case: Case, entry: Entry | None, wake_on: date | None, *, expected_seq: int) -> None:
        """Record a turn. ConcurrentTurn if the case's journal is no longer `expected_seq` entries long."""

    def recorded(self, case_id: str, event_id: str) -> Entry | None:
        """The entry of an event, by the event's id."""

    def journal(self, case_id: str) -> tuple[Entry, ...]:
        """All entries of a case, oldest first; empty for an unknown case."""

    def due(self, until: date) -> Iterator[str]:
        """The cases that wake on or before `until`, the earliest first; then by id."""

    def outbox(self, now: datetime) -> Iterator[tuple[str, Effect]]:
        """Pending effects that are due at `now`, with their case's id; by due instant, then id."""

    def case_ids(self) -> Iterator[str]:
        """All cases, in the order in which they were opened."""
