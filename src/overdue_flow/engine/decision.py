"""What deciding one event gives: an entry for the journal, the case after it, and the next day to look again."""

from __future__ import annotations

from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import Entry

MOVES_PER_TURN_MAX = 20
"""A turn that would move a case more often than this is stopped, and a person looks."""

EVENTS_PER_CASE_MAX = 20_000
"""A case with more events than this is stopped; its events are still recorded."""


class Decision(NamedTuple):
    """The outcome of one turn.

    `entry` is None for a `TimePassed` in which nothing happened: it leaves no row. `because` says in one line each why
    the case moved, was held or was stopped. `asks` are facts that the host should answer now.
    """

    case: Case
    entry: Entry | None = None
    because: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    repeated: bool = False

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What was decided to be done (and what was skipped or vetoed: see each status)."""
        return self.entry.results.effects if self.entry else ()
