"""The search for a loan that meets conditions: values are struck out until one loan is left, or none.

A part that reads one fact leaves some of its values. An `and` leaves what all its parts leave; of an `or` the
alternatives that cannot be any more are struck out, and only where several are left is one tried after the other. So a
question about many facts takes a few steps, where a walk through all combinations would take millions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from math import prod
from typing import TypeAlias

from overdue_flow.guards.evaluate import holds
from overdue_flow.guards.nodes import Both, Deep, Either, Node, Nodes, One, Two
from overdue_flow.guards.tree import names_of
from overdue_flow.guards.vocabulary import Value

Loan: TypeAlias = Mapping[str, Value | None]
"""Facts of a loan that was made up."""

STEPS_MAX = 20_000
"""How many alternatives are tried for one question."""

MADE_UP_MAX = 2_000
"""How many loans are looked at where facts meet in a way that no grid decides."""


@dataclass(slots=True)
class _State:
    """What is left of each fact's values, and the alternatives that are still open."""

    left: dict[str, int] = field(default_factory=dict)
    open: list[Either] = field(default_factory=list)
    pairs: list[Two] = field(default_factory=list)
    deep: list[Deep] = field(default_factory=list)

    def copy(self) -> _State:
        return _State(dict(self.left), list(self.open), list(self.pairs), list(self.deep))


