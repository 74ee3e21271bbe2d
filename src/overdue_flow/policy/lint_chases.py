"""Findings on rules that would move a loan round in a circle on one day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from overdue_flow.guards.given import given
from overdue_flow.guards.prove import Loan
from overdue_flow.guards.tree import Condition
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.policy import Rule
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem

JUST_ENTERED: Mapping[str, Value | None] = {
    "days_in_stage": 0, "days_since_stage_entered": 0, "days_until_stage_entered": 0
}  # fmt: skip
"""What a loan that came to its stage today tells of it."""

WAYS_MAX = 20_000
"""How many ways from stage to stage are gone for one policy."""

_Circle: TypeAlias = tuple[tuple[str, Rule], ...]


def rules_that_chase_each_other(view: View) -> Iterator[Problem]:
    """Rules that would move a loan round in a circle on one day."""
    walk = _Walk(view)
    seen: set[frozenset[str]] = set()
    for leaf in view.policy.leaves:
        for circle in walk.circles(leaf, leaf, ()):
            ids = frozenset(rule.id for _leaf, rule in circle)
            loan = walk.goes_round(circle) if ids not in seen else None
            if loan is not None:
                seen.add(ids)
                yield _chase(view, circle, loan)
    if walk.ways_left < 0:
        view.undecided.append("there are too many ways from stage to stage")


@dataclass(slots=True)
class _Walk:
    """Goes from stage to stage by rules that one loan can meet on one day."""

    view: View
    ways_left: int = WAYS_MAX
    _movers: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    _asked: dict[int, tuple[Condition, Condition]] = field(default_factory=dict)
    _together: dict[frozenset[int], bool] = field(default_factory=dict)

    def circles(self, first: str, leaf: str, walked: _Circle) -> Iterator[_Circle]:
        """The ways that come back to where they began, each leaf once; each is gone from the leaf of it that comes
        first in the file."""
        order = self.view.policy.leaves
        been = {one for one, _rule in walked}
        for rule in self._moving(leaf):
            self.ways_left -= 1
            if self.ways_left < 0 or rule.to is None:
                return
            if rule.to != first and (rule.to in been or order.index(rule.to) < order.index(first)):
                continue
            if not all(self._meet(leaf, rule, other, earlier) for other, earlier in walked):
                continue
            way = (*walked, (leaf, rule))
            if rule.to == first:
                yield way
            else:
                yield from self.circles(first, rule.to, way)

    def goes_round(self, circle: _Circle) -> Loan | None:
        """A loan that every rule of the circle moves, each being the first that holds in its stage."""
        asked: list[Condition] = []
        for leaf, rule in circle:
            asked.append(self._wants(leaf, rule))
            for earlier in self.view.moves[leaf]:
                if earlier is rule:
                    break
                if earlier.on is None:
                    asked.append(self.view.fails(self._wants(leaf, earlier)))
        return self.view.none(*asked).loan

    def _moving(self, leaf: str) -> tuple[Rule, ...]:
        if leaf not in self._movers:
            self._movers[leaf] = tuple(rule for rule in self.view.moves[leaf] if _fires_by_itself(rule))
        return self._movers[leaf]

    def _meet(self, leaf: str, rule: Rule, other_leaf: str, other: Rule) -> bool:
        """Whether one loan can meet two rules."""
        one, two = self._wants(leaf, rule), self._wants(other_leaf, other)
        key = frozenset((id(one), id(two)))
        if key not in self._together:
            self._together[key] = not self.view.none(one, two).proved
        return self._together[key]

    def _wants(self, leaf: str, rule: Rule) -> Condition:
        """What a rule asks of a loan that came today."""
        whole = self.view.within(rule.guard, leaf)
        if rule.guard is None or rule.guard.names.isdisjoint(JUST_ENTERED):
            return whole
        key = id(whole)
        if key not in self._asked:
            self._asked[key] = whole, given(whole, JUST_ENTERED)
        return self._asked[key][1]


def _fires_by_itself(rule: Rule) -> bool:
    return rule.on is None and not rule.step and rule.approve is None


def _chase(view: View, circle: Sequence[tuple[str, Rule]], loan: Loan) -> Problem:
    names = " and ".join(f"`{rule.id}`" for _leaf, rule in circle)
    also = [(rule.place, f"from `{leaf}` to `{rule.to}`") for leaf, rule in circle[1:]]
    (_, first), *_ = circle
    message = f"{names} can chase each other on one day"
    hint = "make their conditions exclude each other, or add `step: true` to one"
    return finding("chasing-rules", message, first.place, also=also, witness=view.words(loan), hint=hint)
