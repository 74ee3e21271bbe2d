"""A mutant tried: do the scenarios of a policy notice it?

A scenario notices a mutant when it is not as expected under it. It is tried only where the mutant can matter: where the
loan, as it lives under the policy, comes through a stage in which the mutant says something else. What no scenario
notices may be lived otherwise all the same, where nothing looks; then the first such day is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import zip_longest
from typing import Literal, TypeAlias

from overdue_flow.cases.counting import said_on
from overdue_flow.cases.entries import Entry, Results
from overdue_flow.cases.events import TimePassed
from overdue_flow.cases.terms import Terms
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.coverage.suites import Suite
from overdue_flow.testing.mutation.mutants import Key, Mutant, mutants_of
from overdue_flow.testing.mutation.same import Sameness, left_out, rules_in
from overdue_flow.testing.scenarios import ScenarioResult, run_scenario

Verdict: TypeAlias = Literal["noticed", "same", "survives"]
"""A scenario fails under it; no loan can be treated otherwise; neither."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A scenario that is lived otherwise under a mutant, since `on`, and passes: nothing in it looks there."""

    scenario: str
    on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant. `by` is the scenario that notices it, in the suite `of`; `unseen` one that could."""

    verdict: Verdict
    by: str = ""
    of: str = ""
    unseen: Unseen | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """A scenario as it is lived under the policy: `stages` are those that the loan comes through."""

    scenario: Scenario
    entries: tuple[Entry, ...]
    stages: frozenset[str]


class Trials:
    """A suite on which mutants of its policy are tried. `failing` are scenarios that fail under the policy itself: they
    can notice nothing."""

    def __init__(self, suite: Suite) -> None:
        self.suite, self.policy = suite, suite.policy
        self._same = Sameness(self.policy)
        machine = Machine(self.policy)
        results = [(scenario, _lived_under(self.policy, machine, scenario)) for scenario in suite.scenarios]
        self.failing = tuple(result for _scenario, result in results if not result.passed)
        self.lived = [
            Lived(scenario, result.entries, stages_of(result.entries)) for scenario, result in results if result.passed
        ]

    @cached_property
    def mutants(self) -> Mapping[Key, Mutant]:
        """The mutants of the policy, by what they change."""
        return {mutant.key: mutant for mutant in mutants_of(self.policy)}

    def of(self, mutant: Mutant) -> Outcome:
        """What becomes of a mutant of this policy."""
        unseen: Unseen | None = None
        machine: Machine | None = None
        for lived in self._in_order(mutant):
            machine = machine or Machine(mutant.policy)
            result = _lived_under(mutant.policy, machine, lived.scenario)
            if not result.passed:
                return Outcome("noticed", lived.scenario.name, self.suite.name)
            unseen = unseen or _unseen(lived, result, self.policy.terms)
        if unseen is None and self._same.holds(mutant.policy):
            return Outcome("same")
        return Outcome("survives", unseen=unseen)

    def under(self, mutant: Mutant, scenario: Scenario, machine: Machine | None = None) -> tuple[Entry, ...]:
        """The entries of a scenario as it is lived under a mutant."""
        return _lived_under(mutant.policy, machine or Machine(mutant.policy), scenario).entries

    def _in_order(self, mutant: Mutant) -> list[Lived]:
        """The scenarios that can notice a mutant; those that say that they prove the part, or name it, in front."""
        where = where_it_matters(self.policy, mutant.policy)
        known = [lived for lived in self.lived if where is None or not where.isdisjoint(lived.stages)]
        return sorted(known, key=lambda lived: _far_from(lived.scenario, mutant.part))


def where_it_matters(policy: Policy, mutant: Policy) -> frozenset[str] | None:
    """The stages in which a mutant says something else; None for any. A loan that never comes there is treated the
    same."""
    if _anywhere(policy) != _anywhere(mutant):
        return None
    return frozenset(leaf for leaf in policy.leaves if _in_a_stage(policy, leaf) != _in_a_stage(mutant, leaf))


def stages_of(entries: Iterable[Entry]) -> frozenset[str]:
    """The stages that a loan comes through."""
    moves = [move for entry in entries for move in entry.results.moves]
    return frozenset(stage for move in moves for stage in (move.from_stage, move.to_stage) if stage)


def _lived_under(policy: Policy, machine: Machine, scenario: Scenario) -> ScenarioResult:
    """A scenario lived; what it proves is another question."""
    return run_scenario(policy, replace(scenario, proves=()), machine=machine)


def _far_from(scenario: Scenario, part: str) -> int:
    """0 for a scenario that says that it proves a part, 1 for one that names it, 2 for any other."""
    if part in scenario.proves:
        return 0
    return 1 if any(part in (one.rule, *(one.marks or ())) for one in scenario.expects) else 2


def _in_a_stage(policy: Policy, leaf: str) -> object:
    """What a policy says in one stage."""
    owners = [policy.stages[owner] for owner in policy.stages[leaf].owners]
    return rules_in(policy, leaf), [(owner.on_enter, owner.beats) for owner in owners], left_out(policy, leaf)


def _anywhere(policy: Policy) -> object:
    """What a policy says whatever the stage."""
    words = policy.vocabulary, policy.never_vocabulary
    stops = policy.holds, policy.promises_stop, policy.plans_stop, policy.limits
    return [id(one) for one in words], stops, policy.never, policy.marks, policy.authority, policy.terms


# --- what is lived otherwise ---


def _unseen(lived: Lived, result: ScenarioResult, terms: Terms) -> Unseen | None:
    """The first day on which the loan was treated otherwise, as its entries say."""
    for one, other in zip_longest(lived.entries, result.entries):
        if one is None or other is None or (one.day, deeds(one.results)) != (other.day, deeds(other.results)):
            first = min((entry for entry in (one, other) if entry is not None), key=lambda entry: entry.at)
            opening = isinstance(first.event, TimePassed)
            return Unseen(lived.scenario.name, said_on(first.day, terms, opening=opening))
    return None


def deeds(results: Results) -> Results:
    """What was done in a turn, without the words in which it is given a reason."""
    return results._replace(
        effects=tuple(effect._replace(reason="") for effect in results.effects),
        changes=tuple(change._replace(reason="") for change in results.changes),
    )
