"""Types what `+`, `-` and `*` make of their two sides: money with money, days with days, dates with days."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

from overdue_flow.guards.exact import minus, plus, times
from overdue_flow.guards.sides import Known, Literal, Side, date_in, resolve
from overdue_flow.guards.syntax import Arithmetic, Fault, Sign
from overdue_flow.guards.tree import Constant, DayNumber, Read, Scaled, Sum, Term
from overdue_flow.guards.vocabulary import Kind

LARGEST = Decimal(10) ** 15
"""Numbers that a guard works out for itself stay below this."""

_NUMERIC = (Kind.NUMBER, Kind.MONEY)
Number: TypeAlias = int | Decimal


def as_number(side: Side) -> Number | None:
    """The number that a side is, if it is a fixed one."""
    if isinstance(side, Literal) and isinstance(side.value, int | Decimal) and not isinstance(side.value, bool):
        return side.value
    return None


def counted_in_days(term: Term) -> Term:
    """A date as the number of its day, so that numbers can be added to it."""
    return DayNumber(term, start=term.start, end=term.end) if isinstance(term, Read | Constant) else term


def negative(side: Side, said: str, start: int, end: int) -> Side | Fault:
    """`-side`."""
    number = as_number(side)
    if number is not None:
        return Literal(times(number, -1), said, start, end)
    if isinstance(side, Known) and side.kind in _NUMERIC:
        return Known(Scaled(side.term, -1, start=start, end=end), side.kind, said, start, end, side.unit, side.whole)
    return Fault("no-arithmetic", f"`{side.said}` is {side.in_words}: it has no `-`", start, end)


def combined(node: Arithmetic, said: str, left: Side, right: Side, currency: str | None) -> Side | Fault:
    """`left + right`, `left - right` or `left * right`, typed."""
    first, second = as_number(left), as_number(right)
    if first is not None and second is not None:
        return _folded(node, said, first, second)
    if isinstance(left, Literal) and isinstance(right, Literal):
        return _refused(node, left, right, "compare it with a fact, and add to that")
    if node.sign == "*":
        return _scaled(node, said, left, right)
    for literal, beside in ((left, right), (right, left)):
        if isinstance(literal, Literal) and isinstance(beside, Known):
            typed = _typed(literal, beside, currency)
            if isinstance(typed, Fault):
                return typed
            left, right = (typed, right) if literal is left else (left, typed)
    assert isinstance(left, Known)
    assert isinstance(right, Known)
    return _added(node, said, left, right)


def _folded(node: Arithmetic, said: str, first: Number, second: Number) -> Side | Fault:
    if node.sign == "*":
        value = times(first, second)
    else:
        value = plus(first, second) if node.sign == "+" else minus(first, second)
    if not -LARGEST < value < LARGEST:
        return Fault("number-too-long", f"`{said}` is too large a number", node.start, node.end)
    return Literal(value, said, node.start, node.end)


def _scaled(node: Arithmetic, said: str, left: Side, right: Side) -> Side | Fault:
    for factor, side in ((as_number(left), right), (as_number(right), left)):
        if factor is not None and isinstance(side, Known) and side.kind in _NUMERIC:
            term = Scaled(side.term, factor, start=node.start, end=node.end)
            whole = side.whole and isinstance(factor, int)
            return Known(term, side.kind, said, node.start, node.end, side.unit, whole)
    return _refused(node, left, right, "multiply money or a number by a fixed number, such as 0.5")


def _typed(literal: Literal, beside: Known, currency: str | None) -> Known | Fault:
    """A fixed value in a sum: a bare number takes the unit of the other side; beside a date it counts days."""
    number = as_number(literal)
    place = (literal.said, literal.start, literal.end)
    if number is not None and beside.kind is Kind.DATE:
        term = Constant(number, Kind.NUMBER, start=literal.start, end=literal.end)
        return Known(term, Kind.NUMBER, *place, "days", isinstance(number, int))
    day = date_in(literal.value) if isinstance(literal.value, str) else None
    if day is not None and beside.kind is Kind.NUMBER:
        return Known(Constant(day, Kind.DATE, start=literal.start, end=literal.end), Kind.DATE, *place)
    if beside.kind not in (*_NUMERIC, Kind.DATE):
        return Fault("no-arithmetic", _no_arithmetic(beside), beside.start, beside.end)
    constant = resolve(literal, beside, currency)
    if isinstance(constant, Fault):
        return constant
    return Known(constant, beside.kind, *place, beside.unit, not isinstance(number, Decimal))


def _added(node: Arithmetic, said: str, left: Known, right: Known) -> Side | Fault:
    for side in (left, right):
        if side.kind not in (*_NUMERIC, Kind.DATE):
            return Fault("no-arithmetic", _no_arithmetic(side), side.start, side.end)
    match left.kind, right.kind:
        case Kind.DATE, Kind.DATE:
            if node.sign == "+":
                return _refused(node, left, right, "subtract them: that gives days")
            return _sum(node, said, left, right, Kind.NUMBER, "days")
        case (Kind.DATE, Kind.NUMBER) | (Kind.NUMBER, Kind.DATE):
            return _moved(node, said, left, right)
        case Kind.MONEY, Kind.MONEY:
            return _sum(node, said, left, right, Kind.MONEY, "")
        case Kind.NUMBER, Kind.NUMBER if units_agree(left.unit, right.unit):
            return _sum(node, said, left, right, Kind.NUMBER, left.unit or right.unit)
    return _refused(node, left, right, None)


def _moved(node: Arithmetic, said: str, left: Known, right: Known) -> Side | Fault:
    days = right if left.kind is Kind.DATE else left
    if days is left and node.sign == "-":
        return _refused(node, left, right, "subtract the days from the date")
    if not units_agree(days.unit, "days"):
        return _refused(node, left, right, "a date is moved by days")
    if not days.whole:
        text = f"`{days.said}` is not a whole number of days"
        return Fault("not-whole", text, days.start, days.end, "a date is moved by whole days")
    return _sum(node, said, left, right, Kind.DATE, "")


def _sum(node: Arithmetic, said: str, left: Known, right: Known, kind: Kind, unit: str) -> Known:
    first, second = (counted_in_days(side.term) if side.kind is Kind.DATE else side.term for side in (left, right))
    term = Sum(first, second, node.sign == "-", start=node.start, end=node.end)
    return Known(term, kind, said, node.start, node.end, unit, left.whole and right.whole)


def units_agree(one: str, other: str) -> bool:
    """Whether numbers of these units can meet. One without a unit (the host's own, say) goes with any."""
    return one == other or not one or not other


def _no_arithmetic(side: Side) -> str:
    return f"`{side.said}` is {side.in_words}: nothing can be added to it"


_VERBS: dict[Sign, str] = {"+": "added", "-": "subtracted", "*": "multiplied"}


def _refused(node: Arithmetic, left: Side, right: Side, hint: str | None) -> Fault:
    said = (
        f"`{left.said}` is {left.in_words} and `{right.said}` is {right.in_words}: they cannot be {_VERBS[node.sign]}"
    )
    return Fault("no-arithmetic", said, node.start, node.end, hint)
