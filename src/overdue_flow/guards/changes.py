"""When to look at a loan again: the earliest day on which any part of any of these guards may change by itself.

This is the reading behind wake days, so it is fast and looks no further than the first such day. It never comes after
the true flip; it may come before (a fact says that it may move, and then does not), which costs one look.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil, floor
from typing import Any, TypeAlias

from overdue_flow.guards.crossings import crossings
from overdue_flow.guards.horizon import lines_on
from overdue_flow.guards.syntax import Operator
from overdue_flow.guards.tree import Atom, Comparison, Constant, Guard, OneOf, Read, atoms, names_of
from overdue_flow.guards.vocabulary import Fact, Kind, Slope, Until, Vocabulary, flat, never_by_itself
from overdue_flow.guards.vocabulary import Read as Reader

NextChange: TypeAlias = Callable[[Any, date], date | None]
"""`next_change(case, day)`: a day after `day`, or None where nothing changes by itself."""

_LAST_DAY = date.max.toordinal()
_NEVER = _LAST_DAY + 1


@dataclass(slots=True)
class _Clock:
    """A number that runs with the days, and the whole numbers on whose reaching a comparison with it changes:
    `rising` when it counts up, `falling` when it counts down."""

    rising: set[int] = field(default_factory=set)
    falling: set[int] = field(default_factory=set)

    def meets(self, operator: Operator, limit: int | Decimal) -> None:
        """Note one comparison with a fixed number."""
        above, below = floor(limit) + 1, ceil(limit) - 1
        if operator in ("==", "!="):
            self.meets_one_of([limit])
        elif operator in (">", "<="):
            self.rising.add(above)
            self.falling.add(floor(limit))
        else:
            self.rising.add(ceil(limit))
            self.falling.add(below)

    def meets_one_of(self, values: Iterable[int | Decimal]) -> None:
        """Note the numbers that are among `values` while their neighbour is not, or the other way round."""
        among = {floor(value) for value in values if value == floor(value)}
        self.rising |= {
            one for value in among for one in (value, value + 1) if (one in among) is not (one - 1 in among)
        }
        self.falling |= {
            one for value in among for one in (value, value - 1) if (one in among) is not (one + 1 in among)
        }


def compile_next_change(guards: Iterable[Guard | None], vocabulary: Vocabulary) -> NextChange:
    """One function that gives the earliest day after `day` on which a part of `guards` may change by itself.

    Comparisons of a clock with fixed numbers become one sorted table per clock; others are worked out when asked.
    Facts that stand still cost nothing; fields of events do not move. None in `guards` is a guard that always holds.
    """
    parts = dict.fromkeys(part for guard in guards if guard is not None for part in atoms(guard.tree))
    facts = {name: vocabulary[name] for part in parts for name in sorted(names_of(part))}
    untils = tuple(dict.fromkeys(fact.until for fact in facts.values() if _turns(fact)))
    clocks: dict[str, _Clock] = {}
    others: list[Atom] = []
    for part in parts:
        if not any(_runs(facts[name]) for name in names_of(part)):
            continue
        if not _noted(part, clocks):
            others.append(part)
    tables = tuple(_table(facts[name], clock) for name, clock in clocks.items())
    return _next_change(untils, tables, _slow(others, vocabulary) if others else None)


def _turns(fact: Fact) -> bool:
    return fact.until is not never_by_itself and not fact.on_event


def _runs(fact: Fact) -> bool:
    return fact.kind is Kind.NUMBER and fact.slope is not flat and not fact.on_event


def _noted(part: Atom, clocks: dict[str, _Clock]) -> bool:
    """Whether a part is a clock beside fixed numbers; then it stands in the clock's table."""
    match part:
        case Comparison(left=Read(name=name), operator=operator, right=Constant(value=int() | Decimal() as limit)):
            clocks.setdefault(name, _Clock()).meets(operator, limit)
        case OneOf(term=Read(name=name), values=values):
            numbers = [value for value in values if isinstance(value, int | Decimal)]
            clocks.setdefault(name, _Clock()).meets_one_of(numbers)
        case _:
            return False
    return True


_Table: TypeAlias = tuple[Slope, Reader, tuple[int, ...], tuple[int, ...], int]


def _table(fact: Fact, clock: _Clock) -> _Table:
    return fact.slope, fact.read, tuple(sorted(clock.rising)), tuple(sorted(clock.falling)), len(clock.rising)


def _next_change(
    untils: tuple[Until, ...], tables: tuple[_Table, ...], slow: Callable[[Any, date], int] | None
) -> NextChange:
    def next_change(case: Any, day: date) -> date | None:
        today = day.toordinal()
        soonest = _NEVER
        for until in untils:
            turn = until(case, day)
            if turn is not None:
                ordinal = turn.toordinal()
                if ordinal < soonest:
                    soonest = ordinal
        for slope, read, rising, falling, size in tables:
            step = slope(case, day)
            if step == 0:
                continue
            value = read(case, day)
            if value is None:
                continue
            if not isinstance(value, int):
                soonest = today + 1  # a clock that does not count whole days: look every day
            elif step > 0:
                index = bisect_right(rising, value)
                if index < size and today + rising[index] - value < soonest:
                    soonest = today + rising[index] - value
            else:
                index = bisect_left(falling, value)
                if index and today + value - falling[index - 1] < soonest:
                    soonest = today + value - falling[index - 1]
        if slow is not None:
            soonest = min(soonest, today + slow(case, day))
        return date.fromordinal(max(soonest, today + 1)) if max(soonest, today + 1) <= _LAST_DAY else None

    return next_change


def _slow(parts: list[Atom], vocabulary: Vocabulary) -> Callable[[Any, date], int]:
    """After how many days the first of `parts` may change along the slopes of its facts."""

    def days(case: Any, day: date) -> int:
        lines = lines_on(vocabulary, case, day)
        found = (crossings(part, lines) for part in parts)
        return min((part[0] for part in found if part), default=_NEVER)

    return days
