"""What a check of a policy looks at, how it asks about loans, and how it says what it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from overdue_flow.guards.given import HOLDS, given
from overdue_flow.guards.prove import Asked, Loan, Prover, Solver, Verdict, equals
from overdue_flow.guards.tree import Condition, Guard, Not
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.places import Source
from overdue_flow.policy.policy import Policy, Rule
from overdue_flow.policy.sense import bounds_in, sense_of
from overdue_flow.policy.witness import in_words
from overdue_flow.problems import Place, Problem, Severity

EFFORT_MAX = 4_000_000
"""How much is looked at for one policy, so that any is looked through in seconds."""

TOO_LARGE = "the policy is too large to look through"


@dataclass(frozen=True, slots=True)
class View:
    """A checked policy, where everything stands, and what of each section is named somewhere.

    `moves` are the rules that compete in each leaf, `lives` the leaves in which each rule does. `undecided` says of
    questions about loans that nobody could answer why; `solver` is asked first.
    """

    policy: Policy
    source: Source
    used: Mapping[str, set[str]]
    moves: Mapping[str, tuple[Rule, ...]]
    lives: Mapping[str, frozenset[str]]
    solver: Solver | None = None
    undecided: list[str] = field(default_factory=list)
    _provers: dict[str | None, Prover] = field(default_factory=dict)
    _given: dict[tuple[int, str], tuple[Guard, Condition]] = field(default_factory=dict)
    _not: dict[int, tuple[Condition, Condition]] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy, source: Source, used: Mapping[str, set[str]], solver: Solver | None = None) -> View:
        """The view of a policy."""
        moves = {leaf: policy.moves_in(leaf) for leaf in policy.leaves}
        lives: dict[str, set[str]] = {rule.id: set() for rule in policy.rules}
        for leaf, rules in moves.items():
            for rule in rules:
                lives[rule.id].add(leaf)
        told = {rule_id: frozenset(leaves) for rule_id, leaves in lives.items()}
        return cls(policy, source, used, moves, told, solver)

    # --- questions about loans ---

    def none(self, *asked: Asked, on: str | None = None) -> Verdict:
        """That no loan meets all of these, with the fields of the event `on` where there is one."""
        if self.too_large:
            return Verdict(why=TOO_LARGE)
        verdict = self._prover(on).none(*asked)
        if verdict.why:
            self.undecided.append(verdict.why)
        return verdict

    @property
    def too_large(self) -> bool:
        """Whether so much was looked at that the rest is left open."""
        return sum(prover.effort for prover in self._provers.values()) > EFFORT_MAX

    def is_(self, name: str, value: Value | None, on: str | None = None) -> Condition:
        """That a fact has a value; None for missing."""
        return equals(name, value, self.policy.vocabulary_on(on))

    def within(self, guard: Guard | None, leaf: str) -> Condition:
        """What a guard asks of a loan in a stage."""
        if guard is None:
            return HOLDS
        if "stage" not in guard.names:
            return guard.tree
        key = id(guard), leaf
        if key not in self._given:
            self._given[key] = guard, given(guard.tree, {"stage": leaf})
        return self._given[key][1]

    def fails(self, condition: Condition) -> Condition:
        """That a condition does not hold: the same question each time, so that it is prepared once."""
        if id(condition) not in self._not:
            self._not[id(condition)] = condition, Not(condition)
        return self._not[id(condition)][1]

    def words(self, loan: Loan | None, on: str | None = None) -> str | None:
        """A loan as a person reads it."""
        return in_words(loan, self.policy.vocabulary_on(on), self.policy.terms.currency) or None if loan else None

    def _prover(self, on: str | None) -> Prover:
        if on not in self._provers:
            policy, vocabulary = self.policy, self.policy.vocabulary_on(on)
            asked = [guard for guard in _guards(policy, on) if guard is not None]
            names = {name for guard in asked for name in guard.names}
            sense, bounds = sense_of(policy, vocabulary, names), bounds_in(policy.terms.currency)
            self._provers[on] = Prover(vocabulary, asked, always=sense, bounds=bounds, solver=self.solver)
        return self._provers[on]


def _guards(policy: Policy, on: str | None) -> Iterator[Guard | None]:
    """The conditions that questions are asked about: those that are tried at an event, or without one."""
    for rule in policy.rules:
        yield rule.guard if rule.on in (None, on) else None
    yield from (limit.guard for limit in policy.limits)
    yield from (clause.guard for clause in policy.never if "contact_delivered" not in clause.guard.names)
    for mark in policy.marks:
        yield mark.when
        yield mark.until


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
