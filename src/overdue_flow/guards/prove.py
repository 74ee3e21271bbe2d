"""Whether a loan can meet conditions, all at once: proved, refuted with a loan, or not decided and why.

Each fact has a few values that stand for all it can have (`grid`), and these are struck out until a loan is left, or
none (`narrow`). The answer is exact as long as each comparison reads one fact, or two facts as they are. Where two meet
in another way (`days_since_filed >= 2 * period_days`), a loan that is found is one, and that none was found proves
nothing: then a solver is asked, where there is one.

Law (tests/laws): `the prover agrees with a walk through all loans`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from overdue_flow.guards.grid import BoundsOf, Grid, usual_bounds
from overdue_flow.guards.narrow import Loan, Search
from overdue_flow.guards.nodes import Nodes
from overdue_flow.guards.tree import (
    All,
    Atom,
    Comparison,
    Condition,
    Constant,
    Flag,
    Guard,
    Missing,
    Not,
    Read,
    atoms,
    names_of,
)  # fmt: skip
from overdue_flow.guards.vocabulary import Value, Vocabulary

__all__ = ["Asked", "Loan", "Prover", "Solver", "Verdict", "equals"]

Asked: TypeAlias = Guard | Condition | None
"""A guard or a part of one; None always holds."""

_A_QUESTION = 20
"""What a question costs before anything is looked at."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether no loan meets some conditions. `loan` is one that does, where there is one; `why` says what stands in the
    way of a decision, where nobody knows."""

    loan: Loan | None = None
    why: str = ""

    @property
    def proved(self) -> bool:
        """No loan meets them."""
        return self.loan is None and not self.why

    @property
    def refuted(self) -> bool:
        """A loan does."""
        return self.loan is not None


class Solver(Protocol):
    """Something that decides where facts meet."""

    def ask(self, conditions: Sequence[Condition], vocabulary: Vocabulary, bounds: BoundsOf) -> Verdict:
        """Whether no loan meets the conditions."""


class Prover:
    """Answers questions about loans, best about those `conditions` that it is made for.

    `always` is true of every loan, `bounds` are the values that a fact can have. `solver` is asked where the grid does
    not decide. `effort` says how much was looked at so far.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        conditions: Iterable[Asked] = (),
        *,
        always: Iterable[Condition] = (),
        bounds: BoundsOf = usual_bounds,
        solver: Solver | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self._always = tuple((names_of(condition), condition) for condition in always)
        self._bounds, self._solver = bounds, solver
        self._trees = _trees(conditions)
        self._known: set[Atom] = {atom for tree in self._trees for atom in atoms(tree)}
        self._said: dict[frozenset[str], tuple[Condition, ...]] = {}
        self._before = 0
        self._nodes = self._draw()

    @property
    def effort(self) -> int:
        """How much was looked at so far: questions, values and alternatives."""
        return self._before + self._nodes.effort

    def none(self, *asked: Asked) -> Verdict:
        """That no loan meets all of these."""
        trees = _trees(asked)
        self._before += _A_QUESTION
        self._learn(trees)
        if self._proved_without_more(trees):
            return Verdict()
        names = frozenset[str]().union(*(self._nodes.names(tree) for tree in trees))
        always = self._about(names)
        search = Search(self._nodes)
        loan = search.run([self._nodes.of(tree) for tree in (*trees, *always)], names)
        if loan is not None or not search.why_open or self._solver is None:
            return Verdict(loan, "" if loan is not None else search.why_open)
        found = self._solver.ask((*trees, *always), self.vocabulary, self._bounds)
        return Verdict(found.loan and {name: found.loan[name] for name in sorted(names)}, found.why)

    def implies(self, first: Asked, second: Asked) -> Verdict:
        """That every loan which meets the first meets the second."""
        trees = _trees([second])
        return self.none(first, Not(trees[0])) if trees else Verdict()

    def same(self, first: Asked, second: Asked) -> Verdict:
        """That the same loans meet both."""
        one_way = self.implies(first, second)
        return self.implies(second, first) if one_way.proved else one_way

    # --- what is known ---

    def _proved_without_more(self, trees: Sequence[Condition]) -> bool:
        """Whether no loan meets them even if facts knew nothing of each other: that is quickly said."""
        left: dict[str, int] = {}
        for tree in trees:
            for name, mask in self._nodes.box(tree).items():
                left[name] = left.get(name, -1) & mask
                if not left[name]:
                    return True
        search = Search(self._nodes)
        return search.run([self._nodes.of(tree) for tree in trees], ()) is None and not search.why_open

    def _about(self, names: frozenset[str]) -> tuple[Condition, ...]:
        """What is true of every loan, as far as it joins these facts to others."""
        if names not in self._said:
            reached, left, found = set(names), list(self._always), list[Condition]()
            while more := [one for one in left if not one[0].isdisjoint(reached)]:
                found += [condition for _names, condition in more]
                reached.update(name for read, _condition in more for name in read)
                left = [one for one in left if one not in more]
            self._said[names] = tuple(found)
        return self._said[names]

    def _learn(self, trees: Iterable[Condition]) -> None:
        """Draw the grid anew where a question compares with what no other did."""
        fresh = [tree for tree in trees if not self._nodes.knows(tree)]
        told = self._nodes.grid.tells_apart
        if not all(atom in self._known or told(atom) for tree in fresh for atom in atoms(tree)):
            self._trees += fresh
            self._known.update(atom for tree in fresh for atom in atoms(tree))
            self._before = self.effort + len(self._known)
            self._nodes = self._draw()

    def _draw(self) -> Nodes:
        always = [condition for _names, condition in self._always]
        return Nodes(Grid(self.vocabulary, self._trees, always, self._bounds))


def _trees(asked: Iterable[Asked]) -> list[Condition]:
    return [one.tree if isinstance(one, Guard) else one for one in asked if one is not None]


def equals(name: str, value: Value | None, vocabulary: Vocabulary) -> Condition:
    """That a fact has a value, or is missing where that is None."""
    if value is None:
        return Missing(name)
    if isinstance(value, bool):
        return Flag(name) if value else All((Missing(name, negated=True), Not(Flag(name))))
    fact = vocabulary[name]
    return Comparison(Read(name, fact.kind, fact.unit), "==", Constant(value, fact.kind), fact.kind)
