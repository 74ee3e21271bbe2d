"""What a checked guard is: a small typed tree in which every literal is a value. All readings start here.

Terms have values, conditions hold or do not. A chained comparison is an `All` of its pairs. Where dates are added to
or subtracted, both sides are counted in days (`DayNumber`), so that arithmetic knows numbers only and never leaves
the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from overdue_flow.guards.syntax import Fault, Operator
from overdue_flow.guards.vocabulary import Kind, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where in the guard's text a part stands; see `syntax`."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Read(Spot):
    """The value of a fact; missing when the fact is."""

    name: str
    kind: Kind
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Constant(Spot):
    """A fixed value. Money is a Decimal in major units; `currency` is its code where the guard names one."""

    value: Value
    kind: Kind
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Sum(Spot):
    """`left + right`, or `left - right` where `minus`; missing when either is."""

    left: Term
    right: Term
    minus: bool = False


@dataclass(frozen=True, slots=True)
class Scaled(Spot):
    """`factor * term`."""

    term: Term
    factor: int | Decimal


@dataclass(frozen=True, slots=True)
class DayNumber(Spot):
    """A date as the number of its day (1 January of the year 1 is 1)."""

    term: Read | Constant


Term: TypeAlias = Read | Constant | Sum | Scaled | DayNumber


@dataclass(frozen=True, slots=True)
class All(Spot):
    """True when every part is. `chained` where the text was one chain, such as `1 <= dpd <= 30`."""

    parts: tuple[Condition, ...]
    chained: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf(Spot):
    """True when one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Spot):
    """True when the part is not."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Flag(Spot):
    """True when the flag is; a missing flag is not."""

    name: str


@dataclass(frozen=True, slots=True)
class Missing(Spot):
    """True when the fact is missing, or where `negated` when it is there."""

    name: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Comparison(Spot):
    """False when either side is missing, whatever the operator. `kind` is what is compared."""

    left: Term
    operator: Operator
    right: Term
    kind: Kind


@dataclass(frozen=True, slots=True)
class OneOf(Spot):
    """True when the term equals one of `values`, or where `negated` none; false when it is missing, both ways.

    `said` holds the words of the text in their order, where a group stands for the stages inside it.
    """

    term: Term
    values: tuple[Value, ...]
    kind: Kind
    negated: bool = False
    said: tuple[str, ...] = ()


Condition: TypeAlias = All | AnyOf | Not | Flag | Missing | Comparison | OneOf
Atom: TypeAlias = Flag | Missing | Comparison | OneOf


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard that was checked. `names` are the facts it reads; `currencies` the codes its literals name, which a case
    must share for the guard to make sense of it."""

    text: str
    tree: Condition
    names: frozenset[str]
    currencies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """`guard` is None where there are faults; they come in the order of the text."""

    guard: Guard | None
    faults: tuple[Fault, ...] = ()


def atoms(condition: Condition) -> Iterator[Atom]:
    """The parts of a condition that are no `and`, `or` or `not`, from left to right."""
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from atoms(part)
        case Not(part=part):
            yield from atoms(part)
        case _:
            yield condition


def terms(term: Term) -> Iterator[Read | Constant]:
    """The facts and fixed values inside a term, from left to right."""
    match term:
        case Sum(left=left, right=right):
            yield from terms(left)
            yield from terms(right)
        case Scaled(term=inner) | DayNumber(term=inner):
            yield from terms(inner)
        case _:
            yield term


def leaves(atom: Atom) -> Iterator[Read | Constant]:
    """The facts and fixed values that an atom compares; none for a flag or an `is None`."""
    match atom:
        case Comparison(left=left, right=right):
            yield from terms(left)
            yield from terms(right)
        case OneOf(term=term):
            yield from terms(term)
        case _:
            return


def names_of(condition: Condition) -> frozenset[str]:
    """The facts that a condition reads."""
    found: set[str] = set()
    for atom in atoms(condition):
        if isinstance(atom, Flag | Missing):
            found.add(atom.name)
        else:
            found.update(leaf.name for leaf in leaves(atom) if isinstance(leaf, Read))
    return frozenset(found)
