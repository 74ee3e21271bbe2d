"""What a feature is told when an event comes: the event, its days and its instants."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from overdue_flow.cases.events.base import Event

Order: TypeAlias = tuple[date, datetime, str]
"""A place among what took effect: day, instant, event id."""


class Recorded(NamedTuple):
    """An event as the case has it. `seq` is its entry's number, `day` the turn's day (when it was noticed), `on` the
    day on which it took effect, in the case's time zone; `at` and `happened_at` are the two instants (aware)."""

    seq: int
    day: date
    on: date
    at: datetime
    happened_at: datetime
    event: Event

    @property
    def order(self) -> Order:
        """Where it stands among what took effect: by day, then instant, then event id. Arrival plays no part."""
        return (self.on, self.happened_at, self.event.id or "")


class Ordered(Protocol):
    """Anything that has a place among what took effect."""

    @property
    def order(self) -> Order:
        """The place."""


_OrderedT = TypeVar("_OrderedT", bound=Ordered)


def in_order(known: tuple[_OrderedT, ...], one: _OrderedT) -> tuple[_OrderedT, ...]:
    """`known` and `one` more, in the order in which they took effect; most come last, a back-dated one does not."""
    if not known or known[-1].order <= one.order:
        return (*known, one)
    at = bisect_right(known, one.order, key=lambda other: other.order)
    return (*known[:at], one, *known[at:])
