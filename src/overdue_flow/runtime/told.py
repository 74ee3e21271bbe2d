"""Which events a case was told: a repeat is known by its id, before anything is decided.

Every event that comes is looked for among all that came before. In a long history that is where the time would go, so
the ids of a case that goes on are gathered once, and each time only those are added that came since.
"""

from __future__ import annotations

from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.turn import Recorded

SHORT = 30
"""So many events are looked through as they stand."""

KEPT = 1_000
"""Of so many cases the ids are kept, before all are forgotten."""


class Ids(NamedTuple):
    """The places of events by their ids: those of a case whose first `length` events end with `last`."""

    length: int
    last: Recorded
    places: dict[str | None, int]


class Told:
    """What cases were told. Threads may share it: what it finds is looked up in the case itself."""

    def __init__(self) -> None:
        self._known: dict[str, Ids] = {}

    def __call__(self, case: Case | None, event_id: str) -> bool:
        """Whether a case knows an event of that id, also one that was retracted since."""
        if case is None:
            return False
        events = case.events
        if len(events) > SHORT:
            place = self._places(case).get(event_id)
            if place is not None and place < len(events) and events[place].event.id == event_id:
                return True
        else:
            for recorded in events:  # a plain loop, the fastest there is
                if recorded.event.id == event_id:
                    return True
        return event_id in case.retracted

    def _places(self, case: Case) -> dict[str | None, int]:
        events, known = case.events, self._known.get(case.id)
        if known is None or len(events) < known.length or events[known.length - 1] is not known.last:
            known = None  # another history: it was read anew, or an event was retracted
        start, places = (known.length, known.places) if known is not None else (0, {})
        for place in range(start, len(events)):
            places[events[place].event.id] = place
        if known is None and len(self._known) >= KEPT:
            self._known.clear()
        self._known[case.id] = Ids(len(events), events[-1], places)
        return places
