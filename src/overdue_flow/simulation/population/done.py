"""What was done to a borrower, and when: what effects of treatment go by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from overdue_flow.calendars import Calendar
from overdue_flow.simulation.population.deeds import Deed
from overdue_flow.simulation.population.model import Done

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class DoneTo:
    """The last day of each, whether or not somebody answered."""

    calendar: Calendar
    last: dict[tuple[str, bool | None], date] = field(default_factory=dict)

    def note(self, deed: Deed) -> None:
        """Something more was done."""
        for word in deed.words:
            self.last[word, None] = deed.day
            if deed.answered is not None:
                self.last[word, deed.answered] = deed.day

    def lately(self, done: Done, day: date) -> bool:
        """Whether it was done so lately: on a day from which the span has not gone by."""
        last = self.last.get((done.done, done.answered))
        return last is not None and day < done.within.after(last, self.calendar)


class Lasting(NamedTuple):
    """The days, both included, on which an effect works."""

    first: date
    last: date


def merged(lasting: Iterable[Lasting], fresh: Lasting) -> tuple[Lasting, ...]:
    """What an effect worked on already, with more days: twice the same on one day is once."""
    found = list(lasting)
    if found and fresh.first <= found[-1].last + ONE_DAY:
        found[-1] = Lasting(found[-1].first, max(found[-1].last, fresh.last))
    else:
        found.append(fresh)
    return tuple(found)
