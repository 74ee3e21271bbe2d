"""The values of each fact that a set of conditions can tell apart: a few that stand for all.

A comparison with a constant changes its answer at one value. Between two such turning points, all values of a fact are
alike, so one of them stands for all: 0, 29, 30, 31 for `dpd > 30` and `dpd == 0`. Facts that are compared with each
other share their turning points, and each stretch has as many values as it takes to hold them apart.

What a grid of such values decides is decided for every value, as long as each comparison reads one fact, or is a plain
one of two (`filed_on <= letter_of_claim_on`). `is_exact` says of a comparison whether that is so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, floor
from typing import TypeAlias

from overdue_flow.guards.linear import MEASURED, Linear, is_measured, linear, number_of, sums
from overdue_flow.guards.tree import Atom, Comparison, Condition, Constant, Flag, Missing, OneOf, Read, atoms, leaves
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary

WHOLE_UNITS = ("days", "months", "times", "instalments")
"""What is counted in whole numbers."""

_EXACT = Context(prec=200)
_LATEST = Fraction(date.max.toordinal())
_USUAL_DAY = date(2025, 1, 1)
_ROUNDEST = {Kind.MONEY: 3, Kind.NUMBER: 0, Kind.DATE: 0}
"""To which power of ten an example is rounded, where there is room."""
_FINEST = -40
_A_FEW = 6


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which values a fact can have: not below `lowest`, and multiples of `step`; None: any."""

    lowest: Fraction | None = None
    step: Fraction | None = None


BoundsOf: TypeAlias = Callable[[Fact], Bounds]
"""What values a fact can have."""


def usual_bounds(fact: Fact) -> Bounds:
    """What the language says of a fact: days and what is counted in whole units is whole, anything else may be
    anything."""
    if fact.kind is Kind.DATE:
        return Bounds(Fraction(1), Fraction(1))
    whole = fact.kind is Kind.NUMBER and fact.unit in WHOLE_UNITS
    return Bounds(step=Fraction(1)) if whole else Bounds()


