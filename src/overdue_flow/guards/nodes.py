"""Conditions as the search for a loan sees them: what each part leaves of the values of a fact.

What a value does to a part is asked of `evaluate`, and of nothing else: there is no second meaning of guards here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from overdue_flow.guards.evaluate import OPERATORS, holds
from overdue_flow.guards.grid import Grid, preferred
from overdue_flow.guards.linear import is_measured, linear
from overdue_flow.guards.syntax import Operator
from overdue_flow.guards.tree import All, AnyOf, Atom, Comparison, Condition, Missing, Not, Read, names_of
from overdue_flow.guards.vocabulary import Value


class One(NamedTuple):
    """A part that reads one fact: the values that it leaves, as bits."""

    name: str
    mask: int


class Two(NamedTuple):
    """A plain comparison of two facts that are both there."""

    first: str
    sign: Operator
    second: str


class Deep(NamedTuple):
    """A part that no grid decides, and whether it is to hold."""

    atom: Atom
    wanted: bool


class Both(NamedTuple):
    """Parts that all hold."""

    parts: tuple[Node, ...]


class Either(NamedTuple):
    """Parts of which one holds; none never does."""

    parts: tuple[Node, ...]


Node: TypeAlias = One | Two | Deep | Both | Either

_OPPOSITE: dict[Operator, Operator] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Nodes:
    """Conditions as the search sees them, each made once."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.effort = 0
        """How much was looked at so far: values and alternatives."""
        self._made: dict[tuple[int, bool], tuple[Condition, Node]] = {}
        self._supports: dict[Two, tuple[list[int], list[int]]] = {}
        self._boxes: dict[int, dict[str, int]] = {}
        self._names: dict[int, frozenset[str]] = {}
        self._partners: dict[tuple[Two, int, int], tuple[int, int]] = {}
        self._full: dict[str, int] = {}
        self._wished: dict[str, list[int]] = {}

    def of(self, tree: Condition, *, wanted: bool = True) -> Node:
        """A condition that is to hold, or where it is not `wanted`, not to."""
        key = id(tree), wanted
        if key not in self._made:
            self._made[key] = tree, self._make(tree, wanted=wanted)  # the tree is kept, so that its id stays its own
        return self._made[key][1]

    def knows(self, tree: Condition) -> bool:
        """Whether a condition was asked about before."""
        return (id(tree), True) in self._made

    def names(self, tree: Condition) -> frozenset[str]:
        """The facts that a condition reads."""
        self.of(tree)
        if id(tree) not in self._names:
            self._names[id(tree)] = names_of(tree)
        return self._names[id(tree)]

    def box(self, tree: Condition) -> Mapping[str, int]:
        """The values that a condition leaves of single facts whatever else it asks: two that leave nothing of one fact
        exclude each other, and that is quickly seen."""
        if id(tree) not in self._boxes:
            node = self.of(tree)
            parts = node.parts if isinstance(node, Both) else (node,)
            self._boxes[id(tree)] = {part.name: part.mask for part in parts if isinstance(part, One)}
        return self._boxes[id(tree)]

    def full(self, name: str) -> int:
        """All values of a fact."""
        if name not in self._full:
            self._full[name] = (1 << len(self.grid.values(name))) - 1
        return self._full[name]

    def wished(self, name: str, mask: int) -> Iterator[int]:
        """The values that are left of a fact, as bits, what makes a good example first."""
        if name not in self._wished:
            values = self.grid.values(name)
            self._wished[name] = sorted(range(len(values)), key=lambda index: preferred(values[index]))
        return (1 << index for index in self._wished[name] if mask >> index & 1)

    def value(self, name: str, bit: int) -> Value | None:
        """The value that one bit stands for."""
        return self.grid.values(name)[bit.bit_length() - 1]

    def partners(self, two: Two, first: int, second: int) -> tuple[int, int]:
        """Of some values of two facts those that go with one of the other."""
        key = two, first, second
        if key not in self._partners:
            there, turned = self._supported(two)
            self.effort += len(there) + len(turned)
            kept = _supported(first, there, second)
            self._partners[key] = kept, _supported(second, turned, kept)
        return self._partners[key]

    def _supported(self, two: Two) -> tuple[list[int], list[int]]:
        """For each value of the first fact the values of the second that go with it, and the other way round."""
        if two not in self._supports:
            first, second = self.grid.values(two.first), self.grid.values(two.second)
            there = [[_goes(two.sign, one, other) for other in second] for one in first]
            self.effort += len(first) * len(second)
            turned = [list(column) for column in zip(*there, strict=True)]
            self._supports[two] = [_bits(row) for row in there], [_bits(row) for row in turned]
        return self._supports[two]

    # --- making ---

    def _make(self, tree: Condition, *, wanted: bool) -> Node:
        match tree:
            case Not(part=part):
                return self.of(part, wanted=not wanted)
            case All(parts=parts) | AnyOf(parts=parts):
                some = [self.of(part, wanted=wanted) for part in parts]
                return both(some) if isinstance(tree, All) is wanted else either(some)
        return self._atom(tree, wanted=wanted)

    def _atom(self, atom: Atom, *, wanted: bool) -> Node:
        names = sorted(names_of(atom))
        if len(names) == 1:
            (name,) = names
            self.effort += len(self.grid.values(name))
            return One(name, _bits(_holds(atom, name, value) is wanted for value in self.grid.values(name)))
        if not names:
            return Both(()) if _holds(atom, "", None) is wanted else Either(())
        if not self.grid.is_plain(atom):
            return Deep(atom, wanted)
        assert isinstance(atom, Comparison), "only a comparison is plain"
        there = [self.of(Missing(name, negated=True)) for name in names]
        two = _plain(atom)
        if wanted:
            return both([*there, two])
        gone = [self.of(Missing(name)) for name in names]
        return either([*gone, both([*there, two._replace(sign=_OPPOSITE[two.sign])])])


