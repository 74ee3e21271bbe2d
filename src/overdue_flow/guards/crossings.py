"""On which days a comparison can change while every number in it runs along its slope.

Until the next `until` of its facts, a number is a line over the days: what it is today, and by how much it grows from
one day to the next. So the difference of two sides is a line too, and a comparison changes only where that line meets
zero. Worked out in whole numbers and fractions; nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias

from overdue_flow.guards.syntax import Operator
from overdue_flow.guards.tree import Atom, Comparison, Constant, DayNumber, OneOf, Read, Scaled, Sum, Term
from overdue_flow.guards.vocabulary import Value

Exact: TypeAlias = int | Fraction

Line: TypeAlias = tuple[Exact, Exact]
"""What a number is after no days, and by how much it grows with each."""

Lines: TypeAlias = Callable[[str], tuple[Value | None, int]]
"""Gives a fact's value and slope by its name."""


def crossings(atom: Atom, lines: Lines) -> list[int]:
    """After how many days (at least 1, in order) the truth of `atom` may differ from the day before."""
    match atom:
        case Comparison(left=left, operator=sign, right=right):
            first, second = line(left, lines), line(right, lines)
            if first is None or second is None:
                return []
            return _meeting(sign, first[0] - second[0], first[1] - second[1])
        case OneOf(term=term, values=values):
            found = line(term, lines)
            if found is None:
                return []
            numbers = {Fraction(value) for value in values if isinstance(value, int | Decimal)}
            met = {days for number in numbers for days in _meeting("==", found[0] - number, found[1])}
            return [
                days for days in sorted(met) if _is_met(found, numbers, days) is not _is_met(found, numbers, days - 1)
            ]
        case _:
            return []


def line(term: Term, lines: Lines) -> Line | None:
    """A term as a line; None where a fact in it is missing, or where it is no number."""
    match term:
        case Read(name=name):
            value, slope = lines(name)
            return _as_line(value, slope)
        case Constant(value=value):
            return _as_line(value, 0)
        case DayNumber(term=inner):
            day = lines(inner.name)[0] if isinstance(inner, Read) else inner.value
            return (day.toordinal(), 0) if isinstance(day, date) else None
        case Scaled(term=inner, factor=factor):
            found, times = line(inner, lines), _exact(factor)
            return None if found is None else (found[0] * times, found[1] * times)
        case Sum(left=left, right=right, minus=subtract):
            first, second = line(left, lines), line(right, lines)
            if first is None or second is None:
                return None
            if subtract:
                return first[0] - second[0], first[1] - second[1]
            return first[0] + second[0], first[1] + second[1]


def _is_met(found: Line, numbers: set[Fraction], days: int) -> bool:
    return found[0] + found[1] * days in numbers


def _as_line(value: Value | None, slope: int) -> Line | None:
    return (_exact(value), slope) if isinstance(value, int | Decimal) else None


def _exact(value: int | Decimal) -> Exact:
    return value if isinstance(value, int) else Fraction(value)


def _meeting(sign: Operator, difference: Exact, slope: Exact) -> list[int]:
    """The days after which `difference + slope * days`, compared with 0 by `sign`, may differ from the day before."""
    if slope == 0:
        return []
    zero = Fraction(-difference) / slope
    reached, passed = ceil(zero), floor(zero) + 1
    if sign in ("==", "!="):
        days = [reached, passed] if zero.denominator == 1 else []
    else:
        # Rising, `>=` and `<` change on the day on which zero is reached, `>` and `<=` on the day after; falling, the
        # other way round.
        at_once = (sign in (">=", "<")) is (slope > 0)
        days = [reached if at_once else passed]
    return [day for day in days if day >= 1]