@dataclass(slots=True)
class Grid:
    """The values to look at, of the facts that `conditions` read. `of_all` are comparisons that hold in every loan:
    they need no values of their own, where they are no more than `low <= high`."""

    vocabulary: Vocabulary
    conditions: Iterable[Condition]
    of_all: Iterable[Condition] = ()
    bounds: BoundsOf = usual_bounds
    _leader: dict[str, str] = field(default_factory=dict)
    _turnings: dict[str, set[Fraction]] = field(default_factory=dict)
    _words: dict[str, dict[str, None]] = field(default_factory=dict)
    _compared: dict[str, int] = field(default_factory=dict)
    _found: dict[str, tuple[Value | None, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = [atom for condition in self.conditions for atom in atoms(condition)]
        always = [atom for condition in self.of_all for atom in atoms(condition)]
        for atom in (*asked, *always):
            self._join(atom)
        for atom in dict.fromkeys(asked):
            if len(names := _names(atom)) == 2:
                self._compared[self._first(names[0])] = self._compared.get(self._first(names[0]), 0) + 1
        for atom in (*asked, *always):
            self._note(atom)
        for atom in dict.fromkeys(asked):
            self._meet(atom)

    def values(self, name: str) -> tuple[Value | None, ...]:
        """The values that stand for all that a fact can have, those in a row in their order, None for missing last."""
        if name not in self._found:
            fact = self.vocabulary[name]
            some = self._measured(fact) if fact.kind in MEASURED else self._said(fact)
            self._found[name] = (*some, None) if fact.may_be_missing else tuple(some)
        return self._found[name]

    def tells_apart(self, atom: Atom) -> bool:
        """Whether the values at hand are enough for an atom that nobody asked about before."""
        if isinstance(atom, Flag | Missing):
            return True
        if len(_names(atom)) > 1:
            return False
        if is_measured(atom):
            return all(one.turning is None or one.turning in self._turned(*one.factors) for one, _sign in sums(atom))
        return all(self.vocabulary[name].choices for name in _names(atom))

    def _turned(self, name: str) -> set[Fraction]:
        fact = self.vocabulary[name]
        usual = number_of(_USUAL_DAY) if fact.kind is Kind.DATE else Fraction()
        return {usual, *self._turnings.get(self._first(name), ())}

    def is_exact(self, atom: Atom) -> bool:
        """Whether the grid decides an atom."""
        names = _names(atom)
        return len(names) < 2 or (len(names) == 2 and self.is_plain(atom))

    def is_plain(self, atom: Atom) -> bool:
        """Whether an atom compares two facts as they are, of one kind and counted alike."""
        names = _names(atom)
        if not isinstance(atom, Comparison) or len(names) != 2:
            return False
        first, second = (self.vocabulary[name] for name in names)
        if first.kind is not second.kind or self.bounds(first).step != self.bounds(second).step:
            return False
        return (linear(atom.left) - linear(atom.right)).order is not None if is_measured(atom) else True

    # --- what is told apart ---

    def _first(self, name: str) -> str:
        """The fact that stands for all that a fact is compared with."""
        while self._leader.get(name, name) != name:
            name = self._leader[name]
        return name

    def _join(self, atom: Atom) -> None:
        names = _names(atom)
        if len(names) == 2 and self.is_plain(atom):
            self._leader[self._first(names[0])] = self._first(names[1])

    def _note(self, atom: Atom) -> None:
        match atom:
            case Flag() | Missing():
                return
            case _ if is_measured(atom):
                for one, _sign in sums(atom):
                    for name in one.factors if one.turning is not None else ():
                        self._turnings.setdefault(self._first(name), set()).add(one.turning or Fraction())
            case Comparison() | OneOf():
                listed = atom.values if isinstance(atom, OneOf) else ()
                fixed = [leaf.value for leaf in leaves(atom) if isinstance(leaf, Constant)]
                for name in _names(atom):
                    known = self._words.setdefault(self._first(name), {})
                    known.update({word: None for word in (*fixed, *listed) if isinstance(word, str)})

    def _meet(self, atom: Atom) -> None:
        """Where facts meet in a way that no grid decides: what one must be, for some values of the others."""
        if self.is_exact(atom) or not is_measured(atom):
            return
        for one, _sign in sums(atom):
            for name, factor in one.factors.items():
                if factor:
                    found = self._turnings.setdefault(self._first(name), set())
                    found.update(-rest / factor for rest in self._rests(one, name))

    def _rests(self, one: Linear, name: str) -> list[Fraction]:
        """What a sum comes to without one of its facts, for a few values of the others."""
        others = [(factor, self._a_few(other)) for other, factor in one.factors.items() if other != name]
        some = product(*([factor * value for value in values] for factor, values in others))
        return [sum(parts, one.constant) for parts in some]

    def _a_few(self, name: str) -> list[Fraction]:
        usual = Fraction(_USUAL_DAY.toordinal() if self.vocabulary[name].kind is Kind.DATE else 0)
        return [usual, usual + 1, *sorted(self._turnings.get(self._first(name), ()))][:_A_FEW]

    # --- values ---

    def _said(self, fact: Fact) -> list[Value]:
        if fact.kind is Kind.FLAG:
            return [False, True]
        if fact.choices:
            return list(fact.choices)
        first = self._first(fact.name)
        known = list(self._words.get(first, ()))
        others = (f"text {number}" if number else "text" for number in range(len(known) + 10))
        unsaid = [word for word in others if word not in known][: 1 + self._compared.get(first, 0)]
        return [*known, *unsaid]

    def _measured(self, fact: Fact) -> list[Value]:
        bounds, first = self.bounds(fact), self._first(fact.name)
        turnings = self._turned(first)
        for name in (fact.name, *self._beside(first)):
            lowest = self.bounds(self.vocabulary[name]).lowest
            turnings |= {lowest} if lowest is not None else set()
        step, levels = bounds.step, 1 + self._compared.get(first, 0)
        edges: list[Fraction | None] = [None, *sorted(turnings), None]
        found: set[Fraction] = {one for one in turnings if step is None or one % step == 0}
        for low, high in pairwise(edges):
            found.update(_inside(low, high, step, levels, _ROUNDEST[fact.kind]))
        fitting = sorted(one for one in found if bounds.lowest is None or one >= bounds.lowest)
        values = (_as_value(one, fact, step) for one in fitting)
        return [value for value in values if value is not None]

    def _beside(self, first: str) -> list[str]:
        return [name for name in self._leader if self._first(name) == first]


def _names(atom: Atom) -> tuple[str, ...]:
    """The facts that an atom reads, each once."""
    if isinstance(atom, Flag | Missing):
        return (atom.name,)
    return tuple(dict.fromkeys(leaf.name for leaf in leaves(atom) if isinstance(leaf, Read)))


def _as_value(number: Fraction, fact: Fact, step: Fraction | None) -> Value | None:
    """A number as a value of a fact; None where no such value can be written down."""
    if fact.kind is Kind.DATE:
        return date.fromordinal(int(number)) if 1 <= number <= _LATEST else None
    if fact.kind is Kind.NUMBER and step is not None and step.denominator == 1:
        return int(number)
    exact = _EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))
    return exact if Fraction(exact) == number else None


def _inside(
    low: Fraction | None, high: Fraction | None, step: Fraction | None, count: int, roundest: int
) -> Iterator[Fraction]:
    """So many numbers strictly between two, as round as there is room for; fewer where there are no more."""
    grid = Fraction(10) ** roundest
    finest = step if step is not None else Fraction(10) ** _FINEST
    if low is None or high is None:
        grid = max(grid, finest)
    else:
        while grid > finest and _multiples(low, high, grid) < count:
            grid /= 10
        grid = max(grid, finest)
    if low is None:
        assert high is not None, "there is a turning point"
        last = ceil(high / grid) - 1
        yield from (grid * (last - number) for number in range(count))
        return
    first = floor(low / grid) + 1
    for number in range(count):
        one = grid * (first + number)
        if high is None or one < high:
            yield one


def _multiples(low: Fraction, high: Fraction, grid: Fraction) -> int:
    """How many multiples of `grid` lie strictly between two numbers."""
    return ceil(high / grid) - floor(low / grid) - 1


def preferred(value: Value | None) -> tuple[int, int | Decimal]:
    """A key that puts first what a person would choose as an example: small amounts, a usual day, no flag, a fact that
    is there."""
    match value:
        case None:
            return 3, 0
        case bool():
            return 0, int(value)
        case int() | Decimal():
            return (0, value) if value >= 0 else (1, -value)
        case date():
            days = (value - _USUAL_DAY).days
            return (0, days) if days >= 0 else (1, -days)
        case _:
            return 0, 0
