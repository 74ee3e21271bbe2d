"""When a guard will change by itself: the next day on which it flips if nothing happens to the loan.

Facts stand still or run along a line until a day that they name themselves (`until`), so a guard can only change on a
few days: where a line meets a threshold, and where a fact says that it may move otherwise. `evaluate` is asked on just
those days. There is no second definition of what a guard means.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import Any

from overdue_flow.guards.crossings import Lines, crossings
from overdue_flow.guards.evaluate import Look, evaluate
from overdue_flow.guards.tree import Atom, Guard, atoms, names_of
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary

LIMIT_DAYS = 400
"""How far ahead a search goes before it says when to look again."""

_LAST_DAY = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a search ahead has found.

    `flips_on` is the first day on which the guard differs from today. Where it is None, `look_again_on` is the first
    day that was not looked at and on which something may change; where that is None too, the guard stays as it is
    until something happens to the loan.
    """

    flips_on: date | None = None
    look_again_on: date | None = None

    @property
    def wake_on(self) -> date | None:
        """The day on which to look at the loan again; None for never by itself."""
        return self.flips_on or self.look_again_on


def next_flip(
    guard: Guard, vocabulary: Vocabulary, case: Any, day: date, limit_days: int = LIMIT_DAYS, event: Any = None
) -> Outlook:
    """When `guard` will first differ from what it is on `day`, if nothing happens.

    The search ends `limit_days` after `day`. A field of an event does not move; without its `event` it is missing.
    """
    limit = _later(day, limit_days) or date.max
    now = evaluate(guard, look_at(vocabulary, case, day, event))
    for candidate in _candidates(guard, vocabulary, case, day, event):
        if candidate > limit:
            return Outlook(look_again_on=candidate)
        if evaluate(guard, look_at(vocabulary, case, candidate, event)) is not now:
            return Outlook(flips_on=candidate)
    return Outlook()


def candidates(
    guard: Guard, vocabulary: Vocabulary, case: Any, day: date, limit: date, event: Any = None
) -> Iterator[date]:
    """The days after `day`, up to and with `limit`, on which `guard` may differ from the day before: in order, each
    once, found as they are asked for."""
    return takewhile(lambda found: found <= limit, _candidates(guard, vocabulary, case, day, event))


def look_at(vocabulary: Vocabulary, case: Any, day: date, event: Any = None) -> Look:
    """Reads facts of one case on one day, for `evaluate`; each at most once."""
    seen: dict[str, Value | None] = {}

    def look(name: str) -> Value | None:
        if name not in seen:
            seen[name] = value_on(vocabulary[name], case, day, event)
        return seen[name]

    return look


def value_on(fact: Fact, case: Any, day: date, event: Any = None) -> Value | None:
    """One fact on one day; a field of an event is missing where there is no event."""
    if not fact.on_event:
        return fact.read(case, day)
    return None if event is None else fact.read(event, day)


def _candidates(guard: Guard, vocabulary: Vocabulary, case: Any, day: date, event: Any) -> Iterator[date]:
    parts = dict.fromkeys(atoms(guard.tree))
    last = day
    for found in heapq.merge(*(_changes(part, vocabulary, case, day, event) for part in parts)):
        if found > last:
            yield found
            last = found


def _changes(atom: Atom, vocabulary: Vocabulary, case: Any, day: date, event: Any) -> Iterator[date]:
    """The days on which one part may change, in order: crossings, and the ends of the stretches between them."""
    facts = [vocabulary[name] for name in sorted(names_of(atom))]
    moving = [fact for fact in facts if not fact.on_event]
    start: date | None = day
    while start is not None:
        end = next_turn(moving, case, start)
        for days in crossings(atom, lines_on(vocabulary, case, start, event)):
            found = _later(start, days)
            if found is None or (end is not None and found >= end):
                break
            yield found
        if end is not None:
            yield end
        start = end


def next_turn(facts: list[Fact], case: Any, day: date) -> date | None:
    """The first day after `day` on which one of `facts` may move other than along its slope."""
    turns = [turn for fact in facts if (turn := fact.until(case, day)) is not None]
    return max(min(turns), day + timedelta(days=1)) if turns and day < date.max else None


def lines_on(vocabulary: Vocabulary, case: Any, day: date, event: Any = None) -> Lines:
    """Gives a fact's value on a day, and by how much it grows from there to the next; only numbers grow."""

    def line_of(name: str) -> tuple[Value | None, int]:
        fact = vocabulary[name]
        value = value_on(fact, case, day, event)
        runs = fact.kind is Kind.NUMBER and not fact.on_event and value is not None
        return value, fact.slope(case, day) if runs else 0

    return line_of


def _later(day: date, days: int) -> date | None:
    """`days` after `day`; None beyond the calendar."""
    ordinal = day.toordinal() + days
    return date.fromordinal(ordinal) if ordinal <= _LAST_DAY else None
