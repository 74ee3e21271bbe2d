"""Z3 as the solver that `prove` asks where two facts meet: the only file that knows it.

A fact becomes a number, and whether it is there: money a count of its smallest unit, a date that of its day, a word its
place in a list. What the solver finds is turned back into a loan, and asked of `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from overdue_flow.errors import MissingExtra
from overdue_flow.guards.evaluate import OPERATORS, holds
from overdue_flow.guards.grid import BoundsOf
from overdue_flow.guards.linear import MEASURED, Linear, is_measured, sums
from overdue_flow.guards.prove import Verdict
from overdue_flow.guards.tree import (
    All,
    AnyOf,
    Atom,
    Comparison,
    Condition,
    Constant,
    Flag,
    Missing,
    Not,
    OneOf,
    Read,
    atoms,
    leaves,
    names_of,
)
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary

INSTALL = 'pip install "overdue-flow[prove]"'
"""How to get what this needs."""

PATIENCE_MS = 10_000
"""How long one question may take."""

_DIGITS = Context(prec=60)


class Z3:
    """A solver for `Prover`. MissingExtra where Z3 is not installed."""

    def __init__(self) -> None:
        try:
            import z3
        except ImportError:
            raise MissingExtra(f"deciding where two facts meet needs Z3; install it with: {INSTALL}") from None
        self._z3: Any = z3

    def ask(self, conditions: Sequence[Condition], vocabulary: Vocabulary, bounds: BoundsOf) -> Verdict:
        """Whether no loan meets the conditions; undecided where the solver takes longer than its patience."""
        question = _Question(self._z3, vocabulary, bounds, conditions)
        said = question.solver.check()
        if said == self._z3.unsat:
            return Verdict()
        if said != self._z3.sat:
            return Verdict(why="the solver gave up")
        loan = question.loan()
        if loan is None or not all(holds(condition, loan.__getitem__) for condition in conditions):
            return Verdict(why="the solver found no loan that can be written down")
        return Verdict(loan)


class _Question:
    """One question, in the solver's words."""

    def __init__(self, z3: Any, vocabulary: Vocabulary, bounds: BoundsOf, conditions: Sequence[Condition]) -> None:
        self._z3, self._vocabulary, self._bounds = z3, vocabulary, bounds
        self.names = sorted({name for condition in conditions for name in names_of(condition)})
        self._words = _words(conditions, (vocabulary[name] for name in self.names))
        self._there = {name: z3.Bool(f"{name} is there") for name in self.names}
        self._numbers = {name: self._number(vocabulary[name]) for name in self.names}
        self.solver = z3.Solver()
        self.solver.set("timeout", PATIENCE_MS)
        self.solver.set("random_seed", 0)
        for name in self.names:
            self.solver.add(*self._possible(vocabulary[name]))
        self.solver.add(*(self._said(condition) for condition in conditions))

    # --- facts ---

    def _number(self, fact: Fact) -> Any:
        """A fact as a number of steps, or any number where it has none."""
        dense = fact.kind in MEASURED and self._bounds(fact).step is None
        return self._z3.Real(fact.name) if dense else self._z3.Int(fact.name)

    def _worth(self, name: str) -> Any:
        step = self._bounds(self._vocabulary[name]).step
        number = self._numbers[name]
        return number if step is None or step == 1 else self._z3.ToReal(number) * self._exactly(step)

    def _possible(self, fact: Fact) -> Iterable[Any]:
        number = self._numbers[fact.name]
        if not fact.may_be_missing:
            yield self._there[fact.name]
        if fact.kind is Kind.FLAG:
            yield self._z3.And(number >= 0, number <= 1)
        elif fact.kind not in MEASURED:
            known = fact.choices or None
            yield self._z3.Or([number == self._words[word] for word in known]) if known else number >= 0
        else:
            lowest = self._bounds(fact).lowest
            if lowest is not None:
                yield self._worth(fact.name) >= self._exactly(lowest)
            if fact.kind is Kind.DATE:
                yield number <= date.max.toordinal()

    def _exactly(self, number: Fraction) -> Any:
        return self._z3.Q(number.numerator, number.denominator)

    # --- conditions ---

    def _said(self, condition: Condition) -> Any:
        match condition:
            case All(parts=parts):
                return self._z3.And([self._said(part) for part in parts])
            case AnyOf(parts=parts):
                return self._z3.Or([self._said(part) for part in parts])
            case Not(part=part):
                return self._z3.Not(self._said(part))
            case Flag(name=name):
                return self._z3.And(self._there[name], self._numbers[name] == 1)
            case Missing(name=name, negated=negated):
                return self._there[name] if negated else self._z3.Not(self._there[name])
            case _:
                there = [self._there[name] for name in sorted(names_of(condition))]
                return self._z3.And([*there, self._compared(condition)])

    def _compared(self, atom: Atom) -> Any:
        assert isinstance(atom, Comparison | OneOf), "flags and missing facts are said above"
        if is_measured(atom):
            some = [OPERATORS[sign](self._sum(one), 0) for one, sign in sums(atom)]
        elif isinstance(atom, Comparison):
            some = [OPERATORS[atom.operator](self._word(atom.left), self._word(atom.right))]
        else:
            equal = [self._word(atom.term) == self._words[str(value)] for value in atom.values]
            some = [self._z3.Not(one) for one in equal] if atom.negated else equal
        every = isinstance(atom, OneOf) and atom.negated
        return (self._z3.And if every else self._z3.Or)(some)

    def _sum(self, one: Linear) -> Any:
        whole = self._exactly(one.constant)
        for name, factor in one.factors.items():
            whole = whole + self._exactly(factor) * self._worth(name)
        return whole

    def _word(self, term: Any) -> Any:
        if isinstance(term, Read):
            return self._numbers[term.name]
        return int(term.value) if isinstance(term.value, bool) else self._words[term.value]

    # --- a loan ---

    def loan(self) -> dict[str, Value | None] | None:
        """What was found; None where a number of it has no end."""
        model = self.solver.model()
        found: dict[str, Value | None] = {}
        for name in self.names:
            if not self._z3.is_true(model.eval(self._there[name], model_completion=True)):
                found[name] = None
                continue
            number = Fraction(model.eval(self._numbers[name], model_completion=True).as_string())
            found[name] = self._value(self._vocabulary[name], number)
            if found[name] is None:
                return None
        return found

    def _value(self, fact: Fact, number: Fraction) -> Value | None:
        if fact.kind is Kind.FLAG:
            return bool(number)
        if fact.kind is Kind.DATE:
            return date.fromordinal(int(number))
        if fact.kind not in MEASURED:
            known = {place: word for word, place in self._words.items()}
            return known.get(int(number), f"text {number}")
        step = self._bounds(fact).step
        if fact.kind is Kind.NUMBER and step == 1:
            return int(number)
        exact = number * (step or 1)
        written = _DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))
        return written if Fraction(written) == exact else None


def _words(conditions: Sequence[Condition], facts: Iterable[Fact]) -> dict[str, int]:
    """Every word that is a choice, or that a condition says, with its place."""
    said = [word for fact in facts for word in fact.choices]
    for atom in (atom for condition in conditions for atom in atoms(condition)):
        fixed = [leaf.value for leaf in leaves(atom) if isinstance(leaf, Constant)]
        fixed += atom.values if isinstance(atom, OneOf) else ()
        said += [word for word in fixed if isinstance(word, str)]
    return {word: place for place, word in enumerate(dict.fromkeys(said))}
