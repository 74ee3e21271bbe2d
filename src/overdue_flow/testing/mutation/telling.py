"""The loan that would tell a mutant from the policy, as a scenario to paste: it passes under the policy and fails under
the mutant.

Where a scenario is lived otherwise already and nobody looks, it is that scenario with the day to look at. Elsewhere the
loan is searched for, on the two policies at once; the search is bounded, so that none was found proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from overdue_flow.cases.counting import said_on, told_by
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import TimePassed
from overdue_flow.cases.evolve import replay
from overdue_flow.cases.terms import Terms
from overdue_flow.engine.machine import Machine
from overdue_flow.guards.tree import All, AnyOf, Condition, Guard, Not
from overdue_flow.policy.policy import Policy, Rule, Stage
from overdue_flow.policy.trials import Expectation, Scenario
from overdue_flow.testing.day import Day
from overdue_flow.testing.mutation.mutants import Mutant
from overdue_flow.testing.mutation.trying import Outcome, Trials, deeds
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.search import Aim, Budget, Goal, Turn, aims_of, find
from overdue_flow.testing.search.shown import day_of, expected_of

DAYS_MAX = 12
"""On how many later days of a scenario it is looked."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A scenario that tells a mutant from the policy, and what is otherwise under the mutant."""

    scenario: Scenario
    otherwise: str


def loan_that_tells(trials: Trials, mutant: Mutant, outcome: Outcome, budget: Budget | None = None) -> Telling | None:
    """A loan for a mutant that survives `trials`; None where none was found."""
    machine, other = Machine(trials.policy), Machine(mutant.policy)
    for scenario in _candidates(trials, machine, other, mutant, outcome, budget or Budget()):
        under = run_scenario(mutant.policy, scenario, machine=other)
        if under.difference is not None and run_scenario(trials.policy, scenario, machine=machine).passed:
            return Telling(scenario, str(under.difference))
    return None


def _candidates(
    trials: Trials, machine: Machine, other: Machine, mutant: Mutant, outcome: Outcome, budget: Budget
) -> Iterator[Scenario]:
    """Scenarios that may tell, the nearest first; those of a search only where no scenario lives otherwise."""
    unseen = outcome.unseen
    lived = next((one for one in trials.lived if unseen and one.scenario.name == unseen.scenario), None)
    if unseen is not None and lived is not None:
        theirs = trials.under(mutant, lived.scenario, other)
        for on in _days(unseen.on, (*lived.entries, *theirs), machine.policy.terms):
            yield from _looking(lived.scenario, _day_of(lived.entries, machine, on), _day_of(theirs, other, on))
        yield _whole_story(lived.scenario, _day_of(lived.entries, machine, unseen.on))
    history = find(machine, _goal(trials.policy, mutant), other=other, budget=budget)
    if history is not None:
        scenario = Scenario(str(mutant), history.opening, history.steps, ())
        yield from _looking(scenario, day_of(machine, history), day_of(other, history))


def _days(first: date, entries: Iterable[Entry], terms: Terms) -> list[date]:
    """The first day on which a loan is treated otherwise, and those after it on which something happened to it: what
    was asked for otherwise may show when it is done, or dropped."""
    said = {said_on(one.day, terms, opening=isinstance(one.event, TimePassed)) for one in entries}
    return [first, *sorted(day for day in said if day > first)[:DAYS_MAX]]


def _looking(scenario: Scenario, day: Day, compared: Day) -> Iterator[Scenario]:
    """The scenario that looks at one day."""
    steps = tuple(step for step in scenario.steps if not isinstance(step.on, date) or step.on <= day.on)
    yield replace(scenario, steps=steps, expects=(expected_of(day, compared),), proves=())


def _whole_story(scenario: Scenario, day: Day) -> Scenario:
    """The scenario that looks at all that happened up to a day."""
    return replace(scenario, expects=(Expectation(day.on, story=day.story),), proves=())


def _day_of(entries: tuple[Entry, ...], machine: Machine, on: date) -> Day:
    """A day of a loan that was lived under a policy."""
    terms = machine.policy.terms
    said = [(said_on(one.day, terms, opening=isinstance(one.event, TimePassed)), one) for one in entries]
    history = tuple(entry for day, entry in said if day <= on)
    today = tuple(entry for day, entry in said if day == on)
    return Day(machine, replay(history), told_by(on, terms).turn_day, today, history, on)


# --- where to search ---


def _goal(policy: Policy, mutant: Mutant) -> Goal:
    """A turn in which the mutant treats a loan otherwise, and where that is likely."""
    return Goal(_differs, tuple(_aims(policy, mutant)))


def _differs(turn: Turn) -> bool:
    results = [decision.entry for decision in (turn.decision, turn.other) if decision is not None]
    done = [deeds(entry.results) for entry in results if entry is not None]
    if len(done) == 2:
        return done[0] != done[1]
    return any(bool(one) for one in done)


def _aims(policy: Policy, mutant: Mutant) -> Iterator[Aim]:
    """Where the part that is changed has a say: a rule in its stages, something to do where its stage is entered, a
    condition where it and the changed one differ."""
    theirs = {rule.id: rule for rule in mutant.policy.rules}
    for rule in policy.rules:
        if rule.id == mutant.part:
            yield from aims_of(policy, rule, _only_one(rule.guard, _guard_of(theirs.get(rule.id))))
    for stage in policy.stages.values():
        if mutant.part in _asked_in(stage):
            yield Aim(frozenset(leaf for leaf in policy.leaves if stage.path in policy.stages[leaf].owners))
    ours, others = _conditions(policy), _conditions(mutant.policy)
    if mutant.part in ours and (condition := _only_one(ours[mutant.part], others.get(mutant.part))) is not None:
        yield Aim(condition=condition)


def _guard_of(rule: Rule | None) -> Guard | None:
    return rule.guard if rule is not None else None


def _asked_in(stage: Stage) -> set[str]:
    tasks = [*stage.on_enter, *(beat.task for beat in stage.beats)]
    return {one.id for task in tasks for one in task.and_what_follows}


def _conditions(policy: Policy) -> dict[str, Guard]:
    """The conditions of limits and marks, by name."""
    limits = {limit.id: limit.guard for limit in policy.limits if limit.guard is not None}
    return limits | {mark.name: mark.when for mark in policy.marks}


def _only_one(one: Guard | None, other: Guard | None) -> Condition | None:
    """That one of two conditions holds and the other does not; the one that is there, where only one is."""
    if one is None or other is None:
        return one.tree if one is not None else None
    if one.tree == other.tree:
        return one.tree
    return AnyOf((All((one.tree, Not(other.tree))), All((other.tree, Not(one.tree)))))
