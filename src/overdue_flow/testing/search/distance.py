"""How far a condition is from holding: a number that a search can go down along.

After the branch distance of search-based testing (B. Korel, "Automated software test data generation", IEEE TSE 16(8),
1990; P. McMinn's survey, STVR 14(2), 2004): the difference of the sides for a comparison, the sum for `and`, the least
for `or`; each part is brought into [0, 1) before it is added up, so that no unit outweighs another.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from overdue_flow.guards.evaluate import OPERATORS, Look, worth
from overdue_flow.guards.syntax import Operator
from overdue_flow.guards.tree import All, AnyOf, Comparison, Condition, Flag, Missing, Not, OneOf

FAR = 0.95
"""How far what is missing is from any value."""

_AT_LEAST = 0.02

_OPPOSITE: dict[Operator, Operator] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def distance(condition: Condition, look: Look) -> float:
    """0 where the condition holds; else how far it is from holding, more than 0, at most the number of its parts."""
    return _holds(condition, look)


def _holds(condition: Condition, look: Look) -> float:
    match condition:
        case All(parts=parts):
            return sum(_holds(part, look) for part in parts)
        case AnyOf(parts=parts):
            return min((_holds(part, look) for part in parts), default=FAR)
        case Not(part=part):
            return _fails(part, look)
        case Comparison(left=left, operator=sign, right=right):
            return _apart(worth(left, look), sign, worth(right, look))
        case Flag() | Missing() | OneOf():
            return _yes_or_no(condition, look)


def _fails(condition: Condition, look: Look) -> float:
    match condition:
        case All(parts=parts):
            return min((_fails(part, look) for part in parts), default=FAR)
        case AnyOf(parts=parts):
            return sum(_fails(part, look) for part in parts)
        case Not(part=part):
            return _holds(part, look)
        case Comparison(left=left, operator=sign, right=right):
            one, other = worth(left, look), worth(right, look)
            return 0.0 if one is None or other is None else _apart(one, _OPPOSITE[sign], other)
        case Flag() | Missing() | OneOf():
            return 0.0 if _yes_or_no(condition, look) else 0.5


def _yes_or_no(condition: Flag | Missing | OneOf, look: Look) -> float:
    match condition:
        case Flag(name=name):
            return 0.0 if look(name) is True else 0.5
        case Missing(name=name, negated=negated):
            return 0.0 if (look(name) is None) is not negated else 0.5
        case OneOf(term=term, values=values, negated=negated):
            one = worth(term, look)
            return FAR if one is None else 0.0 if (one in values) is not negated else 0.5


def _apart(one: Any, sign: Operator, other: Any) -> float:
    """How far two values are from comparing so."""
    if one is None or other is None:
        return FAR
    if OPERATORS[sign](one, other):
        return 0.0
    return _AT_LEAST + (FAR - _AT_LEAST) * _gap(one, other)


def _gap(one: Any, other: Any) -> float:
    """How far two values are apart: of the larger one, or of some weeks; a half for two words."""
    if isinstance(one, date) and isinstance(other, date):
        days = abs((one - other).days)
        return days / (days + 20)
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        gap = float(abs(Decimal(one) - Decimal(other)))
        return gap / (gap + max(abs(float(one)), abs(float(other)), 1.0) / 2)
    return 0.5
