"""Which parts of a guard decide it, and which of them stand at their boundary.

A part decides where the guard would be otherwise if the part were: in an `and` the others hold, in an `or` none does.
A comparison stands at its boundary where its two sides lie no further apart than the smallest difference that changes
it, on the side on which it is: `dpd > 90` at 91 where it holds, at 90 where it does not. The smallest difference is one
day between dates, the smallest unit of the currency between amounts, one in the last decimal place that the guard
writes between numbers.

An amount beside zero, a flag, a word and what is missing have no boundary: they are always at it. So is `==` where it
holds; where it does not, a number or a date is at its boundary one step off on either side, an amount anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from overdue_flow.guards.evaluate import Look, holds, worth
from overdue_flow.guards.tree import All, AnyOf, Atom, Comparison, Condition, Constant, Not, Scaled, Sum, Term, leaves
from overdue_flow.guards.vocabulary import Kind
from overdue_flow.money import decimals_of

_STEPPED = frozenset({Kind.NUMBER, Kind.MONEY, Kind.DATE})


class Weighed(NamedTuple):
    """One part of a guard for one case on one day: its number from left to right, whether it holds, whether it
    decides the guard."""

    number: int
    atom: Atom
    holds: bool
    decides: bool


def weigh(condition: Condition, look: Look) -> list[Weighed]:
    """Every part of a guard that is no `and`, `or` or `not`, from left to right."""
    return [
        Weighed(number, atom, value, decides)
        for number, (atom, value, decides) in enumerate(_weigh(condition, look, matters=True))
    ]


def _weigh(condition: Condition, look: Look, *, matters: bool) -> Iterator[tuple[Atom, bool, bool]]:
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            neutral = isinstance(condition, All)
            against = [number for number, part in enumerate(parts) if holds(part, look) is not neutral]
            for number, part in enumerate(parts):
                yield from _weigh(part, look, matters=matters and (not against or against == [number]))
        case Not(part=part):
            yield from _weigh(part, look, matters=matters)
        case _:
            yield condition, holds(condition, look), matters


def step_of(atom: Atom, currency: str) -> Decimal | None:
    """The smallest difference between the sides of a comparison that changes it; None where it has no boundary."""
    if not isinstance(atom, Comparison) or atom.kind not in _STEPPED:
        return None
    if atom.kind is Kind.DATE:
        return Decimal(1)
    if atom.kind is Kind.MONEY:
        if atom.operator in ("==", "!=") or any(_is_zero(side) for side in (atom.left, atom.right)):
            return None
        return Decimal(1).scaleb(-decimals_of(currency))
    return Decimal(1).scaleb(-max((_decimals(number) for number in _numbers(atom)), default=0))


def is_at_boundary(atom: Atom, look: Look, currency: str) -> bool:
    """Whether a part stands at its boundary, on the side on which it is."""
    step = step_of(atom, currency)
    if step is None or not isinstance(atom, Comparison):
        return True
    apart = _apart(worth(atom.left, look), worth(atom.right, look))
    if apart is None:
        return False
    sign, reach = atom.operator, Fraction(step)
    if sign in ("==", "!="):
        return abs(apart) <= reach
    rising = apart if sign in (">", ">=") else -apart
    # above zero it holds; zero itself belongs to `>=` and `<=`, and to what is not `>` or `<`
    return 0 <= rising < reach or -reach <= rising < 0 if "=" in sign else 0 < rising <= reach or -reach < rising <= 0


def _apart(left: Any, right: Any) -> Fraction | None:
    if left is None or right is None:
        return None
    if isinstance(left, date):
        return Fraction(left.toordinal() - right.toordinal())
    return Fraction(left) - Fraction(right)


def _is_zero(side: Term) -> bool:
    return isinstance(side, Constant) and side.value == 0


def _numbers(atom: Comparison) -> Iterator[Any]:
    """The numbers that a comparison writes: constants and factors."""
    yield from (leaf.value for leaf in leaves(atom) if isinstance(leaf, Constant))
    for side in (atom.left, atom.right):
        yield from _factors(side)


def _factors(term: Term) -> Iterator[Any]:
    match term:
        case Sum(left=left, right=right):
            yield from _factors(left)
            yield from _factors(right)
        case Scaled(term=inner, factor=factor):
            yield factor
            yield from _factors(inner)


def _decimals(number: Any) -> int:
    exponent = number.normalize().as_tuple().exponent if isinstance(number, Decimal) else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


# --- the same as a condition: which loans show it ---


def shown_where(condition: Condition, number: int, currency: str, *, at: bool) -> Condition:
    """That one part of a condition decides it, stands at its boundary, and is so: holds where `at`, or does not.

    Where two facts meet, the boundary is left out: the answer then takes in more loans than show it.
    """
    around: list[Condition] = []
    atom = _path(condition, [number], around)
    assert atom is not None, "a condition has its parts"
    side = atom if at else Not(atom)
    parts = (side, *around, *_near(atom, currency, holds=at))
    return All(parts) if len(parts) > 1 else side


def _path(condition: Condition, left: list[int], around: list[Condition]) -> Atom | None:
    """The part that is so many parts further on, and what its neighbours must be for it to decide."""
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            for place, part in enumerate(parts):
                found = _path(part, left, around)
                if found is not None:
                    others = (*parts[:place], *parts[place + 1 :])
                    around += others if isinstance(condition, All) else [Not(one) for one in others]
                    return found
            return None
        case Not(part=part):
            return _path(part, left, around)
        case _:
            left[0] -= 1
            return condition if left[0] < 0 else None


def _near(atom: Atom, currency: str, *, holds: bool) -> Iterator[Condition]:
    step = step_of(atom, currency)
    if step is None or not isinstance(atom, Comparison) or not isinstance(atom.right, Constant):
        return
    value: Any = atom.right.value
    whole = isinstance(value, int) and step == 1
    reach: Any = timedelta(days=1) if isinstance(value, date) else 1 if whole else step
    wanted = {
        ">": (value + reach, value), ">=": (value, value - reach), "<": (value - reach, value),
        "<=": (value, value + reach), "==": (value, None), "!=": (None, value),
    }[atom.operator][0 if holds else 1]  # fmt: skip
    if wanted is not None:
        yield replace(atom, operator="==", right=replace(atom.right, value=wanted))
    elif (atom.operator == "==") is not holds:
        sides = (value - reach, value + reach)
        yield AnyOf(tuple(replace(atom, operator="==", right=replace(atom.right, value=one)) for one in sides))
