"""Every mutant of a policy: the checked policy with one small change, each said in words and at its place.

A mutant is a value like any policy, compiled and lived like one, and never shown as a file: a stage may have lost its
way in. What is changed is what the policy says; what it leaves to defaults, who is called what, texts and parameters
that the hooks are given, sources, access and retention are not, nor what is said to the checks alone (`gives_way_to`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from overdue_flow.policy.policy import HoldKind, Policy, Stage
from overdue_flow.problems import Place
from overdue_flow.testing.mutation.authority import mandate_changes
from overdue_flow.testing.mutation.change import Change, Kind, each_changed
from overdue_flow.testing.mutation.counted import bucket_changes, count_changes
from overdue_flow.testing.mutation.holds import clause_changes, hold_changes, stops_changes
from overdue_flow.testing.mutation.limits import limit_changes
from overdue_flow.testing.mutation.marks import mark_changes
from overdue_flow.testing.mutation.rules import rule_changes
from overdue_flow.testing.mutation.tasks import beat_changes, task_changes
from overdue_flow.testing.mutation.terms import terms_changes

T = TypeVar("T")

Key: TypeAlias = tuple[Place | None, str, str]
"""A change, known by the place, the part and the words."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small change of a policy: `part` is what is changed, by id or name, `said` how, in words; `policy` is what is
    left."""

    part: str
    kind: Kind
    said: str
    place: Place | None
    policy: Policy = field(compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What is changed, and how. In a policy that takes the part in as it is, the same change has the same key."""
        return self.place, self.part, self.said

    def __str__(self) -> str:
        return f"`{self.part}` {self.said}"


def mutants_of(policy: Policy) -> tuple[Mutant, ...]:
    """Every mutant of a policy: its rules, what it asks for, what stops things, what must never be, marks, counts and
    terms, each in the order of the file."""
    return tuple(
        one
        for mutants in (_rules, _asked, _limits, _holds, _stops, _clauses, _marks, _authority, _words, _terms)
        for one in mutants(policy)
    )


def _rules(policy: Policy) -> Iterator[Mutant]:
    for rule, rules in each_changed(policy.everywhere, lambda rule: rule_changes(rule, policy)):
        yield _mutant(rule.id, rules, rule.place, replace(policy, everywhere=rules.value))
    for stage in policy.stages.values():
        for rule, rules in each_changed(stage.rules, lambda rule: rule_changes(rule, policy)):
            yield _mutant(rule.id, rules, rule.place, _with(policy, replace(stage, rules=rules.value)))


def _asked(policy: Policy) -> Iterator[Mutant]:
    """What is done on entry and in a rhythm."""
    for stage in policy.stages.values():
        for task, tasks in each_changed(stage.on_enter, lambda task: task_changes(task, policy.vocabulary)):
            yield _mutant(task.id, tasks, task.place, _with(policy, replace(stage, on_enter=tasks.value)))
        for beat, beats in each_changed(stage.beats, lambda beat: beat_changes(beat, policy.vocabulary)):
            yield _mutant(beat.task.id, beats, beat.task.place, _with(policy, replace(stage, beats=beats.value)))


def _limits(policy: Policy) -> Iterator[Mutant]:
    for limit, limits in each_changed(policy.limits, lambda limit: limit_changes(limit, policy.vocabulary)):
        yield _mutant(limit.id, limits, limit.place, replace(policy, limits=limits.value))


def _holds(policy: Policy) -> Iterator[Mutant]:
    for kind, hold in policy.holds.items():
        for change in hold_changes(hold):
            yield _mutant(kind, change, hold.place, replace(policy, holds=_put(policy.holds, kind, change.value)))


def _put(holds: Mapping[str, HoldKind], kind: str, hold: HoldKind | None) -> dict[str, HoldKind]:
    others = {name: one for name, one in holds.items() if name != kind or hold is not None}
    return others if hold is None else {name: hold if name == kind else one for name, one in others.items()}


def _stops(policy: Policy) -> Iterator[Mutant]:
    for change in stops_changes(policy.promises_stop):
        yield _mutant("promises", change, None, replace(policy, promises_stop=change.value))
    for change in stops_changes(policy.plans_stop):
        yield _mutant("plans", change, None, replace(policy, plans_stop=change.value))


def _clauses(policy: Policy) -> Iterator[Mutant]:
    for clause, clauses in each_changed(policy.never, lambda clause: clause_changes(clause, policy.never_vocabulary)):
        yield _mutant(clause.id, clauses, clause.place, replace(policy, never=clauses.value))


def _marks(policy: Policy) -> Iterator[Mutant]:
    for mark, marks in each_changed(policy.marks, lambda mark: mark_changes(mark, policy.vocabulary)):
        yield _mutant(mark.name, marks, mark.place, replace(policy, marks=marks.value))


def _authority(policy: Policy) -> Iterator[Mutant]:
    for mandate, mandates in each_changed(policy.authority, mandate_changes):
        yield _mutant(mandate.role, mandates, mandate.place, replace(policy, authority=mandates.value))


def _words(policy: Policy) -> Iterator[Mutant]:
    """What the words of the policy mean."""
    for name, change in (*count_changes(policy), *bucket_changes(policy)):
        yield _mutant(name, change, None, change.value)


def _terms(policy: Policy) -> Iterator[Mutant]:
    for name, change in terms_changes(policy.terms):
        yield _mutant(name, change, None, replace(policy, terms=change.value))


def _mutant(part: str, change: Change[T], place: Place | None, policy: Policy) -> Mutant:
    return Mutant(part, change.kind, change.said, place, policy)


def _with(policy: Policy, stage: Stage) -> Policy:
    return replace(policy, stages={**policy.stages, stage.path: stage})