class Search:
    """One question. `why_open` says, when nothing was found, what kept it from being decided; "" when it is."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._steps = STEPS_MAX
        self._dug: dict[tuple[tuple[int, ...], tuple[int, ...]], Loan | None] = {}
        self.why_open = ""

    def run(self, wanted: Iterable[Node], names: Iterable[str]) -> Loan | None:
        """A loan that all of these hold for, with the facts of these names; None where none was found."""
        state = _State()
        if not all(self._take(state, node) for node in wanted):
            return None
        found = self._look(state)
        if found is None:
            return None
        return {name: found[name] if name in found else self._any(state, name) for name in sorted(names)}

    def _any(self, state: _State, name: str) -> Value | None:
        mask = state.left.get(name, self._nodes.full(name))
        return self._nodes.value(name, next(self._nodes.wished(name, mask)))

    # --- striking out ---

    def _take(self, state: _State, node: Node) -> bool:
        """Ask for a part; False where it cannot be."""
        match node:
            case One(name=name, mask=mask):
                left = state.left.get(name, self._nodes.full(name)) & mask
                state.left[name] = left
                return left != 0
            case Both(parts=parts):
                return all(self._take(state, part) for part in parts)
            case Either():
                state.open.append(node)
            case Two():
                state.pairs.append(node)
            case Deep():
                state.deep.append(node)
        return True

    def _settle(self, state: _State) -> bool:
        """Strike out until nothing changes; False where nothing is left."""
        changed = True
        while changed:
            narrowed = [self._narrow(state, two) for two in state.pairs]
            if None in narrowed:
                return False
            changed = any(narrowed)
            alternatives, state.open = state.open, []
            self._nodes.effort += sum(len(one.parts) for one in alternatives)
            for one in alternatives:
                if any(self._sure(state, part) for part in one.parts):
                    continue
                live = tuple(part for part in one.parts if self._may(state, part))
                if not live or (len(live) == 1 and not self._take(state, live[0])):
                    return False
                changed = changed or len(live) == 1
                state.open += [Either(live)] if len(live) > 1 else []
        return True

    def _narrow(self, state: _State, two: Two) -> bool | None:
        """Strike out what finds no partner in a comparison; whether anything was; None where nothing is left."""
        first, second = self._left(state, two.first), self._left(state, two.second)
        kept, other = self._nodes.partners(two, first, second)
        state.left[two.first], state.left[two.second] = kept, other
        return None if not kept or not other else (kept, other) != (first, second)

    def _left(self, state: _State, name: str) -> int:
        return state.left.get(name, self._nodes.full(name))

    def _may(self, state: _State, node: Node) -> bool:
        match node:
            case One(name=name, mask=mask):
                return bool(self._left(state, name) & mask)
            case Both(parts=parts):
                return all(self._may(state, part) for part in parts)
            case Either(parts=parts):
                return any(self._may(state, part) for part in parts)
            case _:
                return True

    def _sure(self, state: _State, node: Node) -> bool:
        match node:
            case One(name=name, mask=mask):
                return not self._left(state, name) & ~mask
            case Both(parts=parts):
                return all(self._sure(state, part) for part in parts)
            case Either(parts=parts):
                return any(self._sure(state, part) for part in parts)
            case _:
                return False

    # --- trying ---

    def _look(self, state: _State) -> Loan | None:
        if not self._settle(state) or not self._may_dig(state):
            return None
        if not state.open:
            return self._choose(state)
        one = min(state.open, key=lambda either: len(either.parts))
        state.open.remove(one)
        for part in one.parts:
            self._steps -= 1
            if self._steps < 0:
                self.why_open = "there are too many cases to go through"
                return None
            tried = state.copy()
            if self._take(tried, part) and (found := self._look(tried)) is not None:
                return found
            if isinstance(part, One) and not self._take(state, One(part.name, ~part.mask)):
                return None  # what was tried in vain is not tried again
        return None

    def _choose(self, state: _State) -> Loan | None:
        """Values for what is left, so that facts which are compared with each other agree."""
        names = dict.fromkeys(name for two in state.pairs for name in (two.first, two.second))
        for name in names:
            left = self._left(state, name)
            if left & (left - 1):
                return self._try_values(state, name, left)
        return self._dig(state) if state.deep else self._told(state)

    def _try_values(self, state: _State, name: str, left: int) -> Loan | None:
        for bit in self._nodes.wished(name, left):
            tried = state.copy()
            tried.left[name] = bit
            self._steps -= 1
            if self._steps < 0:
                self.why_open = "there are too many cases to go through"
                return None
            if self._settle(tried) and (found := self._choose(tried)) is not None:
                return found
        return None

    def _told(self, state: _State) -> Loan:
        return {name: self._any(state, name) for name in state.left}

    def _may_dig(self, state: _State) -> bool:
        """Whether facts that meet where no grid decides may find values yet; if not, no alternative needs a try."""
        sizes = [self._left(state, name).bit_count() for name in _met(state)]
        if not state.deep or prod(sizes) > MADE_UP_MAX or self._made_up(state) is not None:
            return True
        self._leave_open(state)
        return False

    def _dig(self, state: _State) -> Loan | None:
        """Some loans, where no grid decides. The facts that meet are not compared with others any more."""
        made_up = self._made_up(state)
        if made_up is None:
            self._leave_open(state)
            return None
        return {**self._told(state), **made_up}

    def _made_up(self, state: _State) -> Loan | None:
        """Values of the facts that meet where no grid decides, so that they do as is wanted."""
        names = _met(state)
        left = tuple(self._left(state, name) for name in names)
        key = tuple(id(one) for one in state.deep), left  # each part was made once, and is kept
        if key not in self._dug:
            self._dug[key] = None
            some = product(*(list(self._nodes.wished(name, mask)) for name, mask in zip(names, left, strict=True)))
            for bits in islice(some, MADE_UP_MAX):
                made_up = {name: self._nodes.value(name, bit) for name, bit in zip(names, bits, strict=True)}
                if all(holds(deep.atom, made_up.__getitem__) is deep.wanted for deep in state.deep):
                    self._dug[key] = made_up
                    break
        return self._dug[key]

    def _leave_open(self, state: _State) -> None:
        self.why_open = f"{' and '.join(f'`{name}`' for name in _met(state))} meet in one comparison"


def _met(state: _State) -> list[str]:
    """The facts that meet in a way that no grid decides."""
    return sorted({name for deep in state.deep for name in names_of(deep.atom)})
