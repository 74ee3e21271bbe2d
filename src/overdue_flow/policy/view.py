"""What a check of a policy looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.places import Source
from overdue_flow.policy.policy import Policy, Rule
from overdue_flow.policy.witness import Budget, Search
from overdue_flow.problems import Place, Problem, Severity


@dataclass(frozen=True, slots=True)
class View:
    """A checked policy, where everything stands, and what of each section is named somewhere.

    `moves` are the rules that compete in each leaf, `lives` the leaves in which each rule does.
    """

    policy: Policy
    source: Source
    used: Mapping[str, set[str]]
    moves: Mapping[str, tuple[Rule, ...]]
    lives: Mapping[str, frozenset[str]]
    budget: Budget = field(default_factory=Budget)

    @classmethod
    def of(cls, policy: Policy, source: Source, used: Mapping[str, set[str]]) -> View:
        """The view of a policy."""
        moves = {leaf: policy.moves_in(leaf) for leaf in policy.leaves}
        lives: dict[str, set[str]] = {rule.id: set() for rule in policy.rules}
        for leaf, rules in moves.items():
            for rule in rules:
                lives[rule.id].add(leaf)
        return cls(policy, source, used, moves, {rule_id: frozenset(leaves) for rule_id, leaves in lives.items()})

    def search(self, on: str | None = None, fixed: Mapping[str, Value | None] | None = None) -> Search:
        """A search among loans, with the fields of the event `on` where there is one."""
        return Search(self.policy.vocabulary_on(on), fixed or {}, budget=self.budget)


def finding(
    code: str,
    message: str,
    place: Place | None,
    *,
    hint: str | None = None,
    also: Iterable[tuple[Place | None, str]] = (),
    witness: str | None = None,
) -> Problem:
    """One thing that somebody should look at."""
    shown = tuple((where, word) for where, word in also if where is not None)
    return Problem(code, message, place, Severity.FINDING, hint, shown, witness)
