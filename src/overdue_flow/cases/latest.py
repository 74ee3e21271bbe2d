"""The latest event of each kind, by the day on which it took effect: what most of the legal road is read from.

Nothing is refused for want of what should have come before: a case may be adopted half way through a suit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from overdue_flow.cases.events.base import Event
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Recorded
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind, Read
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

_EventT = TypeVar("_EventT", bound=Event)


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest event of each kind. Arrival plays no part."""

    by_kind: Mapping[type[Event], Recorded] = field(default_factory=dict, hash=False)

    def heard(self, recorded: Recorded) -> Latest:
        """With one more event, where no later one of its kind is known."""
        kind = type(recorded.event)
        known = self.by_kind.get(kind)
        if known is not None and recorded.order < known.order:
            return self
        return Latest({**self.by_kind, kind: recorded})

    def of(self, kind: type[Event]) -> Recorded | None:
        """The latest of a kind."""
        return self.by_kind.get(kind) if self.by_kind else None

    def event(self, kind: type[_EventT]) -> _EventT | None:
        """The same, as the event itself."""
        return event_of(self.of(kind), kind)

    def stands(self, begun: type[Event], *ended: type[Event]) -> Recorded | None:
        """The latest `begun`, where none of `ended` came later."""
        start = self.of(begun)
        if start is None or any(self.after(start, kind) is not None for kind in ended):
            return None
        return start

    def after(self, start: Recorded, kind: type[Event]) -> Recorded | None:
        """The latest of a kind, if it came after `start` (or, of another kind, at the same place)."""
        found = self.by_kind.get(kind)
        return found if found is not None and found is not start and found.order >= start.order else None


def event_of(recorded: Recorded | None, kind: type[_EventT]) -> _EventT | None:
    """The event that was recorded, as one of its kind."""
    return recorded.event if recorded is not None and isinstance(recorded.event, kind) else None


def day_of(recorded: Recorded | None) -> date | None:
    """The day on which it took effect."""
    return None if recorded is None else recorded.on


# --- what cannot have happened ---

_AMOUNTS = ("expected_recovery", "legal_cost", "claim_amount", "amount", "recovered", "price", "proceeds", "value")


def refuse_other_currencies(event: Event, case: Case) -> None:
    """EventRefused for an amount in another currency than the case's."""
    for name in _AMOUNTS:
        amount = getattr(event, name, None)
        if amount is not None:
            minor(amount, case.terms.currency)


TOLD_LATE = "of what is told late, `happened_at` says when it was"
"""The hint of a refusal that the host's own silence may be the ground of."""


def refuse_an_end_before(recorded: Recorded, name: str, what: str) -> None:
    """EventRefused where the last day that an event names lies before the event itself."""
    last = getattr(recorded.event, name)
    if last is not None and last < recorded.on:
        raise EventRefused(f"{what} of {recorded.on} cannot end on {last}, before it begins; {TOLD_LATE}")


# --- facts ---


def major(amount: Any, case: Case) -> Decimal | None:
    """An amount of an event in major units of the case's currency."""
    currency = case.terms.currency
    return None if amount is None else from_minor(minor(amount, currency), currency)


def dated(name: str, label: str, doc: str, read: Read, zh: str = "") -> Fact:
    """A date that only events move."""
    return Fact(name, Kind.DATE, label, read, may_be_missing=True, doc=doc, label_zh=zh)


def flagged(name: str, label: str, doc: str, read: Callable[[Case, date], bool], zh: str = "") -> Fact:
    """A flag that only events move."""
    return Fact(name, Kind.FLAG, label, read, doc=doc, label_zh=zh)


def valued(name: str, label: str, doc: str, read: Read, zh: str = "") -> Fact:
    """An amount that only events move."""
    return Fact(name, Kind.MONEY, label, read, may_be_missing=True, doc=doc, label_zh=zh)


def chosen(name: str, label: str, doc: str, read: Read, choices: tuple[str, ...], zh: str = "") -> Fact:
    """A choice that only events move."""
    return Fact(name, Kind.CHOICE, label, read, may_be_missing=True, choices=choices, doc=doc, label_zh=zh)


def times(name: str, label: str, doc: str, read: Callable[[Case, date], int], zh: str = "") -> Fact:
    """A count that only events move."""
    return Fact(name, Kind.NUMBER, label, read, unit="times", doc=doc, label_zh=zh)