def _plain(atom: Comparison) -> Two:
    if is_measured(atom):
        order = (linear(atom.left) - linear(atom.right)).order
        assert order is not None, "a plain comparison is a difference"
        return Two(order[0], atom.operator, order[1])
    assert isinstance(atom.left, Read), "a word that is compared is a fact"
    assert isinstance(atom.right, Read), "a word that is compared is a fact"
    return Two(atom.left.name, atom.operator, atom.right.name)


def both(parts: Iterable[Node]) -> Node:
    """Parts that all hold, as few as say the same."""
    masks: dict[str, int] = {}
    others: list[Node] = []
    for part in _flat(parts, Both):
        if isinstance(part, One):
            masks[part.name] = masks.get(part.name, -1) & part.mask
        else:
            others.append(part)
    return _joined(Both, masks, others)


def either(parts: Iterable[Node]) -> Node:
    """Parts of which one holds, as few as say the same."""
    masks: dict[str, int] = {}
    others: list[Node] = []
    for part in _flat(parts, Either):
        if isinstance(part, One):
            masks[part.name] = masks.get(part.name, 0) | part.mask
        else:
            others.append(part)
    return _joined(Either, masks, others)


def _flat(parts: Iterable[Node], kind: type[Both | Either]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _joined(kind: type[Both | Either], masks: Mapping[str, int], others: list[Node]) -> Node:
    some = (*(One(name, mask) for name, mask in masks.items()), *others)
    return some[0] if len(some) == 1 else kind(some)


def _bits(told: Iterable[bool]) -> int:
    return sum(1 << index for index, yes in enumerate(told) if yes)


def _holds(atom: Atom, name: str, value: Value | None) -> bool:
    loan: dict[str, Value | None] = {name: value}
    return holds(atom, loan.__getitem__)


def _goes(sign: Operator, one: Value | None, other: Value | None) -> bool:
    return one is not None and other is not None and OPERATORS[sign](one, other)


def _supported(values: int, partners: list[int], allowed: int) -> int:
    """Of some values those that have an allowed partner."""
    kept = 0
    rest = values
    while rest:
        bit = rest & -rest
        rest ^= bit
        if partners[bit.bit_length() - 1] & allowed:
            kept |= bit
    return kept
