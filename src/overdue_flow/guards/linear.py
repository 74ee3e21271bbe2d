"""What a comparison asks of its facts, as a sum: `2 * dpd - 30 > fails` is `2 * dpd - fails - 30 > 0`.

Guards know no product of two facts, so every comparison of numbers, money or dates is such a sum. Dates count as the
numbers of their days. Choices, stages and texts are no sums: they are compared as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from overdue_flow.guards.syntax import Operator
from overdue_flow.guards.tree import Atom, Comparison, Constant, DayNumber, OneOf, Read, Scaled, Sum, Term, leaves
from overdue_flow.guards.vocabulary import Kind

MEASURED = (Kind.NUMBER, Kind.MONEY, Kind.DATE)
"""The kinds whose values stand in a row."""


@dataclass(frozen=True, slots=True)
class Linear:
    """`sum of factor * fact, plus constant`; facts that cancel out stand in it with a factor of 0."""

    factors: dict[str, Fraction]
    constant: Fraction

    def __sub__(self, other: Linear) -> Linear:
        factors = dict(self.factors)
        for name, factor in other.factors.items():
            factors[name] = factors.get(name, Fraction()) - factor
        return Linear(factors, self.constant - other.constant)

    def times(self, factor: Fraction) -> Linear:
        """The sum, so many times."""
        return Linear({name: one * factor for name, one in self.factors.items()}, self.constant * factor)

    @property
    def order(self) -> tuple[str, str] | None:
        """The two facts of which it is the plain difference, the first less the second; None where it is not."""
        if self.constant or len(self.factors) != 2:
            return None
        signs = {factor: name for name, factor in self.factors.items()}
        first, second = signs.get(Fraction(1)), signs.get(Fraction(-1))
        return (first, second) if first is not None and second is not None else None

    @property
    def turning(self) -> Fraction | None:
        """Where a sum of one fact is 0; None where it never is, or reads several."""
        if len(self.factors) != 1:
            return None
        (factor,) = self.factors.values()
        return -self.constant / factor if factor else None


def number_of(value: int | Decimal | date) -> Fraction:
    """A value of a measured kind as an exact number."""
    return Fraction(value.toordinal() if isinstance(value, date) else value)


def linear(term: Term) -> Linear:
    """The sum that a term of a measured kind is."""
    match term:
        case Read(name=name):
            return Linear({name: Fraction(1)}, Fraction())
        case Constant(value=value):
            assert not isinstance(value, str | bool), "a word is no sum"
            return Linear({}, number_of(value))
        case DayNumber(term=inner):
            return linear(inner)
        case Scaled(term=inner, factor=factor):
            return linear(inner).times(Fraction(factor))
        case Sum(left=left, right=right, minus=minus):
            other = linear(right)
            return linear(left) - (other if minus else other.times(Fraction(-1)))


def is_measured(atom: Atom) -> bool:
    """Whether an atom compares sums."""
    return isinstance(atom, Comparison | OneOf) and all(leaf.kind in MEASURED for leaf in leaves(atom))


def sums(atom: Atom) -> Iterator[tuple[Linear, Operator]]:
    """What a measured atom compares with 0: one sum, or one for each word of a list (the atom holds where one does, or
    where `negated` all do)."""
    match atom:
        case Comparison(left=left, operator=sign, right=right):
            yield linear(left) - linear(right), sign
        case OneOf(term=term, values=values, negated=negated):
            for value in values:
                assert not isinstance(value, str | bool), "a word is no sum"
                yield linear(term) - Linear({}, number_of(value)), "!=" if negated else "=="
